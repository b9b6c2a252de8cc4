"""Workbooks as other programs write them: nothing is lost in silence, nothing costs minutes, no day slips."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import datetime, timedelta
from datetime import time as clock

import pytest
from openpyxl import Workbook

from bot.files import xlsx_lines
from bot.files.faults import TableUnreadable
from bot.files.xlsx_lines import Worksheet, read_xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(rows: str, *, dimension: str = "A1", styles: str = "", strings: str = "", properties: str = "") -> bytes:
    """A workbook of just the parts that a lean writer makes."""
    sheet = f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    parts = {"sheet1": ("worksheet", "worksheets/sheet1.xml", sheet)}
    if styles:
        parts["styles"] = ("styles", "/xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
    if strings:
        parts["strings"] = ("sharedStrings", "sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
    relations = "".join(
        f'<Relationship Id="{name}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'
        for name, (kind, target, _) in parts.items()
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{properties}'
            '<sheets><sheet name="a" sheetId="1" r:id="sheet1"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>')
        for _, target, content in parts.values():
            archive.writestr(f"xl/{target.removeprefix('/xl/')}", content)
    return made.getvalue()


def words(row: int, *cells: str) -> str:
    inside = "".join(
        f'<c r="{"ABCDEFGH"[at]}{row}" t="inlineStr"><is><t>{cell}</t></is></c>' for at, cell in enumerate(cells)
    )
    return f'<row r="{row}">{inside}</row>'


def saved(*rows: list[object]) -> Worksheet:
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    held = io.BytesIO()
    made.save(held)
    return read_xlsx(held.getvalue())


@pytest.mark.parametrize("dimension", ["A1", "A1:B2", ""])
def test_a_dimension_that_is_too_small_loses_no_row(dimension: str) -> None:
    rows = words(1, "id", "name") + words(2, "1", "a") + words(3, "2", "b")
    assert read_xlsx(book(rows, dimension=dimension)).lines == [
        (1, ("id", "name")),
        (2, ("1", "a")),
        (3, ("2", "b")),
    ]


def test_a_million_formatted_empty_rows_take_seconds() -> None:
    empty = "".join(f'<row r="{row}" s="1" ht="15"><c r="A{row}" s="1"/></row>' for row in range(3, 1_048_577))
    content = book(words(1, "id") + words(2, "1") + empty)
    begun = time.process_time()
    assert read_xlsx(content).lines == [(1, ("id",)), (2, ("1",))]
    assert time.process_time() - begun < 20


def test_two_cells_in_opposite_corners_cost_no_more_than_one_row() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    (first, last) = read_xlsx(book(words(1, "id") + far)).lines
    assert first == (1, ("id",))
    assert (last[0], len(last[1]), last[1][-1]) == (1_048_576, 16_384, "1")


def test_styles_that_other_libraries_refuse_do_no_harm() -> None:
    styles = '<fills><fill/></fills><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    rows = '<row r="1"><c r="A1" s="1"><v>46477</v></c><c r="B1"><v>46477</v></c></row>'
    assert read_xlsx(book(rows, styles=styles)).lines == [(1, ("2027-03-31", "46477"))]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2027, 3, 31),  # noqa: DTZ001 - a workbook knows no zones
        datetime(2027, 3, 31, 0, 0, 43),  # noqa: DTZ001 - SheetJS in Shanghai
        datetime(2027, 3, 30, 23, 59, 59, 999_000),  # noqa: DTZ001 - a fraction that could not be written exactly
    ],
)
def test_a_date_near_midnight_is_a_day(at: datetime) -> None:
    assert saved([at]).lines == [(1, ("2027-03-31",))]


def test_a_date_with_another_time_of_day_is_refused() -> None:
    sheet = saved(["id", "expires"], ["C1", datetime(2027, 3, 30, 16)])  # noqa: DTZ001 - exceljs in Shanghai
    assert sheet.lines == [(1, ("id", "expires")), (2, ("C1", None))]
    assert [(fault.line, str(fault)) for fault in sheet.faults] == [
        (2, "The cell B2 holds 2027-03-30 16:00, a date with a time of day; write plain text.")
    ]


def test_times_of_day_are_read_as_they_are_shown() -> None:
    row = [clock(8), clock(16, 30, 15), timedelta(hours=24), timedelta(hours=8, minutes=5)]
    assert saved(row).lines == [(1, ("08:00", "16:30:15", "24:00", "08:05"))]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月"d"日"', "2027-03-31"),
        ("[$-804]yyyy/m/d;@", "2027-03-31"),
        ("d-mmm", "2027-03-31"),
        ('#,##0.00"days"', "46477"),
        ("[Red]0", "46477"),
        (r"0\d", "46477"),
        ("General", "46477"),
    ],
)
def test_a_number_is_a_date_if_its_format_shows_one(code: str, shown: str) -> None:
    escaped = code.replace('"', "&quot;")
    styles = (
        f'<numFmts><numFmt numFmtId="176" formatCode="{escaped}"/></numFmts><cellXfs><xf numFmtId="176"/></cellXfs>'
    )
    rows = '<row r="1"><c r="A1" s="0"><v>46477</v></c></row>'
    assert read_xlsx(book(rows, styles=styles)).lines == [(1, (shown,))]


@pytest.mark.parametrize("number", [14, 31, 57])
def test_built_in_formats_of_dates_are_known_the_chinese_ones_too(number: int) -> None:
    styles = f'<cellXfs><xf numFmtId="{number}"/></cellXfs>'
    rows = '<row r="1"><c r="A1" s="0"><v>46477</v></c></row>'
    assert read_xlsx(book(rows, styles=styles)).lines == [(1, ("2027-03-31",))]


def test_days_may_be_counted_from_1904() -> None:
    styles = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    rows = '<row r="1"><c r="A1" s="0"><v>45015</v></c></row>'
    content = book(rows, styles=styles, properties='<workbookPr date1904="1"/>')
    assert read_xlsx(content).lines == [(1, ("2027-03-31",))]


def test_numbers_and_truths_are_read_as_a_person_would_type_them() -> None:
    row = [13_800_000_001, 6_200_000.0, 0.5, True, False]
    assert saved([*row]).lines == [(1, ("13800000001", "6200000", "0.5", "True", "False"))]


def test_shared_strings_keep_their_runs_and_lose_their_readings() -> None:
    strings = (
        "<si><r><t>江海</t></r><r><t xml:space='preserve'> 银行</t></r><rPh sb='0' eb='2'><t>jianghai</t></rPh></si>"
        "<si><t>一_x000D_\n二_x005F_x000D_</t></si>"
    )
    rows = '<row><c t="s"><v>0</v></c><c/><c t="s"><v>1</v></c></row><row><c t="str"><v>c</v></c></row>'
    assert read_xlsx(book(rows, strings=strings)).lines == [
        (1, ("江海 银行", "", "一\r\n二_x000D_")),
        (2, ("c",)),
    ]


def test_formulas_are_refused_also_when_they_were_computed() -> None:
    sheet = read_xlsx(book('<row r="7"><c r="AB7"><f>A1</f><v>5</v></c></row>'))
    assert [(fault.line, str(fault)) for fault in sheet.faults] == [
        (7, "The cell AB7 holds a formula; write plain text.")
    ]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="?1"><v>1</v></c></row>',
        '<row r="x"/>',
        '<row r="1"><c r="A1" t="s"><v>5</v></c></row>',
        '<row r="1"><c r="A1"><v>many</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        "<row>",
    ],
)
def test_a_damaged_sheet_is_refused(rows: str) -> None:
    with pytest.raises(TableUnreadable) as refused:
        read_xlsx(book(rows))
    assert str(refused.value) == "The file is no readable XLSX workbook; save it as .xlsx without a password."


def test_what_unpacks_to_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_lines, "MOST_UNPACKED", 2_000_000)
    with pytest.raises(TableUnreadable) as refused:
        read_xlsx(book(words(1, "x" * 2_000_001)))
    assert str(refused.value) == "The file must be smaller than 2 MB."
