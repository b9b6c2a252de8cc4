"""One command in two checkouts, in turns: how its time here compares with its time there.

`python -m benchmarks.pairs --beside DIR [--runs N] [--there WORDS] -- WORDS …` runs `python WORDS` in this checkout
and in DIR, A B A B …, with the same interpreter. Ratios are taken pair by pair, for a shared machine's speed drifts;
CPU time is that of the process and of the children it waited for.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.tables import show

HERE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took, in seconds; `peak` is the largest process, in MiB."""

    wall: float
    cpu: float
    peak: float
    status: int


def run(tree: Path, words: Sequence[str]) -> Run:
    """Run `python WORDS` in a checkout, its output thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": "."},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode)


def main() -> None:
    """Print each pair, the medians, and last one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.pairs", description=__doc__)
    options.add_argument("--beside", type=Path, required=True, metavar="DIR", help="the other checkout")
    options.add_argument("--runs", type=int, default=10, help="pairs")
    options.add_argument("--there", metavar="WORDS", help="the words in the other checkout, where they differ")
    options.add_argument("words", nargs=argparse.REMAINDER)
    given = options.parse_args()
    words = [word for word in given.words if word != "--"]
    there = shlex.split(given.there) if given.there else words
    pairs = [(run(HERE, words), run(given.beside, there)) for _ in range(given.runs)]
    rows = [(str(number + 1), *_cells(here, beside)) for number, (here, beside) in enumerate(pairs)]
    headings = ("pair", "wall s", "beside", "ratio", "CPU s", "beside", "ratio", "peak MiB", "beside", "exit")
    show(f"python {shlex.join(words)}", headings, rows)
    ratios = {
        name: statistics.median(getattr(here, name) / getattr(beside, name) for here, beside in pairs)
        for name in ("wall", "cpu", "peak")
    }
    print("median ratios:", ", ".join(f"{name} {ratio:.3f}" for name, ratio in ratios.items()))
    print(json.dumps({"ratios": ratios, "pairs": [[asdict(one) for one in pair] for pair in pairs]}))


def _cells(here: Run, beside: Run) -> tuple[str, ...]:
    times = ((here.wall, beside.wall), (here.cpu, beside.cpu))
    cells = [cell for a, b in times for cell in (f"{a:.2f}", f"{b:.2f}", f"{a / b:.3f}")]
    return (*cells, f"{here.peak:.0f}", f"{beside.peak:.0f}", f"{here.status}/{beside.status}")


if __name__ == "__main__":
    main()
