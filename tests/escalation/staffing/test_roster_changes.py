"""The roster changes as asked, is refused with a sentence, and remembers who changed it: on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.files.escalation_files import read_roster_content
from bot.storage.database import Database
from escalation import staff
from escalation.policy.model import Policy
from escalation.staffing import roster_changes, roster_store
from escalation.staffing.roster_changes import RosterRefused
from escalation.staffing.roster_file import RosterFaults
from tests.escalation.staffing.roster_scene import MONDAY, RosteredDesk, entry
from tests.escalation.tickets.desk_scene import NOW

TUESDAY, SUNDAY = date(2026, 11, 24), date(2026, 11, 22)


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> RosteredDesk:
    return RosteredDesk(database, policy)


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> RosteredDesk:
    return RosteredDesk(sqlite, policy)


def standing(rostered: RosteredDesk) -> list[tuple[str, str]]:
    shifts = rostered.read(roster_store.shifts_between, NOW - timedelta(days=9), NOW + timedelta(days=9))
    names = rostered.read(roster_store.logins)
    return [(names[shift.staff_id], roster_changes.shift_in_words(shift, rostered.policy.zone)) for shift in shifts]


def load(rostered: RosteredDesk, *lines: str) -> Any:
    raw = "\n".join(["date,login,start,end,kind", *lines]).encode()
    return rostered.write(
        roster_changes.import_days,
        rostered.policy.zone,
        read_roster_content(raw, "roster.csv"),
        "韩梅",
        NOW,
        "roster.csv",
    )


def faults_of(call: Any, *arguments: Any) -> list[str]:
    with pytest.raises(RosterFaults) as caught:
        call(*arguments)
    return str(caught.value).split("\n")


def kinds(rostered: RosteredDesk) -> list[str]:
    return [row.kind for row in rostered.read(roster_store.changes)]


def test_before_the_first_shift_there_is_no_roster_and_after_it_there_always_is(anywhere: RosteredDesk) -> None:
    assert not anywhere.read(roster_store.in_use)
    anywhere.hire("li", works="")
    shift = anywhere.roster("li", "08:00-16:00")
    anywhere.write(roster_changes.remove_shift, anywhere.policy.zone, shift.id, "韩梅", NOW)
    assert standing(anywhere) == []
    assert anywhere.read(roster_store.in_use)


def test_an_import_replaces_the_days_it_names_and_no_others(anywhere: RosteredDesk) -> None:
    for login in ("li", "wang"):
        anywhere.hire(login, works="")
    anywhere.roster("li", "21:00-08:00", day=SUNDAY)
    anywhere.roster("li", "09:00-17:00")
    anywhere.roster("li", "09:00-17:00", day=TUESDAY)
    assert load(anywhere, "2026-11-23,wang,08:00,16:00,duty", "2026-11-23,li,12:00,20:00,duty") == (1, 2)
    assert standing(anywhere) == [
        ("li", "2026-11-22 21:00–08:00"),
        ("wang", "2026-11-23 08:00–16:00"),
        ("li", "2026-11-23 12:00–20:00"),
        ("li", "2026-11-24 09:00–17:00"),
    ]


def test_an_import_with_any_fault_changes_nothing_and_names_every_line(anywhere: RosteredDesk) -> None:
    for login in ("li", "wang", "zhao"):
        anywhere.hire(login, works="")
    anywhere.roster("li", "21:00-08:00", day=SUNDAY)
    anywhere.write(staff.disable_staff, "zhao", NOW)
    lines = (
        "2026-11-23,li,07:00,12:00,duty",
        "2026-11-23,nobody,07:00,12:00,duty",
        "2026-11-23,wang,08:00,12:00,duty",
        "2026-11-23,wang,11:00,12:00,on_call",
        "2026-11-23,zhao,08:00,12:00,duty",
    )
    assert faults_of(load, anywhere, *lines) == [
        "roster.csv:2: li would be in two shifts at once: 2026-11-22 21:00–08:00 and 2026-11-23 07:00–12:00.",
        'roster.csv:3: nobody signs in as "nobody"; `jiedai staff list` shows who does.',
        "roster.csv:5: wang would be in two shifts at once: 2026-11-23 08:00–12:00 and 2026-11-23 11:00–12:00.",
        'roster.csv:6: nobody signs in as "zhao"; `jiedai staff list` shows who does.',
    ]
    assert standing(anywhere) == [("li", "2026-11-22 21:00–08:00")]
    assert kinds(anywhere) == ["added"]


def test_the_same_line_twice_is_refused(here: RosteredDesk) -> None:
    here.hire("li", works="")
    line = "2026-11-23,li,08:00,12:00,duty"
    assert faults_of(load, here, line, line) == [
        "roster.csv:3: li would be in two shifts at once: 2026-11-23 08:00–12:00 and 2026-11-23 08:00–12:00."
    ]


def test_a_wall_time_that_the_clocks_skip_is_refused(here: RosteredDesk) -> None:
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    here.policy = replace(here.policy, zone=ZoneInfo("America/New_York"))
    here.hire("li", works="")
    assert faults_of(load, here, "2026-03-08,li,02:30,12:00,duty") == [
        "roster.csv:2: the clocks skip 02:30 on 2026-03-08; write the time that they jump to."
    ]


def test_one_more_shift_is_refused_when_its_person_is_unknown_or_works_already(here: RosteredDesk) -> None:
    here.hire("li", works="08:00-16:00")
    add = lambda what: here.write(roster_changes.add_shift, here.policy.zone, what, "韩梅", NOW)  # noqa: E731
    assert faults_of(add, entry("nobody", "08:00-16:00")) == [
        'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'
    ]
    assert faults_of(add, entry("li", "15:00-17:00")) == [
        "Li would be in two shifts at once: 2026-11-23 08:00–16:00 and 2026-11-23 15:00–17:00."
    ]
    assert add(entry("li", "16:00-17:00")).id


def test_two_shifts_exchange_their_people_and_it_is_known_who_did(anywhere: RosteredDesk) -> None:
    for login in ("li", "wang"):
        anywhere.hire(login, works="")
    early, late = anywhere.roster("li", "08:00-14:00"), anywhere.roster("wang", "14:00-20:00")
    anywhere.write(roster_changes.swap_shifts, anywhere.policy.zone, early.id, late.id, "韩梅", NOW)
    assert standing(anywhere) == [("wang", "2026-11-23 08:00–14:00"), ("li", "2026-11-23 14:00–20:00")]
    [change, *_] = anywhere.read(roster_store.changes)
    assert (change.kind, change.by, change.at) == ("swapped", "韩梅", NOW)
    assert [one["login"] for one in change.data["before"]] == ["li", "wang"]
    assert [one["login"] for one in change.data["after"]] == ["wang", "li"]


def test_a_swap_that_puts_somebody_in_two_shifts_at_once_is_refused(here: RosteredDesk) -> None:
    for login in ("li", "wang"):
        here.hire(login, works="")
    early, late = here.roster("li", "08:00-14:00"), here.roster("wang", "14:00-20:00")
    here.roster("li", "19:00-22:00", day=MONDAY)
    swap = lambda: here.write(roster_changes.swap_shifts, here.policy.zone, early.id, late.id, "韩梅", NOW)  # noqa: E731
    assert faults_of(swap) == ["Li would be in two shifts at once: 2026-11-23 14:00–20:00 and 2026-11-23 19:00–22:00."]
    assert kinds(here) == ["added"] * 3


def test_what_is_not_there_or_of_one_person_is_not_swapped(here: RosteredDesk) -> None:
    here.hire("li", works="")
    one, other = here.roster("li", "08:00-14:00"), here.roster("li", "15:00-16:00")
    for numbers, sentence in (
        ((one.id, 999), "There is no shift 999; `jiedai roster show` lists them with their numbers."),
        ((one.id, other.id), "Both shifts are of the same person; there is nothing to swap."),
    ):
        with pytest.raises(RosterRefused) as refused:
            here.write(roster_changes.swap_shifts, here.policy.zone, *numbers, "韩梅", NOW)
        assert str(refused.value) == sentence


def test_a_removed_shift_is_gone_and_its_removal_stands_in_the_history(here: RosteredDesk) -> None:
    here.hire("li", works="")
    shift = here.roster("li", "08:00-14:00")
    here.write(roster_changes.remove_shift, here.policy.zone, shift.id, "韩梅", NOW)
    assert kinds(here) == ["removed", "added"]
    with pytest.raises(RosterRefused):
        here.write(roster_changes.remove_shift, here.policy.zone, shift.id, "韩梅", NOW)


def test_former_staff_are_on_duty_no_more(here: RosteredDesk) -> None:
    here.hire("li", works="08:00-20:00")
    assert here.read(roster_store.shifts_at, NOW) != []
    here.write(staff.disable_staff, "li", NOW)
    assert here.read(roster_store.shifts_at, NOW) == []


def test_the_next_change_is_the_next_edge_of_any_shift(here: RosteredDesk) -> None:
    assert here.read(roster_store.following_change, NOW) is None
    here.hire("li", works="08:00-20:00")
    assert here.read(roster_store.following_change, NOW) == NOW + timedelta(hours=10)
