"""How fast tables are exported and what memory that takes, beside openpyxl's two ways; each in a process of its own.

python -m benchmarks.exports [--rows N]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.tables import show
from bot.files.cell_values import Cell, ExportTable
from bot.files.csv_stream import csv_pieces
from bot.files.xlsx_stream import xlsx_pieces

HEADINGS = ("编号", "客户", "等级", "队列", "事由", "渠道", "负责人", "状态", "提出", "受理", "首次响应（秒）", "评分")
_BEGINS = datetime(2026, 1, 1, 9)  # noqa: DTZ001
MOST_MIB, LEAST_TIMES = 60, 5  # what is promised of our own two


def rows(count: int) -> Iterator[tuple[Cell, ...]]:
    """Yield made-up tickets, the same each time."""
    for number in range(count):
        at = _BEGINS + timedelta(minutes=7 * number)
        tier, queue = ("VIP", "普通", "重要")[number % 3], ("售后", "财务", "技术支持")[number % 3]
        told = (f"第{number}号单位 <{number % 97}>", tier, queue, "开发票&对账", "web", f"客服{number % 40}", "已解决")
        yield (number, *told, at, at + timedelta(seconds=90), number * 37 % 9_000, number % 5 + 1)


def _ours(count: int, path: Path, pieces: Callable[..., Iterator[bytes]]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces([ExportTable("工单", HEADINGS, rows(count))]))


def _openpyxl(count: int, path: Path, *, write_only: bool) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=write_only)
    sheet: Any = book.create_sheet("工单")
    sheet.append(HEADINGS)
    for row in rows(count):
        sheet.append(row)
    book.save(path)


WAYS: Mapping[str, Callable[[int, Path], None]] = {
    "xlsx": lambda count, path: _ours(count, path, xlsx_pieces),
    "csv": lambda count, path: _ours(count, path, csv_pieces),
    "openpyxl": lambda count, path: _openpyxl(count, path, write_only=False),
    "openpyxl write-only": lambda count, path: _openpyxl(count, path, write_only=True),
}


def write_once(way: str, count: int) -> dict[str, float]:
    """Write in this process; return seconds, growth of the most that was resident (MiB), and the file's size (MiB)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets"
        WAYS[way](1, path)  # modules are loaded
        before, began = _most_resident(), time.perf_counter()
        WAYS[way](count, path)
        took = time.perf_counter() - began
        return {"seconds": took, "growth": _most_resident() - before, "size": path.stat().st_size / 2**20}


def _most_resident() -> float:
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmHWM"))


def measure(count: int) -> dict[str, dict[str, float]]:
    """Return the figures of each way, from a process for each."""
    program = [sys.executable, "-m", "benchmarks.exports", "--rows", str(count), "--way"]
    return {way: json.loads(subprocess.run([*program, way], capture_output=True, check=True).stdout) for way in WAYS}


def main() -> None:
    """Print the table and a line of JSON; exit 1 if ours is slower or takes more memory than is promised."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.exports", description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--way", choices=list(WAYS), help="only this one, in this process")
    given = options.parse_args()
    if given.way:
        print(json.dumps(write_once(given.way, given.rows)))
        return
    found = measure(given.rows)
    slow = found["openpyxl"]["seconds"]
    lines = [
        [way, f"{one['seconds']:.2f}", f"{slow / one['seconds']:.1f}", f"{one['growth']:.1f}", f"{one['size']:.1f}"]
        for way, one in found.items()
    ]
    show(f"{given.rows:,} rows of {len(HEADINGS)}", ["way", "s", "times openpyxl", "growth MiB", "file MiB"], lines)
    times = slow / found["xlsx"]["seconds"]
    kept = times >= LEAST_TIMES and max(found[way]["growth"] for way in ("xlsx", "csv")) <= MOST_MIB
    print(json.dumps({"exports": found, "rows": given.rows, "times": round(times, 1), "kept": kept}))
    if not kept:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
