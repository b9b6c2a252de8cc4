"""What a file holds beside its first part: sheets hidden, empty or full, documents, tables below one another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.styles import Border, Side
from sqlalchemy import func, select

from bot.cli.parser import main
from bot.first_start import SAMPLE_CUSTOMERS
from escalation.customers.customer_rows import contacts
from tests.bot.cli.conftest import Terminal
from tests.databases import migrated_folder
from tests.neighbours.crm import BY_HAND, COLUMNS, FIGURES, Crm, Refused, table

HEAD = ("id", "category", "question", "answer")
OLD = [
    *((f"fp-{at}", "发票", f"发票的问题{at}怎么办", f"发票答案{at}。") for at in (1, 2, 3)),
    *((f"ps-{at}", "配送", f"配送的问题{at}怎么办", f"配送答案{at}。") for at in (1, 2, 3)),
]
NEW = [(*row[:3], f"新的{row[3]}") for row in OLD]


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    made = Terminal(migrated_folder(tmp_path / "data"), capsys)
    made.here("kb", "import", saved(tmp_path, "before.xlsx", ("问答", OLD)))
    return made


def saved(folder: Path, name: str, *sheets: tuple[str, Sequence[Sequence[Any]]], **states: str) -> str:
    """A workbook with these sheets, each a table with headings unless its rows are given as they are."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        if rows and len(rows[0]) == len(HEAD):
            sheet.append(HEAD)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = states.get(title, "visible")
    book.active = next(at for at, sheet in enumerate(book.worksheets) if sheet.sheet_state == "visible")
    book.save(folder / name)
    return str(folder / name)


def published(terminal: Terminal, tmp_path: Path) -> dict[str, str]:
    """The answers in force, by id."""
    out = tmp_path / "out.csv"
    terminal.here("kb", "export", str(out))
    rows = [line.split(",") for line in out.read_text(encoding="utf-8-sig").splitlines()[1:]]
    return {row[0]: row[4] for row in rows}


def as_before(terminal: Terminal, tmp_path: Path) -> bool:
    return published(terminal, tmp_path) == {row[0]: row[3] for row in OLD}


def refused_both(terminal: Terminal, path: str) -> str:
    """The one sentence that the check and the import refuse a file with."""
    checked = terminal.refused_here("kb", "check", path, code=1)
    told = terminal.refused_here("kb", "import", path).removeprefix("jiedai: ")
    assert told == checked
    return checked


def test_a_cover_sheet_in_front_of_the_data_is_named(terminal: Terminal, tmp_path: Path) -> None:
    prose = [("", "常见问题"), ("", "由客服部维护。"), ("", "每月更新。"), ("", "有疑问请联系王敏。")]
    told = refused_both(terminal, saved(tmp_path, "faq.xlsx", ("说明", prose), ("问答", NEW)))
    assert "说明" in told
    assert "问答" in told
    assert as_before(terminal, tmp_path)


def formatted(path: str) -> str:
    """The same with a sheet of borders and one of blanks behind."""
    book = load_workbook(path)
    side = Side(style="thin")
    second = book["Sheet2"]
    second.column_dimensions["A"].width = 40
    for row in second.iter_rows(min_row=1, max_row=30, max_col=8):
        for cell in row:
            cell.border = Border(side, side, side, side)
    book["Sheet3"]["B2"] = "   "
    book.save(path)
    return path


def test_empty_standard_sheets_behind_do_not_matter(terminal: Terminal, tmp_path: Path) -> None:
    plain = saved(tmp_path, "faq.xlsx", ("问答", NEW), ("Sheet2", []), ("Sheet3", []))
    for path in (plain, formatted(plain)):
        assert "no faults; 6 questions" in terminal.here("kb", "check", path)
        assert "6 questions" in terminal.here("kb", "import", path)
    assert len(published(terminal, tmp_path)) == 6


CUSTOMERS = [
    {"id": "C9001", "organisation": "华东机电", "contact": "甲", "phone": "13900090001", **FIGURES},
    {"id": "C9002", "organisation": "华南重装", "contact": "乙", "phone": "13900090002", **FIGURES, **BY_HAND},
]


def cells(*rows: dict[str, Any], columns: Sequence[str] = COLUMNS) -> list[list[Any]]:
    return [list(columns), *([row.get(name) for name in columns] for row in rows)]


@pytest.fixture
def known(crm: Crm) -> Crm:
    crm.take(*CUSTOMERS)
    crm.approve()
    return crm


def count(crm: Crm) -> int:
    return int(crm.scene.read(lambda db: db.scalar(select(func.count()).select_from(contacts))))


def test_empty_standard_sheets_do_not_matter_in_the_crm(crm: Crm, tmp_path: Path) -> None:
    plain = saved(tmp_path, "crm.xlsx", ("客户", cells(*CUSTOMERS)), ("Sheet2", []), ("Sheet3", []))
    for path in (plain, formatted(plain)):
        assert crm.load(path)[0].startswith("2 contacts saved")


def test_hidden_sheets_of_both_kinds_are_named_and_passed_over(
    terminal: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = [CUSTOMERS[0] | {"phone": "13900099999"}, CUSTOMERS[1] | {"id": "C9099", "contact": "丙"}]
    sheets = [("2026", cells(*CUSTOMERS)), ("备份", cells(*old)), ("停用", cells(*old))]
    path = saved(tmp_path, "crm.xlsx", *sheets, 备份="veryHidden", 停用="hidden")
    for flags in (["--dry-run"], []):
        capsys.readouterr()
        main(["customers", "import", path, *flags, "--data", str(terminal.data)])
        printed = capsys.readouterr()
        assert printed.out.startswith("2 contacts")
        assert "备份" in printed.err + printed.out
        assert "停用" in printed.err + printed.out
    assert "13900090001" in terminal.here("customers", "show", "C9001", "--reveal")
    assert "C9099" in terminal.refused_here("customers", "show", "C9099")


def test_a_workbook_whose_content_is_hidden_is_refused_by_name(terminal: Terminal, tmp_path: Path) -> None:
    path = saved(tmp_path, "faq.xlsx", ("新", []), ("问答", NEW), 问答="hidden")
    told = f'{path}:1: All sheets with content are hidden: "问答"; unhide the one that is to be read.'
    assert terminal.refused_here("kb", "import", path) == f"jiedai: {told}"
    terminal.output.readouterr()
    with pytest.raises(SystemExit):
        main(["kb", "check", path, "--data", str(terminal.data)])
    assert terminal.output.readouterr().out.splitlines() == [told]
    assert as_before(terminal, tmp_path)


def test_a_chart_sheet_and_a_table_further_down_are_read_or_refused_by_name(known: Crm, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "客户"
    sheet["C1"] = "华东机电集团"
    for at, row in enumerate(cells(*(row | {"phone": f"1390009100{n}"} for n, row in enumerate(CUSTOMERS))), start=4):
        for place, value in enumerate(row, start=3):
            sheet.cell(at, place, value)
    chart = book.create_chartsheet("图表", 0)
    chart.add_chart(BarChart())
    book.save(tmp_path / "crm.xlsx")
    for dry_run in (True, False):
        try:
            told = known.load(str(tmp_path / "crm.xlsx"), dry_run=dry_run)
        except Refused as refused:
            assert "客户" in str(refused)  # noqa: PT017 - refused is one of two right outcomes
            continue
        assert told[0].startswith("2 contacts")


def test_rows_hidden_by_a_filter_and_narrow_columns_are_read(terminal: Terminal, tmp_path: Path) -> None:
    path = saved(tmp_path, "faq.xlsx", ("问答", NEW))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.auto_filter.ref = "A1:D7"
    sheet.auto_filter.add_filter_column(1, ["发票"])
    for row in (5, 6, 7):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["D"].width = 0
    sheet.column_dimensions["D"].hidden = True
    book.save(path)
    assert "no faults; 6 questions" in terminal.here("kb", "check", path)
    terminal.here("kb", "import", path)
    assert published(terminal, tmp_path) == {row[0]: row[3] for row in NEW}


def test_two_versions_are_refused_whichever_was_opened_last(terminal: Terminal, tmp_path: Path) -> None:
    path = saved(tmp_path, "faq.xlsx", ("旧版", OLD), ("新版", NEW))
    book = load_workbook(path)
    book.active = 1
    book.save(path)
    told = refused_both(terminal, path)
    assert "旧版" in told
    assert "新版" in told
    assert as_before(terminal, tmp_path)


async def test_one_contact_on_two_sheets_is_refused_by_their_names(known: Crm, tmp_path: Path) -> None:
    other = ["电话", "编号", "单位", "联系人"]
    rows = [other, ["13900099992", "C9002", "华南重装", "乙"]]
    path = saved(tmp_path, "crm.xlsx", ("销售", cells(CUSTOMERS[1])), ("售后", [[*row, ""] for row in rows]))
    with pytest.raises(Refused, match='"销售", "售后"'):
        known.load(path)
    found = await known.get("C9002")
    assert (found["phone"], found["tier"]) == ("13900090002", "特级")


def test_a_remark_on_a_sheet_of_its_own_is_named(terminal: Terminal, tmp_path: Path) -> None:
    told = refused_both(terminal, saved(tmp_path, "faq.xlsx", ("问答", NEW), ("备注", [("8月更新，王",)])))
    assert "问答" in told
    assert "备注" in told
    assert as_before(terminal, tmp_path)


def test_every_door_refuses_two_full_sheets_alike(terminal: Terminal, tmp_path: Path) -> None:
    told = refused_both(terminal, saved(tmp_path, "faq2.xlsx", ("发票", NEW[:3]), ("配送", NEW[3:])))
    assert "发票" in told
    assert "配送" in told
    assert as_before(terminal, tmp_path)
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    before = terminal.json("customers", "list")
    path = saved(tmp_path, "crm2.xlsx", ("华东", cells(CUSTOMERS[0])), ("华南", cells(CUSTOMERS[1])))
    said = {
        terminal.refused_here("customers", "import", path, *flags)
        for flags in ([], ["--dry-run"], ["--dry-run", "--clear-blank"])
    }
    [sentence] = said
    assert sentence == (
        'jiedai: crm2.xlsx:1: The workbook has several sheets with content: "华东", "华南"; one is read, so hide or '
        "delete the others, or save each as a file of its own."
    )
    assert terminal.json("customers", "list") == before


def test_several_documents_of_a_yaml_file_are_read_or_named(terminal: Terminal, tmp_path: Path) -> None:
    documents = [
        "".join(f"- id: {row[0]}\n  category: {row[1]}\n  question: {row[2]}\n  answer: {row[3]}\n" for row in part)
        for part in (NEW[:3], NEW[3:])
    ]
    path = tmp_path / "faq.yaml"
    path.write_text("---\n".join(documents), encoding="utf-8")
    told = refused_both(terminal, str(path))
    assert told == f"{path}:13: A second document begins here; put all questions into one list, without the line ---."
    assert as_before(terminal, tmp_path)


def test_two_tables_below_one_another_are_read_or_refused_by_line(terminal: Terminal, tmp_path: Path) -> None:
    lines = [",".join(row) for row in (HEAD, *NEW[:3])]
    path = tmp_path / "faq.csv"
    path.write_text("\n".join([*lines, "", "", ",".join(HEAD), *(",".join(row) for row in NEW[3:])]), encoding="utf-8")
    checked = terminal.refused_here("kb", "check", str(path), code=1)
    assert f"{path}:7: " in checked
    terminal.refused_here("kb", "import", str(path))
    assert as_before(terminal, tmp_path)


async def test_an_empty_line_between_contacts_ends_nothing(crm: Crm) -> None:
    lines = table(CUSTOMERS).splitlines()
    path = crm.file("\n".join([*lines[:2], "", *lines[2:]]))
    for dry_run in (True, False):
        assert crm.load(path, dry_run=dry_run)[0].startswith("2 contacts")
    assert [(await crm.get(row["id"]))["contact"] for row in CUSTOMERS] == ["甲", "乙"]
