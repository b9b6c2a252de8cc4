"""`jiedai calendar show|export|set|check`, and the faults of files that are imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Terminal

YEAR_2027 = """\
日期,类型,名称
2027-01-01至2027-01-03,放假,元旦
2027/2/5..2027/2/12,放假,春节
2027-02-20,上班,春节
2027-04-05,off,清明节
2027-05-01~2027-05-05,off,劳动节
2027年6月9日,off,端午节
2027-09-15,off,中秋节
2027-10-01至2027-10-07,off,国庆节
"""


def written(folder: Path, text: str, name: str = "days.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def faults(term: Terminal, file: str) -> list[str]:
    """What an import is refused with, one fault a line."""
    term.output.readouterr()
    with pytest.raises(SystemExit) as end:
        term.here("calendar", "import", file)
    assert end.value.code == 2
    printed = term.output.readouterr().err
    return [
        line.split(": ", 2)[-1] if ".csv:" not in line else line[line.index(".csv:") + 5 :]
        for line in printed.splitlines()
    ]


def test_a_year_of_the_policy_file_is_shown_with_its_days(term: Terminal) -> None:
    shown = term.json("calendar", "show", "2026")
    assert (shown["year"], shown["published"], shown["source"], shown["versions"]) == (2026, True, "policy", [])
    assert shown["next_unpublished"] == 2027
    assert shown["days"][0] == {"day": "2026-01-01", "kind": "off", "name": "元旦", "calendar": None}
    assert [day["day"] for day in shown["days"] if day["kind"] == "on"] == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]
    printed = term.here("calendar", "show")
    assert "2026: from the policy file; 33 days off, 6 make-up days." in printed
    assert "The first year whose holidays are not known is 2027." in printed


def test_a_year_nobody_knows_says_so(term: Terminal) -> None:
    assert term.here("calendar", "show", "2027").splitlines()[0] == (
        "2027: no days. The holidays of this year are not known: its clocks are provisional."
    )


def test_an_export_brought_back_changes_nothing(term: Terminal, tmp_path: Path) -> None:
    file = str(tmp_path / "2026.csv")
    assert term.here("calendar", "export", "2026", file) == f"{file}: 33 days off, 6 make-up days of 2026.\n"
    assert Path(file).read_text(encoding="utf-8-sig").splitlines()[:2] == [
        "day,kind,name,calendar",
        "2026-01-01,off,元旦,",
    ]
    assert term.here("calendar", "import", file, "--yes").endswith("2026: nothing new.\n")


def test_one_day_is_set_and_set_back(term: Terminal) -> None:
    before = term.json("calendar", "show", "2026")["days"]
    said = term.here("calendar", "set", "2026-12-18", "off", "--name", "年会", "--calendar", "每日")
    assert said == "2026-12-18 is now a day off for calendar 每日. Running servers take it up at once.\n"
    assert term.json("calendar", "set", "2026-12-19", "on") == {
        "day": "2026-12-19",
        "kind": "on",
        "name": "",
        "calendar": None,
    }
    said = term.here("calendar", "set", "2026-12-18", "normal", "--calendar", "每日")
    assert said.startswith("2026-12-18 is now a Friday like any other for calendar 每日.")
    term.here("calendar", "set", "2026-12-19", "normal")
    assert term.json("calendar", "show", "2026")["days"] == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("18.12.2026", "off"), 'DAY must be a date such as 2027-01-01; found "18.12.2026".'),
        (
            ("2026-12-18", "on"),
            "2026-12-18 is a Friday, which is worked anyway; a make-up day is a Saturday or Sunday.",
        ),
        (("2026-10-01", "off", "--name", "国庆节"), "2026-10-01 is that already; nothing was changed."),
        (("2026-12-18", "normal"), "2026-12-18 is that already; nothing was changed."),
        (
            ("2026-10-01", "normal"),
            "2026-10-01 is off by law (国庆节); a single calendar can be opened on it by its name.",
        ),
        (("2026-10-03", "on"), "2026-10-03 is off by law (国庆节); a single calendar can be opened on it by its name."),
        (
            ("2027-01-01", "off"),
            (
                "The holidays of 2027 are not known yet; import the whole year first, "
                "or name the calendar for which the company sets this day."
            ),
        ),
        (
            ("2026-12-18", "off", "--calendar", "工作"),
            'The policy has no calendar "工作"; it has 全天, 每日, 工作日, 夜间.',
        ),
        (
            ("2026-12-18", "on", "--calendar", "工作日"),
            "Calendar 工作日 opens on 2026-12-18 anyway; leave the day out.",
        ),
        (
            ("2101-12-18", "off", "--calendar", "工作日"),
            "A year must lie between 2000 and 2100; found 2101-12-18.",
        ),
        (("2026-12-18", "off", "--name", "会" * 65), '"name" must have at most 64 visible characters; found 65.'),
    ],
)
def test_a_day_that_cannot_be_set_is_refused_in_a_sentence(
    term: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    assert term.refused_here("calendar", "set", *words) == f"jiedai: {sentence}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["1: The file is empty; it must hold at least one day."]),
        ("day,kind,name\n", ["1: The file names its columns but holds no day; it must hold at least one."]),
        (
            "日期,休息\n",
            [
                '1: The column "休息" is unknown; known are day, kind, name, calendar.',
                '1: The column "kind" is missing; the first line must name day, kind, name.',
                '1: The column "name" is missing; the first line must name day, kind, name.',
            ],
        ),
        (
            "day,kind,name\n2027-01-01,off,元旦,x\n",
            [
                (
                    "2: The line has 4 cells but the first line names 3 columns; "
                    "put quotes around a cell that holds a comma."
                )
            ],
        ),
        (
            "day,kind,name\n2027-01-03至2027-01-01,off,元旦\n2027-01-01至2027-11-01,off,\n",
            [
                '2: "day" must be a date such as 2027-01-01; found "2027-01-03至2027-01-01".',
                '3: "day" must be a date such as 2027-01-01; found "2027-01-01至2027-11-01".',
            ],
        ),
        ("day,kind,name\n1月1日,off,元旦\n", ['2: "day" must be a date such as 2027-01-01; found "1月1日".']),
        (
            "day,kind,name\n2027-01-01,半天,元旦\n",
            ['2: "kind" must be off (a day off) or on (a make-up day); found "半天".'],
        ),
        (
            'day,kind,name\n2027-01-01,off,"元旦\n',
            [
                (
                    "2: The CSV can't be read from here on (unexpected end of data); "
                    "check the quotes and double any inside a cell."
                )
            ],
        ),
        (
            "day,kind,name\n2027-01-04,on,元旦\n",
            ["2: 2027-01-04 is a Monday, which is worked anyway; a make-up day is a Saturday or Sunday."],
        ),
        (
            "day,kind,name,calendar\n2027-01-01,off,元旦,\n2027-12-24,off,年会,工作曰\n",
            ['3: "calendar" must be one of 全天, 每日, 工作日, 夜间; found "工作曰" (did you mean "工作日"?).'],
        ),
        (
            "day,kind,name,calendar\n2027-12-24,off,年会,每日\n2027-12-24,on,年会,每日\n",
            [
                "3: 2027-12-24 stands twice for calendar 每日; keep one.",
                "3: Calendar 每日 opens on 2027-12-24 anyway; leave the day out.",
            ],
        ),
        (
            "day,kind,name\n\n2027-01-01,off,元旦\n2027/1/1,off,元旦\n1927-01-01,off,元旦\n",
            [
                "4: 2027-01-01 stands twice; keep one.",
                "5: A year must lie between 2000 and 2100; found 1927-01-01.",
            ],
        ),
    ],
)
def test_every_fault_of_a_csv_file_is_told_with_its_line_and_nothing_is_taken_in(
    term: Terminal, tmp_path: Path, text: str, said: list[str]
) -> None:
    assert faults(term, written(tmp_path, text)) == said
    assert term.json("calendar", "show", "2027")["days"] == []


def test_a_file_that_is_no_text_is_refused(term: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_bytes(b"\xff\xfe\x00\x81")
    assert faults(term, str(path)) == ["1: The file is neither UTF-8 nor GBK; save it as UTF-8."]


def test_a_file_that_is_not_there_is_refused(term: Terminal) -> None:
    assert term.refused_here("calendar", "import", "nowhere.csv") == (
        "jiedai: nowhere.csv:1: The file can't be read (No such file or directory); give the path of a readable file."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", '1: The file holds no days; it must group them by years as the policy\'s "holidays" does.'),
        (
            "2027:\n  - {name: 元旦, from: 2028-01-01, to: 2028-01-01}",
            '2: "from" must lie in 2027, under which it stands; found "2028-01-01".',
        ),
        (
            "2027:\n  - {name: 年会, calendar: 工作, from: 2027-12-24, to: 2027-12-24}",
            '2: "calendar" must be one of 全天, 每日, 工作日, 夜间; found "工作" (did you mean "工作日"?).',
        ),
        (
            "2027:\n  - {name: 盘点, calendar: 工作日, work: [2027-12-24]}",
            '2: "work" must name a day that is not worked anyway; 2027-12-24 is a Friday.',
        ),
        (
            "0000:\n  - {name: 元旦, from: 2027-01-01, to: 2027-01-01}",
            '2: "from" must lie in 0, under which it stands; found "2027-01-01".',
        ),
        (
            "1927:\n  - {name: 元旦, from: 1927-01-01, to: 1927-01-01}",
            "2: A year must lie between 2000 and 2100; found 1927-01-01.",
        ),
    ],
)
def test_a_fault_of_a_yaml_file_is_told_with_its_line(term: Terminal, tmp_path: Path, text: str, said: str) -> None:
    assert term.refused_here("calendar", "import", written(tmp_path, text, "days.yaml")).endswith(f"days.yaml:{said}")


def test_a_year_of_which_nothing_is_known_is_not_exported(term: Terminal, tmp_path: Path) -> None:
    assert term.refused_here("calendar", "export", "2027", str(tmp_path / "out.csv")) == (
        "jiedai: No day of 2027 is known; there is nothing to write."
    )
    assert not (tmp_path / "out.csv").exists()


def test_reminders_of_a_year_are_put_off(term: Terminal) -> None:
    assert term.here("calendar", "wait", "2027") == "Nobody is reminded of 2027 until 2026-12-07T10:00:00+08:00.\n"
    assert term.refused_here("calendar", "wait", "99999") == "jiedai: YEAR must lie between 2000 and 2100; found 99999."
    assert term.refused_here("calendar", "wait", "2026") == (
        "jiedai: The holidays of 2026 are known; nobody is reminded of them."
    )


def test_the_check_names_the_missing_year_until_it_is_there(term: Terminal, tmp_path: Path) -> None:
    sentence = (
        "The holidays of 2027 are not known: clocks that reach it count Monday to Friday but for the days off by law, "
        "and are provisional. "
        "Give them with `jiedai calendar import FILE`."
    )
    assert term.refused_here("calendar", "check", code=1) == sentence
    term.here("calendar", "import", written(tmp_path, YEAR_2027), "--yes")
    assert term.here("calendar", "check") == "Every calendar opens, and every year within reach is known.\n"
    assert term.json("calendar", "check") == {"ok": True, "troubles": []}
