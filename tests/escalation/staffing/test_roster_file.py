"""A roster as CSV: read as spreadsheets write it, or refused with every fault and its line."""

from __future__ import annotations

from datetime import date

import pytest

from bot.files.escalation_files import read_roster_content
from escalation.staffing.roster_file import RosterFaults, ShiftEntry, parse_kind, parse_time

HEADER = "date,login,start,end,kind"
MONDAY = date(2026, 11, 23)
TOO_MANY = "The line has 6 cells but the first line names 5 columns; put quotes around a cell that holds a comma."
BROKEN = "The CSV can't be read from here on (unexpected end of data); check the quotes and double any inside a cell."
DAY = ShiftEntry(MONDAY, "li", 480, 960, "duty", 2)


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def faults_of(raw: bytes) -> list[str]:
    with pytest.raises(RosterFaults) as caught:
        read_roster_content(raw, "roster.csv")
    return str(caught.value).split("\n")


def test_every_line_is_a_shift() -> None:
    raw = csv("2026-11-23,li,08:00,16:00,duty", "2026-11-23,wang,21:00,08:00,on_call")
    assert read_roster_content(raw) == (DAY, ShiftEntry(MONDAY, "wang", 1260, 480, "on_call", 3))


def test_a_kind_left_out_is_duty() -> None:
    assert read_roster_content(csv("2026-11-23,li,08:00,16:00", header="date,login,start,end")) == (DAY,)
    assert read_roster_content(csv("2026-11-23,li,08:00,16:00,")) == (DAY,)


def test_a_sheet_in_chinese_pasted_from_a_spreadsheet_is_read_too() -> None:
    raw = csv("2026/11/23\t李雷\tli\t8:00\t16:00:00\t当班", header="日期\t姓名\t账号\t开始\t结束\t类别")
    assert read_roster_content(raw) == (DAY,)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_the_encodings_that_spreadsheets_write_are_read(encoding: str) -> None:
    raw = "\r\n日期,账号,开始,结束,备注\r\n\r\n2026-11-23,李雷,08:00,16:00,替班\r\n".encode(encoding)
    assert read_roster_content(raw) == (ShiftEntry(MONDAY, "李雷", 480, 960, "duty", 4),)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2026-02-30,li,08:00,16:00,duty", 'date must be a day such as 2026-11-23; found "2026-02-30".'),
        ("23.11.,li,08:00,16:00,duty", 'date must be a day such as 2026-11-23; found "23.11.".'),
        ("2026-11-23,li,8,16:00,duty", 'start must be a time of day such as 08:00; found "8".'),
        ("2026-11-23,li,08:60,16:00,duty", 'start must be a time of day such as 08:00; found "08:60".'),
        ("2026-11-23,li,24:00,16:00,duty", 'start must be a time of day such as 08:00; found "24:00".'),
        ("2026-11-23,li,08:00,24:01,duty", 'end must be a time of day such as 08:00; found "24:01".'),
        ("2026-11-23,li,08:00,16:00,lunch", 'kind must be duty or on_call; found "lunch".'),
        ("2026-11-23,,08:00,16:00,duty", "login must be given."),
        (",li,08:00,16:00,duty", "date must be given."),
        ("2026-11-23,li,08:00,,duty", "end must be given."),
        ("2026-11-23,li,08:00,16:00,duty,x", TOO_MANY),
        ('2026-11-23,"li,08:00', BROKEN),
    ],
)
def test_a_bad_line_is_named_with_what_would_be_right(line: str, sentence: str) -> None:
    assert faults_of(csv("2026-11-23,wang,08:00,16:00,duty", line)) == [f"roster.csv:3: {sentence}"]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("date,login,start,kind", 'The column "end" is missing; the first line must name date, login, start, end.'),
        ("date,login,login,start,end", 'The column "login" stands there twice; name every column once.'),
        (
            "date,who,login,start,end",
            'The column "who" is unknown; known are date, login, start, end, kind, name, note.',
        ),
    ],
)
def test_a_bad_header_is_named_with_what_would_be_right(header: str, sentence: str) -> None:
    assert faults_of(csv("2026-11-23,li,08:00,16:00,duty", header=header)) == [f"roster.csv:1: {sentence}"]


def test_all_faults_are_told_at_once() -> None:
    assert faults_of(csv("x,li,08:00,16:00,duty", "2026-11-23,,y,16:00,duty")) == [
        'roster.csv:2: date must be a day such as 2026-11-23; found "x".',
        "roster.csv:3: login must be given.",
        'roster.csv:3: start must be a time of day such as 08:00; found "y".',
    ]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty; it must hold at least one shift."),
        (b"\n\n", "The file is empty; it must hold at least one shift."),
        (csv(), "The file names its columns but holds no shift; it must hold at least one."),
    ],
)
def test_a_file_without_shifts_is_refused(raw: bytes, sentence: str) -> None:
    assert faults_of(raw) == [f"roster.csv:1: {sentence}"]


def test_what_is_no_text_or_too_large_is_refused() -> None:
    assert faults_of(b"\xff\xff\x00\xff") == ["roster.csv:1: The file is neither UTF-8 nor GBK; save it as UTF-8."]
    assert faults_of(b"x" * 50_000_001) == ["roster.csv:1: The file must be smaller than 50 MB."]


def test_times_run_to_midnight_and_kinds_have_chinese_names() -> None:
    assert [parse_time(text) for text in ("0:00", "8:05", "24:00", "8：05", "-1:00")] == [0, 485, 1440, 485, None]
    assert [parse_kind(text) for text in ("On-Call", "值班", "", "当班", "?")] == [
        "on_call",
        "on_call",
        "duty",
        "duty",
        None,
    ]
