"""`jiedai calendar import|restore`: what would change is shown; saving is a second step, and nothing is wiped."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Terminal
from tests.bot.notice_of_2027 import NOTICE_2027

NOTICES = Path(__file__).parents[2] / "escalation" / "calendars" / "notices"
CORRECTION = (
    "国务院办公厅关于调整2027年劳动节假期安排的通知\n5月1日（周六）至4日（周二）放假调休，共4天。5月8日（周六）上班。\n"
)
FEED = """\
BEGIN:VCALENDAR
X-APPLE-REGION:CN
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270501
DTEND;VALUE=DATE:20270504
SUMMARY;LANGUAGE=zh_CN:劳动节（休）
X-APPLE-SPECIAL-DAY:WORK-HOLIDAY
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270508
SUMMARY;LANGUAGE=zh_CN:劳动节
 （班）
X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270504
SUMMARY:青年节
END:VEVENT
END:VCALENDAR
"""


def written(folder: Path, text: str, name: str = "notice.txt") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def counts(term: Terminal, year: int) -> tuple[int, int, bool]:
    shown = term.json("calendar", "show", str(year))
    kinds = [day["kind"] for day in shown["days"] if day["calendar"] is None]
    return kinds.count("off"), kinds.count("on"), shown["published"]


@pytest.fixture
def known(term: Terminal, tmp_path: Path) -> Terminal:
    """2027 is taken in from its notice."""
    term.here("calendar", "import", written(tmp_path, NOTICE_2027), "--yes", "--by", "李雷")
    return term


def test_without_yes_a_notice_is_only_shown(term: Terminal, tmp_path: Path) -> None:
    printed = term.here("calendar", "import", written(tmp_path, NOTICE_2027)).splitlines()
    assert printed[0] == "The text holds 7 items, 29 days off, 5 make-up days."
    assert "2026: 7 items, 34 days off, 6 make-up days (was 7 items, 33 days off, 6 make-up days)." in printed
    assert "Comes: 12-31 off 元旦." in printed
    assert not any(line.startswith("Goes") for line in printed)
    assert printed[-2:] == [
        "No deadline of an open ticket would move.",
        "Nothing is saved yet; repeat it with --yes.",
    ]
    assert counts(term, 2027) == (0, 0, False)


def test_a_notice_saved_makes_its_year_known_and_wipes_nothing_of_the_year_before(known: Terminal) -> None:
    assert counts(known, 2026) == (34, 6, True)
    assert counts(known, 2027) == (28, 5, True)
    version = known.json("calendar", "show", "2027")["versions"][0]
    assert (version["by"], version["note"]) == ("李雷", "imported from notice.txt")
    assert known.json("calendar", "show", "2027")["next_unpublished"] == 2028


def test_a_notice_comes_by_standard_input(term: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NOTICE_2027.encode())))
    assert term.json("calendar", "import", "-", "--yes")["saved"] == [2026, 2027]


def test_a_correction_of_one_holiday_replaces_that_one_alone_and_says_what_goes(
    known: Terminal, tmp_path: Path
) -> None:
    printed = known.here("calendar", "import", written(tmp_path, CORRECTION), "--yes")
    assert "Comes: 05-08 make-up day 劳动节." in printed
    assert "Goes: 04-25 make-up day 劳动节, 05-05 off 劳动节." in printed
    assert counts(known, 2027) == (27, 5, True)


@pytest.mark.parametrize("name", ["days.csv", "days.yaml", "days.ics"])
def test_every_kind_of_file_replaces_only_the_holiday_it_names(known: Terminal, tmp_path: Path, name: str) -> None:
    texts = {
        "days.csv": "日期,类型,名称\n2027-05-01至2027-05-03,放假,劳动节\n2027-05-08,上班,劳动节\n",
        "days.yaml": "2027:\n  - {name: 劳动节, from: 2027-05-01, to: 2027-05-03, work: [2027-05-08]}\n",
        "days.ics": FEED,
    }
    known.here("calendar", "import", written(tmp_path, texts[name], name), "--yes")
    assert counts(known, 2027) == (26, 5, True)


def test_a_notice_that_takes_new_year_s_december_back_does(known: Terminal, tmp_path: Path) -> None:
    longer = "2026年12月31日（周四）至2027年1月3日（周日）放假调休，共4天"
    shorter = NOTICE_2027.replace(longer, "1月1日（周五）至3日（周日）放假，共3天")
    printed = known.here("calendar", "import", written(tmp_path, shorter), "--yes")
    assert "Goes: 12-31 off 元旦." in printed
    assert printed.endswith("count open deadlines anew.\n")
    assert (counts(known, 2026), counts(known, 2027)) == ((33, 6, True), (28, 5, True))


def test_what_a_whole_year_does_not_name_goes_but_for_the_next_new_year(known: Terminal, tmp_path: Path) -> None:
    again = (NOTICES / "2026.txt").read_text(encoding="utf-8")
    assert known.here("calendar", "import", written(tmp_path, again), "--yes") == (
        "The text holds 7 items, 33 days off, 6 make-up days.\n2026: nothing new.\n"
    )
    assert counts(known, 2026) == (34, 6, True)


def test_a_year_of_one_line_is_not_known_until_somebody_says_that_it_is_all(term: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path, "day,kind,name\n2027-01-01,off,元旦\n", "days.csv")
    assert (
        "2027 is still not known: 春节、清明节、劳动节、端午节、中秋节、国庆节 not covered. "
        "If these are all holidays of the year, say so with --all."
    ) in term.here("calendar", "import", file, "--yes")
    assert counts(term, 2027) == (1, 0, False)
    term.here("calendar", "import", file, "--all", "--yes")
    assert counts(term, 2027) == (1, 0, True)


def test_the_company_s_own_days_outlive_an_import(term: Terminal, tmp_path: Path) -> None:
    term.here("calendar", "set", "2027-12-24", "off", "--calendar", "工作日", "--name", "年会")
    assert counts(term, 2027) == (0, 0, False)
    term.here("calendar", "import", written(tmp_path, NOTICE_2027), "--yes")
    assert term.json("calendar", "show", "2027")["days"][-1]["name"] == "年会"


def test_a_version_is_taken_back(known: Terminal, tmp_path: Path) -> None:
    known.here("calendar", "import", written(tmp_path, CORRECTION), "--yes")
    assert "Nothing is saved yet" in known.here("calendar", "restore", "2027", "1")
    assert known.json("calendar", "restore", "2027", "1", "--yes")["saved"] == [2027]
    assert counts(known, 2027) == (28, 5, True)
    known.here("calendar", "restore", "2026", "0", "--yes")
    assert counts(known, 2026) == (33, 6, True)
    assert known.refused_here("calendar", "restore", "2027", "9") == "jiedai: The year 2027 has no version 9."


REFUSED = [
    (
        (NOTICES / "2026.txt").read_text(encoding="utf-8"),
        ("--year", "2027"),
        'notice.txt:1: The text is of 2026 ("2026年部分节假日"); asked for was 2027.',
    ),
    (
        NOTICE_2027.replace("6月9日（周三）", "6月9日（周二）"),
        (),
        'notice.txt:7: "6月9日（周二）" contradicts itself: 2027-06-09 is a Wednesday.',
    ),
    (
        "2027年元旦放假安排\n元旦：1月1日（周五）至3日（周日）放假，共3天。\n",
        (),
        (
            "The text arranges only 元旦 of 2027, whose other holidays (春节、清明节、劳动节、端午节、中秋节、国庆节) "
            "are not known; paste the notice of the whole year."
        ),
    ),
    (
        "\n".join(line for line in NOTICE_2027.splitlines() if line[1:2] != "、" or line.startswith("一")),
        (),
        (
            'notice.txt:2: "现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下'
            '": the text arranges no day for 春节、清明节、劳动节、端午节、中秋节、国庆节; paste it whole.'
        ),
    ),
    (
        (NOTICES / "2009.txt").read_text(encoding="utf-8"),
        (),
        'notice.txt:1: "2009年部分节假日": notices are read from 2010 on; that of 2009 is worded otherwise.',
    ),
    (
        FEED.replace("REGION:CN", "REGION:JP"),
        (),
        "notice.txt:2: The file holds the holidays of JP; only those of the mainland (CN) are taken in.",
    ),
    (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101\nSUMMARY:元日\nEND:VEVENT\nEND:VCALENDAR\n",
        (),
        (
            "notice.txt:1: The file holds no holiday of the mainland: no event is marked X-APPLE-SPECIAL-DAY and named "
            "as one. Take Apple's feed of the mainland, or paste the notice."
        ),
    ),
]


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    REFUSED,
    ids=["another year", "contradiction", "one holiday", "cut short", "2009", "another country", "no marks"],
)
def test_what_is_no_notice_of_the_year_is_refused_in_a_sentence(
    term: Terminal, tmp_path: Path, text: str, words: tuple[str, ...], sentence: str
) -> None:
    said = term.refused_here("calendar", "import", written(tmp_path, text), *words, "--yes")
    assert said.removeprefix("jiedai: ").replace(f"{tmp_path}/", "") == sentence
    assert counts(term, 2027) == (0, 0, False)
