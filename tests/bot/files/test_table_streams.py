"""Tables that are exported: as CSV and as a workbook, in pieces, and never as formulas."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from bot.files import xlsx_stream
from bot.files.cell_values import Cell, ExportTable
from bot.files.csv_stream import csv_pieces
from bot.files.table import read_table
from bot.files.xlsx_stream import CUT, MOST_CHARACTERS, xlsx_pieces

DANGEROUS = ("=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx")


def workbook(*tables: ExportTable) -> Any:
    return openpyxl.load_workbook(BytesIO(b"".join(xlsx_pieces(tables))))


def table(
    rows: Iterable[Sequence[Cell]], title: str = "按队列", headings: Sequence[str] = ("队列", "数")
) -> ExportTable:
    return ExportTable(title, headings, rows)


def lines_of(*tables: ExportTable) -> list[list[str]]:
    text = b"".join(csv_pieces(tables)).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline="")))


def test_a_csv_file_begins_with_the_byte_order_mark_and_its_chinese_headings() -> None:
    assert lines_of(table([("售后", 3), ("财务", None)])) == [["队列", "数"], ["售后", "3"], ["财务", ""]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_file_begins_as_a_formula(text: str) -> None:
    assert lines_of(table([(text, -5)]))[1] == [f"'{text}", "-5"]


def test_several_tables_of_a_csv_file_stand_below_their_titles() -> None:
    found = lines_of(table([("售后", 1)]), table([("VIP", 2)], "按等级", ("等级", "数")))
    assert found == [["按队列"], ["队列", "数"], ["售后", "1"], [], ["按等级"], ["等级", "数"], ["VIP", "2"]]


def test_a_workbook_has_a_sheet_for_each_table_with_a_frozen_line_of_bold_headings() -> None:
    made = workbook(table([("售后", 3)]), table([("VIP", 0.5)], "按等级", ("等级", "数")))
    assert made.sheetnames == ["按队列", "按等级"]
    sheet = made["按队列"]
    assert (sheet.freeze_panes, sheet["A1"].font.bold, sheet.auto_filter.ref) == ("A2", True, "A1:B2")
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["队列", "数"], ["售后", 3]]
    assert made["按等级"]["B2"].value == 0.5


@pytest.mark.parametrize("text", DANGEROUS[:4])
def test_a_text_that_looks_like_a_formula_stays_a_text_in_a_workbook(text: str) -> None:
    cell = workbook(table([(text, 1)]))["按队列"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_days_and_instants_are_dates_for_excel() -> None:
    sheet = workbook(table([(date(2028, 2, 29), datetime(2026, 11, 30, 18, 5))]))["按队列"]  # noqa: DTZ001
    assert sheet["A2"].value == datetime(2028, 2, 29)  # noqa: DTZ001
    assert sheet["B2"].value == datetime(2026, 11, 30, 18, 5)  # noqa: DTZ001
    assert (sheet["A2"].number_format, sheet["B2"].number_format) == ("yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm")


def test_what_xml_cannot_hold_is_left_out_and_the_rest_comes_back_as_it_was() -> None:
    given = " <b>&\x00\x0b\ud83d 行一\n行二 "
    assert workbook(table([(given, 1)]))["按队列"]["A2"].value == " <b>& 行一\n行二 "


def test_a_text_that_excel_would_read_as_an_escape_is_escaped() -> None:
    written = BytesIO(b"".join(xlsx_pieces([table([("_x0041_", 1)])])))
    assert '<t xml:space="preserve">_x005F_x0041_</t>' in ZipFile(written).read("xl/worksheets/sheet1.xml").decode()


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    value = workbook(table([("长" * 40_000, 1)]))["按队列"]["A2"].value
    assert value == "长" * (MOST_CHARACTERS - len(CUT)) + CUT


def test_titles_become_names_that_excel_takes_and_that_differ() -> None:
    long = "按/渠道:[2026]" + "很长" * 20
    made = workbook(table([], long), table([], long), table([], ""))
    assert made.sheetnames == [f"按 渠道  2026 {'很长' * 10}"[:31], f"按 渠道  2026 {'很长' * 10}"[:29] + " 2", "Sheet"]


def test_rows_beyond_a_sheet_go_on_in_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_stream, "MOST_ROWS", 4)
    made = workbook(table([(f"行{number}", number) for number in range(7)]))
    assert made.sheetnames == ["按队列", "按队列 2", "按队列 3"]
    assert [sheet.max_row for sheet in made] == [4, 4, 2]
    assert [sheet["A1"].value for sheet in made] == ["队列"] * 3


def test_a_workbook_without_tables_still_opens() -> None:
    assert workbook().sheetnames == ["Sheet"]


def test_a_wide_table_has_columns_of_two_letters() -> None:
    sheet = workbook(table([range(30)], headings=[f"列{at}" for at in range(30)]))["按队列"]
    assert sheet["AD2"].value == 29


def test_what_was_exported_is_read_again_by_our_own_reader() -> None:
    for pieces in (xlsx_pieces, csv_pieces):
        found = read_table(b"".join(pieces([table([("售后", "三")])])))
        assert [list(cells) for _, cells in found.lines] == [["队列", "数"], ["售后", "三"]]


@pytest.mark.parametrize("pieces", [csv_pieces, xlsx_pieces])
def test_a_table_of_many_rows_is_written_piece_by_piece(pieces: Any) -> None:
    rows = ((f"第 {number} 行", number) for number in range(20_000))
    tracemalloc.start()
    count = sum(len(piece) > 0 for piece in pieces([table(rows)]))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 5
    assert held < 3_000_000
