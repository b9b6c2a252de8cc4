"""Writes tables as an XLSX workbook in pieces, a sheet each, holding no more than one piece in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from html import escape
from itertools import chain, islice
from zipfile import ZIP_DEFLATED, ZipFile

from bot.files.cell_values import CONTROLS, Cell, ExportTable, looks_like_formula
from bot.files.xlsx_parts import (
    RELATIONS,
    STYLES,
    TEXT,
    content_types,
    sheet_end,
    sheet_head,
    workbook,
    workbook_relations,
)

MOST_ROWS = 1_048_576  # of a sheet, by the format; what is more goes on in the next one
MOST_CHARACTERS = 32_767  # of a cell, by the format
CUT = " [...]"  # ends a text that was cut
_AT_ONCE = 500  # rows of a piece
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_HEADING, _QUOTED, _DAY, _INSTANT = 1, 2, 3, 4  # places of the formats in STYLES
_UNSAFE = re.compile(r"[&<>\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$|^[=+\-@]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile(r"[\\/*?:\[\]\x00-\x1f]")
_LONGEST_NAME = 31


class _Sink:
    """What the archive writes into, and what has been written since it was emptied last."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is to be flushed."""

    def taken(self) -> bytes:
        piece = b"".join(self._parts)
        self._parts.clear()
        return piece


def xlsx_pieces(tables: Iterable[ExportTable]) -> Iterator[bytes]:
    """Yield the tables as pieces of one workbook, each with its headings in bold above rows that scroll below them."""
    sink, names = _Sink(), list[str]()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for table in tables:
            rows = iter(table.rows)
            ahead: list[Sequence[Cell]] | None = list(islice(rows, 1))
            while ahead is not None:
                names.append(_name(table.title, names))
                yield from _sheet(archive, sink, len(names), table.headings, chain(ahead, rows))
                ahead = list(islice(rows, 1)) or None
        names = names or [_empty(archive)]
        archive.writestr("[Content_Types].xml", content_types(len(names)))
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("xl/workbook.xml", workbook([escape(name) for name in names]))
        archive.writestr("xl/_rels/workbook.xml.rels", workbook_relations(len(names)))
        archive.writestr("xl/styles.xml", STYLES)
    yield sink.taken()


def _sheet(
    archive: ZipFile, sink: _Sink, number: int, headings: Sequence[str], rows: Iterator[Sequence[Cell]]
) -> Iterator[bytes]:
    """Write rows until there are none, or the sheet is full."""
    letters = [_letters(place) for place in range(len(headings))]
    with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
        part.write(sheet_head(headings).encode())
        cells = "".join(_text(f"{at}1", name, _HEADING) for at, name in zip(letters, headings, strict=True))
        part.write(f'<row r="1">{cells}</row>'.encode())
        last = 1
        while some := list(islice(rows, min(_AT_ONCE, MOST_ROWS - last))):
            part.write("".join([_row(letters, place, row) for place, row in enumerate(some, last + 1)]).encode())
            last += len(some)
            yield sink.taken()
        part.write(sheet_end(f"A1:{letters[-1] if letters else 'A'}{last}").encode())


def _row(letters: Sequence[str], number: int, row: Sequence[Cell]) -> str:
    cells = [_cell(f"{at}{number}", value) for at, value in zip(letters, row, strict=True) if value is not None]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(at: str, value: Cell) -> str:
    if isinstance(value, str):
        if _UNSAFE.search(value) is None and len(value) <= MOST_CHARACTERS:
            return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'
        return _text(at, value, _QUOTED if looks_like_formula(value) else 0)
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{at}" s="{_INSTANT}"><v>{(value - _EPOCH).total_seconds() / 86_400:.10f}</v></c>'
    assert isinstance(value, date)
    return f'<c r="{at}" s="{_DAY}"><v>{value.toordinal() - _EPOCH.toordinal()}</v></c>'


def _text(at: str, value: str, style: int) -> str:
    text = _LOOKS_ESCAPED.sub("_x005F_", CONTROLS.sub("", value))
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - len(CUT)] + CUT
    return TEXT.format(at=at, style=f' s="{style}"' if style else "", text=escape(text, quote=False))


def _name(title: str, taken: Sequence[str]) -> str:
    """A name that the format takes for a sheet, unlike those before."""
    plain = _FORBIDDEN.sub(" ", title).strip(" '")[:_LONGEST_NAME] or "Sheet"
    name, number = plain, 2
    while name.casefold() in {each.casefold() for each in taken}:
        ending = f" {number}"
        name, number = plain[: _LONGEST_NAME - len(ending)] + ending, number + 1
    return name


def _empty(archive: ZipFile) -> str:
    """A workbook has at least one sheet."""
    archive.writestr("xl/worksheets/sheet1.xml", sheet_head(()) + sheet_end())
    return "Sheet"


def _letters(place: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    found = ""
    while place >= 0:
        found, place = chr(65 + place % 26) + found, place // 26 - 1
    return found
