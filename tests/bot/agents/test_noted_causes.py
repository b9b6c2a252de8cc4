"""Holders and leads note why a ticket was late, rated low or reopened; the figures count it by class."""

from __future__ import annotations

import pytest

from bot.agents.actions import Claim, Record, Resolve
from bot.agents.causes import NoteCause
from bot.measuring import history_stream
from bot.wording.noted_causes import noted
from escalation.measures.figures import sums
from escalation.measures.periods import ReportPeriod, day_of
from escalation.staff import Staff
from escalation.tickets.erased_history import erase_history
from escalation.tickets.history import history_of
from escalation.tickets.lifecycle import Refused
from escalation.tickets.ticket_store import lock_ticket
from tests.bot.scene import Scene, Visitor


@pytest.fixture
def li(scene: Scene) -> Staff:
    return scene.staff("li")


@pytest.fixture
def solved_badly(scene: Scene, anna: Visitor, li: Staff) -> int:
    """A ticket that was claimed late, solved, and rated 1."""
    anna.say("转人工")
    number = scene.ticket.id
    scene.pass_time(days=3)
    for action in (Claim(), Record("called"), Resolve(why="当场解决")):
        scene.act(li, action, number)
    anna.rate(1)
    return number


def refused(scene: Scene, who: Staff, number: int, action: NoteCause) -> str:
    with pytest.raises(Refused) as fault:
        scene.act(who, action, number)
    return fault.value.code


def test_the_holder_notes_causes_which_the_figures_count_by_class(scene: Scene, li: Staff, solved_badly: int) -> None:
    scene.act(li, NoteCause("breach", "resources", " 当天只有一人值班 "), solved_badly)
    scene.act(li, NoteCause("low_score", "communication", "没有说明进展"), solved_badly)
    lines = [row for row in scene.read(history_of, solved_badly) if row.kind == "cause_noted"]
    assert [row.data for row in lines] == [
        {"of": "breach", "cause": "resources", "words": "当天只有一人值班"},
        {"of": "low_score", "cause": "communication", "words": "没有说明进展"},
    ]
    scene.clock.advance(days=1)
    while scene.read(history_stream.is_due, scene.rules, scene.now):
        scene.write(history_stream.follow_some, scene.rules, scene.now)
    today = day_of(scene.now, scene.policy.zone)
    period = ReportPeriod(today.replace(day=1), today)
    found = scene.read(sums, period, None, None, ("cause_of",))[""]
    assert {part: each.number for (_, part), each in found.items()} == {
        "breach:resources": 1,
        "low_score:communication": 1,
    }


def test_a_lead_of_the_queue_may_and_another_colleague_may_not(scene: Scene, li: Staff, solved_badly: int) -> None:
    action = NoteCause("breach", "people", "没有交接")
    assert refused(scene, scene.staff("zhao"), solved_badly, action) == "cause_by_lead"
    scene.act(scene.staff("chen", "lead"), action, solved_badly)


def test_what_did_not_happen_has_no_cause_and_a_cause_has_a_class_and_words(
    scene: Scene, li: Staff, solved_badly: int
) -> None:
    assert refused(scene, li, solved_badly, NoteCause("reopened", "people", "x")) == "nothing_of_it"
    assert refused(scene, li, solved_badly, NoteCause("weather", "people", "x")) == "nothing_of_it"
    assert refused(scene, li, solved_badly, NoteCause("breach", "luck", "x")) == "unknown_cause_class"
    assert refused(scene, li, solved_badly, NoteCause("breach", "people", " ")) == "cause_words"
    assert refused(scene, li, solved_badly, NoteCause("breach", "people", "长" * 1_001)) == "too_long"


def test_an_erased_ticket_keeps_that_a_cause_was_noted(scene: Scene, li: Staff, solved_badly: int) -> None:
    scene.act(li, NoteCause("breach", "people", "客户周先生没有接电话"), solved_badly)
    scene.write(lambda db: (lock_ticket(db, solved_badly), erase_history(db, solved_badly, "admin", scene.now)))
    (line,) = [row for row in scene.read(history_of, solved_badly) if row.kind == "cause_noted"]
    assert line.data == {}
    assert noted(line.data) == "已删除"
