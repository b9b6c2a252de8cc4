"""FAQ files as CSV: UTF-8 with or without a byte order mark, or the GBK that spreadsheets still save in China."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge_base.faq_rows import Row, guarded, table_rows, unguarded
from knowledge_base.faults import Faults


def read_csv(content: bytes, faults: Faults) -> list[Row]:
    """The rows of a CSV file."""
    text = decoded(content)
    if text is None:
        faults.add(1, "The file is neither UTF-8 nor GBK; save it as UTF-8.")
        return []
    return table_rows(records(text, faults), faults)


def write_csv(path: Path, table: Iterable[Iterable[str]]) -> None:
    """Write a CSV file that Excel opens as UTF-8 and in which no text can act as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([guarded(cell) for cell in cells] for cells in table)


def decoded(content: bytes) -> str | None:
    """The text of a CSV file, whichever of the two encodings it is in; None if neither."""
    for charset in ("utf-8-sig", "gbk"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return None


def records(text: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it starts on: a quoted cell may run over several."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            faults.add(
                line, f"The CSV can't be read from here on ({error}); check the quotes and double any inside a cell."
            )
            return
        if cells is None:
            return
        yield line, [unguarded(cell) for cell in cells]
        line = reader.line_num + 1
