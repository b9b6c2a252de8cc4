"""Workbooks as five programs write them: WPS, SheetJS, exceljs, POI's streaming writer, LibreOffice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY = 46477  # 2027-03-31


@dataclass(frozen=True)
class Maker:
    """How a program writes: where strings are, how days are told, what it claims, what its styles hold."""

    name: str
    inline: bool = False  # strings in the cells; otherwise shared
    strings: str = "sharedStrings.xml"
    dimension: str = ""  # claimed, whatever there is
    day: float = DAY
    fills: str = '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    format: str = '<numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy/m/d;@"/></numFmts>'
    format_id: str = "176"
    prefix: str = ""  # of the sheet's elements
    spans: str = ""
    absolute: bool = False  # targets of relations


WPS = Maker("WPS", dimension="A1", fills="<fills><fill/></fills>", spans=' spans="1:8"')
SHEETJS = Maker("SheetJS", dimension="A1:H3", day=DAY + 43 / 86_400, format="", format_id="14")
EXCELJS = Maker(
    "exceljs",
    day=DAY - 1 / 3,
    format='<numFmts count="1"><numFmt numFmtId="165" formatCode="yyyy-mm-dd"/></numFmts>',
    format_id="165",
)
POI = Maker("POI", inline=True, dimension="A1", absolute=True)
LIBREOFFICE = Maker(
    "LibreOffice",
    format='<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>',
    format_id="164",
)
MAKERS = (WPS, SHEETJS, EXCELJS, POI, LIBREOFFICE)

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]


class Day:
    """Stands for 2027-03-31 in a row, however the maker writes days."""


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written; `tail` is XML put after its rows, inside of the sheet's data."""

    rows: Sequence[Sequence[object]]
    name: str = "Sheet1"
    state: str = ""
    tail: str = ""
    after: str = ""  # behind the data: merged cells
    numbered: bool = True  # rows and cells say where they are


def workbook(maker: Maker, *sheets: Sheet, properties: str = "") -> bytes:
    """Return the bytes of a workbook."""
    strings: list[str] = []
    parts: dict[str, str] = {}
    root = "/xl/" if maker.absolute else ""
    relations = [("styles", "styles", f"{root}styles.xml")]
    listed = ""
    for place, sheet in enumerate(sheets, start=1):
        path = f"worksheets/sheet{place}.xml"
        parts[f"xl/{path}"] = _sheet(maker, sheet, strings)
        relations.append((f"rId{place}", "worksheet", f"{root}{path}"))
        state = f' state="{sheet.state}"' if sheet.state else ""
        listed += f'<sheet name="{sheet.name}" sheetId="{place}"{state} r:id="rId{place}"/>'
    if not maker.inline:
        relations.append(("strings", "sharedStrings", f"{root}{maker.strings}"))
        kept = "".join(f"<si>{text}</si>" for text in strings)
        parts[f"xl/{maker.strings}"] = f'<sst xmlns="{MAIN}">{kept}</sst>'
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}">{maker.format}{maker.fills}<cellXfs count="2"><xf numFmtId="0"/>'
        f'<xf numFmtId="{maker.format_id}" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{properties}<sheets>{listed}</sheets></workbook>'
    )
    lines = "".join(
        f'<Relationship Id="{name}" Type="{DOCUMENT}/{kind}" Target="{target}"/>' for name, kind, target in relations
    )
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{DOCUMENT}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')
    return made.getvalue()


def _sheet(maker: Maker, sheet: Sheet, strings: list[str]) -> str:
    claimed = f'<dimension ref="{maker.dimension}"/>' if maker.dimension else ""
    rows = "".join(_row(maker, number, row, strings, sheet.numbered) for number, row in enumerate(sheet.rows, start=1))
    return f'<worksheet xmlns="{MAIN}">{claimed}<sheetData>{rows}{sheet.tail}</sheetData>{sheet.after}</worksheet>'


def _row(maker: Maker, number: int, row: Sequence[object], strings: list[str], numbered: bool) -> str:
    where = f' r="{number}"{maker.spans}' if numbered else ""
    cells = "".join(
        _cell(maker, f' r="{chr(ord("A") + place)}{number}"' if numbered else "", value, strings)
        for place, value in enumerate(row)
    )
    return f"<row{where}>{cells}</row>"


def _cell(maker: Maker, where: str, value: object, strings: list[str]) -> str:
    if isinstance(value, Raw):
        return f"<c{where}{value.xml}"
    if isinstance(value, Day):
        return f'<c{where} s="1"><v>{maker.day!r}</v></c>'
    if value is None:
        return f'<c{where} s="0"/>'
    if isinstance(value, int | float):
        return f"<c{where}><v>{value}</v></c>"
    text = value.xml if isinstance(value, Runs) else f"<t>{value}</t>"
    if maker.inline:
        return f'<c{where} t="inlineStr"><is>{text}</is></c>'
    strings.append(text)
    return f'<c{where} t="s"><v>{len(strings) - 1}</v></c>'


@dataclass(frozen=True)
class Runs:
    """A text in several runs, with a phonetic reading."""

    xml: str


@dataclass(frozen=True)
class Raw:
    """The rest of a cell's element, after its place."""

    xml: str
