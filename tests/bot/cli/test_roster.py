"""`jiedai roster show|now|import|add|remove|swap|history`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import utc_now
from tests.bot.cli.conftest import Terminal

WEEK = ("--from", "2026-11-23", "--to", "2026-11-24")


@pytest.fixture
def service(terminal: Terminal) -> Terminal:
    """Two agents."""
    for login in ("li", "wang"):
        terminal.here("staff", "add", login, "--queue", "*")
    return terminal


def roster_file(folder: Path, *lines: str) -> str:
    path = folder / "roster.csv"
    path.write_text("\n".join(["date,login,start,end,kind", *lines]), encoding="utf-8")
    return str(path)


def shifts(service: Terminal) -> list[tuple[Any, ...]]:
    found = service.json("roster", "show", *WEEK)["shifts"]
    return [(one["login"], one["kind"], one["from"][:16], one["to"][:16]) for one in found]


def test_without_a_roster_every_list_says_so(service: Terminal) -> None:
    sentence = "No roster is in use: agents claim tickets, and nobody is assigned. `jiedai roster import` begins one.\n"
    assert service.here("roster", "show") == sentence
    assert service.here("roster", "now") == sentence
    assert service.json("roster", "now")["in_use"] is False
    assert service.json("roster", "show", *WEEK) == {
        "in_use": False,
        "from": "2026-11-23",
        "to": "2026-11-24",
        "shifts": [],
    }


def test_a_file_replaces_the_days_it_names(service: Terminal, tmp_path: Path) -> None:
    service.here("roster", "add", "2026-11-23", "li", "09:00", "12:00")
    path = roster_file(tmp_path, "2026-11-23,li,08:00,20:00,duty", "2026-11-23,wang,20:00,08:00,on_call")
    assert service.here("roster", "import", path) == "2 shifts entered for 2026-11-23, in place of 1.\n"
    assert service.json("roster", "import", path) == {"days": ["2026-11-23"], "replaced": 2, "shifts": 2}
    assert shifts(service) == [
        ("li", "duty", "2026-11-23T08:00", "2026-11-23T20:00"),
        ("wang", "on_call", "2026-11-23T20:00", "2026-11-24T08:00"),
    ]
    assert "(next day)" in service.here("roster", "show", *WEEK)


def test_a_file_with_faults_changes_nothing_and_every_line_is_told(
    service: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster_file(tmp_path, "2026-11-23,nobody,08:00,20:00,duty", "2026-11-23,li,8,20:00,duty")
    assert service.refused_here("roster", "import", path).endswith(
        'roster.csv:3: start must be a time of day such as 08:00; found "8".'
    )
    path = roster_file(tmp_path, "2026-11-23,nobody,08:00,20:00,duty", "2026-11-23,li,08:00,20:00,duty")
    assert service.refused_here("roster", "import", path) == (
        'jiedai: roster.csv:2: nobody signs in as "nobody"; `jiedai staff list` shows who does.'
    )
    assert shifts(service) == []
    assert service.refused_here("roster", "import", str(tmp_path / "none.csv")).endswith(
        "none.csv:1: The file can't be read (No such file or directory); give the path of a readable file."
    )


def test_shifts_are_entered_swapped_and_taken_out_and_the_history_says_by_whom(service: Terminal) -> None:
    one = service.json("roster", "add", "2026-11-23", "li", "08:00", "14:00", "--by", "韩梅")["id"]
    two = service.json("roster", "add", "2026-11-24", "wang", "21:00", "08:00", "--kind", "on_call")["id"]
    assert service.here("roster", "swap", str(one), str(two), "--by", "韩梅") == (
        f"Shift {one}, 2026-11-23 08:00–14:00, is now worked by wang.\n"
        f"Shift {two}, 2026-11-24 21:00–08:00, is now worked by li.\n"
    )
    assert service.here("roster", "remove", str(one)) == f"Shift {one} is taken out: wang, 2026-11-23 08:00–14:00.\n"
    assert shifts(service) == [("li", "on_call", "2026-11-24T21:00", "2026-11-25T08:00")]
    found = service.json("roster", "history")
    assert [(change["kind"], change["by"]) for change in found] == [
        ("removed", "the terminal"),
        ("swapped", "韩梅"),
        ("added", "the terminal"),
        ("added", "韩梅"),
    ]
    assert "2026-11-23 08:00" in service.here("roster", "history")


def test_what_is_entered_is_told(service: Terminal) -> None:
    assert service.here("roster", "add", "2026-11-23", "li", "21:00", "8:00", "--kind", "on_call") == (
        "Shift 1 is entered: li, 2026-11-23 21:00–08:00, on call.\n"
    )


def test_every_refusal_is_a_sentence(service: Terminal) -> None:
    service.here("roster", "add", "2026-11-23", "li", "08:00", "14:00")
    for words, sentence in (
        (("add", "23.11.", "li", "08:00", "14:00"), 'A day must be written such as 2026-11-23; found "23.11.".'),
        (("add", "2026-11-23", "li", "8h", "14:00"), 'A time of day must be written such as 08:00; found "8h".'),
        (
            ("add", "2026-11-23", "nobody", "08:00", "14:00"),
            'Nobody signs in as "nobody"; `jiedai staff list` shows who does.',
        ),
        (
            ("add", "2026-11-23", "li", "13:00", "15:00"),
            "Li would be in two shifts at once: 2026-11-23 08:00–14:00 and 2026-11-23 13:00–15:00.",
        ),
        (("remove", "99"), "There is no shift 99; `jiedai roster show` lists them with their numbers."),
        (
            ("show", "--from", "2026-11-24", "--to", "2026-11-23"),
            "--to must not be before --from; 2026-11-23 is before 2026-11-24.",
        ),
    ):
        assert service.refused_here("roster", *words) == f"jiedai: {sentence}"


def test_who_is_on_duty_now_is_told_for_every_queue(service: Terminal) -> None:
    """The machine's own clock: shifts of a whole day, yesterday to tomorrow, hold now."""
    service.here("staff", "set", "li", "--queue", "技术支持")
    for day in (-1, 0, 1):
        date = f"{utc_now() + timedelta(days=day):%Y-%m-%d}"
        service.here("roster", "add", date, "li", "00:00", "24:00")
        service.here("roster", "add", date, "wang", "00:00", "24:00", "--kind", "on_call")
    found = service.json("roster", "now")
    queues = {one["queue"]: (one["on_duty"], one["on_call"]) for one in found["queues"]}
    assert queues["技术支持"] == (["li"], ["wang"])
    assert queues["通用客服"] == ([], ["wang"])
    assert found["next_change"] is not None
    printed = service.here("roster", "now")
    assert "NOBODY" in printed
    assert "The next change is at " in printed
