"""Five makers by twelve oddities: a workbook is read whole or refused by name; no row is lost in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.faults import TableUnreadable
from bot.files.xlsx_lines import hidden_sheets, read_xlsx
from tests.bot.files.makers import EXCELJS, MAKERS, Day, Maker, Raw, Runs, Sheet, workbook

HEAD = ("id", "organisation", "expires")
ROWS = (HEAD, ("C1", "江海银行", Day()), ("C2", "小满图文店", Day()))
PLAIN = [(1, HEAD), (2, ("C1", "江海银行", "2027-03-31")), (3, ("C2", "小满图文店", "2027-03-31"))]
DAYLESS = [(number, row[:2]) for number, row in PLAIN]


def dayless(*rows: tuple[object, ...]) -> tuple[tuple[object, ...], ...]:
    return tuple(row[:2] for row in rows)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_days_are_days_or_refused_by_their_cell(maker: Maker) -> None:
    sheet = read_xlsx(workbook(maker, Sheet(ROWS)))
    if maker is EXCELJS:  # 16:00 of the day before: which day is meant the file does not tell
        assert [str(fault) for fault in sheet.faults] == [
            f"The cell C{row} holds 2027-03-30 16:00, a date with a time of day; write plain text." for row in (2, 3)
        ]
    else:
        assert (sheet.lines, sheet.faults) == (PLAIN, [])


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_all_rows_are_read_whatever_size_is_claimed(maker: Maker) -> None:
    many = [(f"C{number}", "江海银行") for number in range(2_000)]
    assert len(read_xlsx(workbook(maker, Sheet([HEAD[:2], *many]))).lines) == 2_001


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_formatted_empty_rows_below_are_passed_over(maker: Maker) -> None:
    tail = "".join(f'<row r="{row}" s="1" ht="15"><c r="A{row}" s="1"/></row>' for row in range(4, 50_000))
    assert read_xlsx(workbook(maker, Sheet(dayless(*ROWS), tail=tail))).lines == DAYLESS


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_of_two_visible_sheets_with_content_none_is_read(maker: Maker) -> None:
    content = workbook(maker, Sheet(dayless(*ROWS), "华东"), Sheet([], "空"), Sheet(dayless(*ROWS), "华南"))
    with pytest.raises(TableUnreadable) as refused:
        read_xlsx(content)
    assert str(refused.value) == (
        'The workbook has several sheets with content: "华东", "华南"; one is read, so hide or delete the others, '
        "or save each as a file of its own."
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_a_hidden_sheet_in_front_is_passed_over_and_named(maker: Maker, state: str) -> None:
    content = workbook(maker, Sheet([("old",)], "旧", state), Sheet(dayless(*ROWS), "新"))
    assert (read_xlsx(content).lines, hidden_sheets(content)) == (DAYLESS, ("旧",))


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_content_that_is_hidden_altogether_is_refused_by_name(maker: Maker) -> None:
    with pytest.raises(TableUnreadable) as refused:
        read_xlsx(workbook(maker, Sheet([], "空"), Sheet(dayless(*ROWS), "旧", "hidden")))
    assert str(refused.value) == 'All sheets with content are hidden: "旧"; unhide the one that is to be read.'


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_a_text_of_several_runs_is_one_text(maker: Maker) -> None:
    runs = Runs("<r><t>江海</t></r><r><rPr><b/></rPr><t>银行</t></r><rPh sb='0' eb='2'><t>jianghai</t></rPh>")
    content = workbook(maker, Sheet([HEAD[:2], ("C1", runs)]))
    assert read_xlsx(content).lines[1] == (2, ("C1", "江海银行"))


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_rows_and_cells_without_their_place_follow_each_other(maker: Maker) -> None:
    content = workbook(maker, Sheet([HEAD[:2], ("C1", None), (None, "小满图文店")], numbered=False))
    assert read_xlsx(content).lines[1:] == [(2, ("C1",)), (3, ("", "小满图文店"))]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_a_formula_is_refused_by_its_cell(maker: Maker) -> None:
    sheet = read_xlsx(workbook(maker, Sheet([HEAD[:2], ("C1", Raw(' t="str"><f>A2</f><v>x</v></c>'))])))
    assert [str(fault) for fault in sheet.faults] == ["The cell B2 holds a formula; write plain text."]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_an_error_is_refused_by_its_cell(maker: Maker) -> None:
    sheet = read_xlsx(workbook(maker, Sheet([HEAD[:2], ("C1", Raw(' t="e"><v>#REF!</v></c>'))])))
    assert [str(fault) for fault in sheet.faults] == ["The cell B2 holds an error; write plain text."]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_numbers_are_read_as_they_are_typed(maker: Maker) -> None:
    content = workbook(maker, Sheet([("phone", "amount"), (13_900_008_001, 6_200_000.0), ("1.39E+10", 0.5)]))
    assert read_xlsx(content).lines[1:] == [(2, ("13900008001", "6200000")), (3, ("1.39E+10", "0.5"))]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_merged_cells_are_told(maker: Maker) -> None:
    after = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    sheet = read_xlsx(workbook(maker, Sheet(dayless(*ROWS), after=after)))
    assert [str(fault) for fault in sheet.merged] == [
        "The cells B2:B3 are merged; unmerge them so that every row is complete."
    ]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_half_a_workbook_is_none(maker: Maker, tmp_path: Path) -> None:
    content = workbook(maker, Sheet(ROWS))
    with pytest.raises(TableUnreadable) as refused:
        read_xlsx(content[: len(content) // 2])
    assert str(refused.value) == "The file is no readable XLSX workbook; save it as .xlsx without a password."


@pytest.mark.parametrize(
    ("bound", "sentence"),
    [
        ("MOST_ROWS", "The sheet has more than 2 rows with content; split it into several files."),
        ("MOST_CELLS", "The sheet has more than 2 cells with content; split it into several files."),
        ("MOST_SECONDS", "Reading the workbook takes longer than -1 seconds; save it as CSV."),
    ],
)
def test_what_would_take_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, bound: str, sentence: str) -> None:
    monkeypatch.setattr(f"bot.files.xlsx_lines.{bound}", -1 if bound == "MOST_SECONDS" else 2)
    with pytest.raises(TableUnreadable) as refused:
        read_xlsx(workbook(MAKERS[0], Sheet(dayless(*ROWS))))
    assert str(refused.value) == sentence
