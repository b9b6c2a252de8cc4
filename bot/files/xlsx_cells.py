"""Cells of a worksheet as displayed text; a cell without a value of its own is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from xml.etree.ElementTree import Element

from bot.files.faults import TableFault
from bot.files.packed_strings import PackedStrings

MOST_COLUMNS = 16_384  # of a sheet
_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built in, the Chinese ones among them
_ELAPSED = 46
_LATE = timedelta(seconds=60)  # SheetJS writes a day of Shanghai 43 seconds late; 23:59 is a time that people write


@dataclass(frozen=True, slots=True)
class Styles:
    """Ids of the cell styles that show a date or time, and of those that count hours beyond 24."""

    dates: frozenset[str]
    elapsed: frozenset[str]
    epoch: datetime


class Cells:
    """Reads the rows of one sheet."""

    def __init__(self, strings: PackedStrings, styles: Styles, faults: list[TableFault]) -> None:
        """`faults` collects the faults of cells."""
        self._strings, self._styles, self._faults = strings, styles, faults

    def line(self, number: int, row: Element) -> tuple[str | None, ...]:
        """Return the texts of a row up to its last cell that isn't empty; None for a faulty cell.

        Raises ValueError for a malformed cell reference.
        """
        found: dict[int, str | None] = {}
        for place, cell in _placed(row):
            if len(cell) and ((text := self._text(number, place, cell)) is None or text.strip()):
                found[place] = text
        return tuple(found.get(place, "") for place in range(max(found) + 1)) if found else ()

    def _text(self, number: int, place: int, cell: Element) -> str | None:
        value = cell.findtext("{*}v") or ""
        kind = cell.get("t", "n")
        if kind == "e" or cell.find("{*}f") is not None:
            return self._fault(number, place, "error" if kind == "e" else "formula")
        match kind:
            case "s":
                return self._strings[int(value)] if value else ""
            case "inlineStr":
                return "".join(map(text_of, cell.iterfind("{*}is")))
            case "b":
                return str(value == "1") if value else ""
            case "d":
                return self._moment(number, place, datetime.fromisoformat(value).replace(tzinfo=None))
            case "n" if value:
                return self._number(number, place, cell.get("s", "0"), value)
        return unescaped(value)

    def _number(self, number: int, place: int, style: str, value: str) -> str | None:
        figure = float(value) if any(sign in value for sign in ".eE") else int(value)
        if style not in self._styles.dates or not 0 <= figure < 2_958_465:  # the last day of 9999
            return str(int(figure)) if isinstance(figure, int) or figure.is_integer() else str(figure)
        seconds = round(figure * 86_400)
        if style in self._styles.elapsed:
            return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
        if figure < 1:
            return _clock((self._styles.epoch + timedelta(seconds=seconds)).time())
        return self._moment(number, place, self._styles.epoch + timedelta(seconds=seconds))

    def _moment(self, number: int, place: int, at: datetime) -> str | None:
        """A day; a time of day beside it would be dropped, or belong to a zone that the file doesn't tell."""
        if at - datetime.combine(at, time()) <= _LATE:
            return at.date().isoformat()
        return self._fault(number, place, "time_of_day", found=f"{at:%Y-%m-%d} {_clock(at.time())}")

    def _fault(self, number: int, place: int, code: str, **values: str) -> str | None:
        self._faults.append(TableFault(number, code, {"cell": f"{_letters(place)}{number}", **values}))
        return None


def column_of(ref: str) -> tuple[int, int]:
    """Return the column from 0 and the row from 1 of a cell reference such as B3; raises ValueError."""
    found = _REF.fullmatch(ref)
    if found is None:
        raise ValueError(ref)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1, int(found[2])


def text_of(element: Element) -> str:
    """Return a string of the workbook with all its runs, without phonetic readings."""
    parts = (part for part in element if not part.tag.endswith("}rPh"))
    return unescaped("".join(t.text or "" for part in parts for t in part.iter() if t.tag.endswith("}t")))


def unescaped(text: str) -> str:
    """Decode escapes such as _x000D_, in which XLSX writes characters that XML doesn't allow."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def styles_of(root: Element | None, workbook: Element | None) -> Styles:
    """Return the date styles of the styles part, if there is one, and the workbook's epoch (1900 or 1904)."""
    from_1904 = workbook is not None and workbook.get("date1904") in ("1", "true")
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no zones
    if root is None:
        return Styles(frozenset(), frozenset(), epoch)
    codes = {each.attrib["numFmtId"]: each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")}
    used = [each.get("numFmtId", "0") for each in root.iterfind("{*}cellXfs/{*}xf")]
    plain = [_LITERAL.sub("", codes.get(name, "")).lower() for name in used]
    dates = (str(at) for at, code in enumerate(plain) if int(used[at]) in _DATES or re.search("[ymdhs]", code))
    elapsed = (str(at) for at, code in enumerate(plain) if int(used[at]) == _ELAPSED or "[" in code)
    return Styles(frozenset(dates), frozenset(elapsed), epoch)


def _placed(row: Element) -> Iterator[tuple[int, Element]]:
    """Cells with their column from 0; one without a reference follows the one before."""
    place = -1
    for cell in row:
        ref = cell.get("r") if len(cell) else None
        place = column_of(ref)[0] if ref else place + 1
        if place >= MOST_COLUMNS:
            raise ValueError(place)
        yield place, cell


def _letters(place: int) -> str:
    letters, rest = "", place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _clock(at: time) -> str:
    return at.isoformat() if at.second else at.isoformat("minutes")
