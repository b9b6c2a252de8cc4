"""Read the lines of a CSV file: UTF-8 or GB18030, separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from bot.files.faults import TableFault, TableUnreadable

SEPARATORS = ",;\t"
_FULL_WIDTH = "；，"
_QUOTED = re.compile(r'"[^"]*"')
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def csv_lines(content: bytes, faults: list[TableFault]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each line with its number; a quoted cell may span several, and the line is named by the first.

    What ends the reading early is added to `faults`. Raises TableUnreadable for bytes that are not text.
    """
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, tuple(map(_unguarded, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(TableFault(line, "quotes", {"reason": str(error)}))


def decoded(content: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, else GB18030 (Chinese Excel); raises TableUnreadable."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error.start
    # Chinese that was good UTF-8 up to here would decode as GBK too, into other names than were written.
    if _CHINESE.search(content[:broken].decode("utf-8-sig", "ignore")):
        raise _no_text(content, broken)
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _no_text(content, error.start) from None


def _no_text(content: bytes, place: int) -> TableUnreadable:
    return TableUnreadable(content.count(b"\n", 0, place) + 1, "encoding")


def _separator(text: str) -> str:
    """The separator used most often in the first line that isn't blank, outside quotes."""
    lines = ((number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())
    number, first = next(lines, (1, ""))
    plain = _QUOTED.sub("", first)
    found = max(SEPARATORS, key=plain.count)
    if found not in plain and (wide := next((sign for sign in _FULL_WIDTH if sign in plain), None)):
        raise TableUnreadable(number, "separator", found=wide)
    return found


def _unguarded(cell: str) -> str:
    """The cell without the leading quote that exports write to keep spreadsheets from reading a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell
