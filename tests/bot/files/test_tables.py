"""One rule for every table: whoever reads it takes the same files, and says the same of what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.files import table
from bot.files.calendar_files import read_calendar_file
from bot.files.escalation_files import read_customer_file, read_roster_file
from bot.files.knowledge_files import (
    read_faq_file,
    read_knowledge_file,
    read_message_file,
    read_regression_file,
)
from escalation.policy.model import Policy

Table = list[list[str]]
Reader = Callable[[Path], Any]
TABLES: dict[str, Table] = {
    "questions": [
        ["id", "category", "question", "answer"],
        ["jam", "故障", "卡纸了怎么办", "请关机，\n再取出纸张；谢谢"],
    ],
    "phrasings": [["id", "question", "source"], ["jam", "卡纸了怎么办", "网页"]],
    "messages": [["text", "expected"], ["纸卡住了，怎么办", "jam"]],
    "kept answers": [["text", "expected"], ["纸卡住了，怎么办", "jam"]],
    "customers": [
        ["id", "organisation", "contact", "annual_amount", "orders_per_year", "influence", "complexity"],
        ["C1", "江海银行", "周文博", "6,200,000", "48", "5", "4"],
    ],
    "roster": [["date", "login", "start", "end", "kind"], ["2026-11-23", "李雷", "08:00", "16:00", "值班"]],
    "calendar": [["day", "kind", "name"], ["2027-01-01", "off", "元旦"]],
}
NOUNS = {
    "questions": "question",
    "phrasings": "question",
    "messages": "message",
    "kept answers": "message",
    "customers": "customer",
    "roster": "shift",
    "calendar": "day",
}


@pytest.fixture
def read(policy: Policy) -> Callable[[str, Path], Any]:
    readers: dict[str, Reader] = {
        "questions": lambda path: read_faq_file(path).articles,
        "phrasings": read_knowledge_file,
        "messages": lambda path: read_message_file(path, ("jam",)),
        "kept answers": lambda path: read_regression_file(path, ("jam",)),
        "customers": lambda path: read_customer_file(path, tuple(policy.tiers)),
        "roster": read_roster_file,
        "calendar": lambda path: read_calendar_file(path, policy).years,
    }
    return lambda kind, path: readers[kind](path)


def csv(rows: Iterable[Iterable[str]], separator: str = ",") -> str:
    return "".join(separator.join(f'"{cell}"' for cell in row) + "\n" for row in rows)


def put(folder: Path, content: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def workbook(folder: Path, rows: Iterable[Iterable[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(folder / "table.xlsx")
    return folder / "table.xlsx"


def faults(read: Callable[[str, Path], Any], kind: str, path: Path) -> list[str]:
    with pytest.raises(Exception, match=r"\A.*:\d+: ") as refused:  # each domain has its own class
        read(kind, path)
    return [line.replace(str(path), path.name) for line in str(refused.value).split("\n")]


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_every_table_is_read_in_every_encoding_and_with_every_separator(
    read: Callable[[str, Path], Any], tmp_path: Path, kind: str, separator: str, encoding: str
) -> None:
    expected = read(kind, put(tmp_path, csv(TABLES[kind]).encode()))
    written = "\r\n" + csv(TABLES[kind], separator).replace('"\n', '"\r\n')
    found = read(kind, put(tmp_path, written.encode(encoding), "other.txt"))
    assert unnumbered(found) == unnumbered(expected)


@pytest.mark.parametrize("kind", TABLES)
def test_every_table_is_read_from_a_workbook_whatever_its_name(
    read: Callable[[str, Path], Any], tmp_path: Path, kind: str
) -> None:
    expected = read(kind, put(tmp_path, csv(TABLES[kind]).encode()))
    path = workbook(tmp_path, TABLES[kind])
    assert unnumbered(read(kind, path)) == unnumbered(expected)
    assert unnumbered(read(kind, put(tmp_path, path.read_bytes(), "export"))) == unnumbered(expected)


@pytest.mark.parametrize("kind", TABLES)
def test_headings_may_carry_hints_stand_in_any_order_and_be_in_capitals(
    read: Callable[[str, Path], Any], tmp_path: Path, kind: str
) -> None:
    head, *below = [list(reversed(row)) for row in TABLES[kind]]
    dressed = [f" {name.upper().replace('_', ' ')}（必填）" for name in head]
    found = read(kind, put(tmp_path, csv([dressed, *([*row, "", " "] for row in below)]).encode()))
    assert unnumbered(found) == unnumbered(read(kind, put(tmp_path, csv(TABLES[kind]).encode())))


def unnumbered(found: Any) -> Any:
    """Without the lines that a shift keeps."""
    return [(one.day, one.login, one.start, one.end, one.kind) if hasattr(one, "login") else one for one in found]


@pytest.mark.parametrize("kind", TABLES)
def test_every_table_is_refused_in_the_same_words(
    read: Callable[[str, Path], Any], tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, noun = TABLES[kind], NOUNS[kind]
    good = csv(rows)

    def said(content: str | bytes) -> list[str]:
        return faults(read, kind, put(tmp_path, content if isinstance(content, bytes) else content.encode()))

    assert said("") == said(" \n\n") == [f"table.csv:1: The file is empty; it must hold at least one {noun}."]
    assert said("\n" + csv(rows[:1])) == [
        f"table.csv:2: The file names its columns but holds no {noun}; it must hold at least one."
    ]
    assert said(good.encode() + b"\xff\xff") == [
        f"table.csv:{good.count(chr(10)) + 1}: The file is neither UTF-8 nor GBK; save it as UTF-8."
    ]
    assert said("\ufeff".encode("utf-16") + good.encode("utf-16")) == [
        "table.csv:1: The file is neither UTF-8 nor GBK; save it as UTF-8."
    ]
    assert said("，".join(rows[0])) == ['table.csv:1: The columns are separated by "，"; separate them with commas.']
    broken = (
        "The CSV can't be read from here on (unexpected end of data); check the quotes and double any inside a cell."
    )
    assert said(good + '"open,') == [f"table.csv:{good.count(chr(10)) + 1}: {broken}"]
    counts = f"The line has {len(rows[0]) + 2} cells but the first line names {len(rows[0])} columns"
    assert said(csv([rows[0], [*rows[1], "", "x"]])) == [
        f"table.csv:2: {counts}; put quotes around a cell that holds a comma."
    ]
    gone = tmp_path / "gone.csv"
    assert faults(read, kind, gone) == [
        "gone.csv:1: The file can't be read (No such file or directory); give the path of a readable file."
    ]
    formats = ".yaml, .yml, .csv or .xlsx" if kind in ("questions", "phrasings") else ".csv or .xlsx"
    formats = ".yaml, .yml, .csv, .xlsx, .txt or .ics" if kind == "calendar" else formats
    assert faults(read, kind, put(tmp_path, good.encode(), "table.xls")) == [
        f'table.xls:1: The format ".xls" is unknown; use {formats}.'
    ]
    monkeypatch.setattr(table, "MOST_BYTES", 2_000_000)
    assert said("x" * 2_000_001) == ["table.csv:1: The file must be smaller than 2 MB."]


@pytest.mark.parametrize("kind", ["questions", "roster", "calendar"])
def test_headings_are_refused_in_the_same_words(read: Callable[[str, Path], Any], tmp_path: Path, kind: str) -> None:
    head, *below = TABLES[kind]
    last = {"questions": "answer", "roster": "end", "calendar": "name"}[kind]
    swapped = ["favourites" if name == last else name for name in [*head, head[0]]]
    known = {
        "questions": "id, category, question, similar, answer, tiers, valid_from, valid_until, night_answer",
        "roster": "date, login, start, end, kind, name, note",
        "calendar": "day, kind, name, calendar",
    }[kind]
    required = ", ".join(head[:4] if kind == "roster" else head)
    assert faults(read, kind, put(tmp_path, csv([swapped, *below]).encode())) == [
        f'table.csv:1: The column "favourites" is unknown; known are {known}.',
        f'table.csv:1: The column "{head[0]}" stands there twice; name every column once.',
        f'table.csv:1: The column "{last}" is missing; the first line must name {required}.',
    ]


@pytest.mark.parametrize("kind", TABLES)
def test_cells_of_a_workbook_without_a_value_are_named_and_nothing_is_said_twice(
    read: Callable[[str, Path], Any], tmp_path: Path, kind: str
) -> None:
    head, row = TABLES[kind]
    assert faults(read, kind, workbook(tmp_path, [head, [], ["=A1", "#N/A", *row[2:]]])) == [
        "table.xlsx:3: The cell A3 holds a formula; write plain text.",
        "table.xlsx:3: The cell B3 holds an error; write plain text.",
    ]
    path = put(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked.xlsx")
    sentence = "The file is no readable XLSX workbook; save it as .xlsx without a password."
    assert faults(read, kind, path) == [f"locked.xlsx:1: {sentence}"]


def test_lines_below_cells_of_several_lines_and_below_a_blank_one_keep_their_numbers(
    read: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    text = 'date;login;start;end\n2026-11-23;li;08:00;"16:00\n"\n\nx;li;08:00;16:00\n'
    assert faults(read, "roster", put(tmp_path, text.encode())) == [
        'table.csv:5: date must be a day such as 2026-11-23; found "x".'
    ]


def test_separators_within_quotes_and_hints_do_not_mislead(read: Callable[[str, Path], Any], tmp_path: Path) -> None:
    text = 'id,question,"source; page; line; sheet"\njam,卡纸了怎么办,\n'
    assert read("phrasings", put(tmp_path, text.encode()))[0].question == "卡纸了怎么办"


def test_a_quote_that_keeps_a_spreadsheet_from_computing_is_taken_away_in_every_table(
    read: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    head, row = TABLES["customers"]
    [record] = read("customers", put(tmp_path, csv([head, ["'=1", "'-江海'", *row[2:]]]).encode()))
    assert (record.id, record.organisation) == ("=1", "-江海'")


def test_merged_cells_are_no_obstacle_where_a_blank_cell_says_all(
    read: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    head, row = TABLES["customers"]
    book = Workbook()
    for cells in (head, row, ["C2", "江海银行", "许雅琴"]):
        book.worksheets[0].append(cells)
    book.worksheets[0].merge_cells("D2:D3")
    book.save(tmp_path / "table.xlsx")
    assert [one.annual_amount for one in read("customers", tmp_path / "table.xlsx")] == [6_200_000, 6_200_000]
