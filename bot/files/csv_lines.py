"""Read the lines of a CSV file: UTF-8 or GB18030, separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO

from bot.files.faults import TableFault, TableUnreadable

SEPARATORS = ",;\t"
_FULL_WIDTH = "；，"
_QUOTED = re.compile(r'"[^"]*"')
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_PIECE = 1 << 16  # bytes


def csv_lines(file: IO[bytes], faults: list[TableFault]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each line with its number; a quoted cell may span several, and the line is named by the first.

    What ends the reading early is added to `faults`. Raises TableUnreadable for bytes that are not text.
    """
    encoding = _encoding(file)
    separator = _separator(file, encoding)
    file.seek(0)
    text = TextIOWrapper(file, encoding, newline="")
    reader = csv.reader(text, delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, tuple(map(_unguarded, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(TableFault(line, "quotes", {"reason": str(error)}))
    finally:
        text.detach()  # who opened the file closes it


def _encoding(file: IO[bytes]) -> str:
    """UTF-8, with or without a byte order mark, else GB18030 (Chinese Excel); raises TableUnreadable."""
    if _fits(file, "utf-8-sig"):
        return "utf-8-sig"
    file.seek(0)
    content = file.read()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error.start
    # Chinese that was good UTF-8 up to here would decode as GBK too, into other names than were written.
    if _CHINESE.search(content[:broken].decode("utf-8-sig", "ignore")):
        raise _no_text(content, broken)
    if _fits(file, "gb18030"):
        return "gb18030"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError as error:
        broken = error.start
    raise _no_text(content, broken)


def _fits(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _no_text(content: bytes, place: int) -> TableUnreadable:
    return TableUnreadable(content.count(b"\n", 0, place) + 1, "encoding")


def _separator(file: IO[bytes], encoding: str) -> str:
    """The separator used most often in the first line that isn't blank, outside quotes."""
    file.seek(0)
    text = TextIOWrapper(file, encoding)
    number, first = next(((number, line) for number, line in enumerate(text, start=1) if line.strip()), (1, ""))
    text.detach()
    plain = _QUOTED.sub("", first)
    found = max(SEPARATORS, key=plain.count)
    if found not in plain and (wide := next((sign for sign in _FULL_WIDTH if sign in plain), None)):
        raise TableUnreadable(number, "separator", found=wide)
    return found


def _unguarded(cell: str) -> str:
    """The cell without the leading quote that exports write to keep spreadsheets from reading a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell
