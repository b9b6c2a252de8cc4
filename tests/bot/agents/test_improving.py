"""Targets and improvements on SQLite and PostgreSQL: sealed words, the figures beside them, two people at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.agents import improving as in_use
from bot.agents.actions import Claim, Record
from bot.agents.risks import read_risks
from bot.auth import staff_sessions
from bot.measuring import history_stream
from escalation.improvement import improving, targets
from escalation.improvement.improvement_rules import Finding, Improvement, ImprovementWish, effect_periods, lacks_entry
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.suggestions import suggestion
from escalation.measures.periods import ReportPeriod, day_of
from escalation.staff import Staff, disable_staff
from tests.bot.scene import Scene


@pytest.fixture
def scene(scene_anywhere: Scene) -> Scene:
    return scene_anywhere


@pytest.fixture
def wang(scene: Scene) -> Staff:
    return scene.staff("wang", "manager")


def today(scene: Scene) -> date:
    return day_of(scene.now, scene.policy.zone)


def plan(person: Staff, due_on: date, **finding: Any) -> ImprovementWish:
    return ImprovementWish(Finding("回访太晚", **finding), "process", "没有提醒", "加提醒", person.id, "客服部", due_on)


def refused(scene: Scene, fn: Any, *args: Any) -> str:
    with pytest.raises(ImprovementRefused) as fault:
        scene.write(fn, *args)
    return str(fault.value)


def test_whoever_signs_in_hears_of_unread_targets_and_of_the_nearest_day(scene: Scene, wang: Staff) -> None:
    li, day = scene.staff("li"), today(scene)
    tokens = [scene.write(staff_sessions.open_session, who, scene.now) for who in (wang, li)]
    wish = suggestion("fcr").adopted(wang.id, day)
    scene.write(targets.add_target, scene.policy, wang, wish, day, scene.now)
    scene.write(targets.announce_target, wang, 1, scene.now)
    for _ in range(2):
        scene.write(targets.read_target, li, 1, scene.now)
    for days in (9, 4):
        due_on = day + timedelta(days=days)
        scene.write(improving.begin, scene.policy, wang, plan(li, due_on), day, scene.now)
    signed = [scene.read(staff_sessions.find_session, token, scene.now) for token in tokens]
    assert [each.unread_targets for each in signed] == [1, 0]
    assert [each.improvement_due_on for each in signed] == [None, day + timedelta(days=4)]


def test_what_is_written_is_sealed_in_the_database(scene: Scene, wang: Staff) -> None:
    day = today(scene)
    scene.write(improving.begin, scene.policy, wang, plan(wang, day), day, scene.now)
    scene.write(improving.add_progress, wang, 1, "已加提醒", scene.now)
    scene.write(improving.close, wang, 1, "好了", 0, day, scene.now)
    columns = "finding || cause || measure || outcome FROM improvements"
    for query in (f"SELECT {columns}", "SELECT words FROM improvement_progress"):
        stored = scene.read(lambda db, query=query: db.scalar(text(query)))
        assert not any(words in stored for words in ("回访", "提醒", "好了"))
    (entry,) = scene.read(improving.progress_of, [1])[1]
    assert (entry.words, scene.read(improving.get_improvement, 1).outcome) == ("已加提醒", "好了")


def test_a_finding_keeps_the_figure_and_the_effect_stands_before_and_after(scene: Scene, wang: Staff) -> None:
    def contacted(address: str, minutes: int) -> None:
        scene.visitor(address).say("转人工")
        scene.clock.advance(minutes=minutes)
        for action in (Claim(), Record("called")):
            scene.act(wang, action, scene.ticket.id)
        scene.clock.advance(days=1)

    contacted("anna", 20)
    measured(scene)
    begun = today(scene)
    wish = plan(wang, begun, indicator="response_raised", period=(begun - timedelta(days=1)).isoformat())
    found = scene.write(in_use.begin, scene.rules, wang, wish, scene.now)
    assert (found.value, found.period) == (1_200, (begun - timedelta(days=1)).isoformat())
    before, after = scene.read(in_use.effect, scene.rules, found, scene.now)
    assert (before.amount, before.number, after) == (1_200, 1, None)
    found = scene.write(improving.close, wang, 1, "好了", 0, begun, scene.now)
    scene.clock.advance(days=1)
    contacted("bert", 5)
    measured(scene)
    before, after = scene.read(in_use.effect, scene.rules, found, scene.now)
    assert (before.amount, after.amount, after.number) == (1_200, 300, 1)
    assert scene.read(read_risks, scene.rules, scene.now) is not None


def test_of_two_who_change_an_improvement_at_once_the_second_is_told(scene: Scene, wang: Staff) -> None:
    day = today(scene)
    due_on = day + timedelta(days=9)
    scene.write(improving.begin, scene.policy, wang, plan(wang, due_on), day, scene.now)
    first, second = (replace(plan(wang, due_on), measure=each) for each in ("每天看", "每周看"))
    scene.write(improving.change, wang, 1, first, 0, day, scene.now)
    sentence = "Somebody else changed this meanwhile; look at what stands there now, then change it again."
    assert refused(scene, improving.change, wang, 1, second, 0, day, scene.now) == sentence
    assert refused(scene, improving.close, wang, 1, "好了", 0, day, scene.now) == sentence
    assert scene.read(improving.get_improvement, 1).measure == "每天看"


def test_an_overdue_improvement_is_changed_without_another_day_but_not_given_a_past_one(
    scene: Scene, wang: Staff
) -> None:
    day = today(scene)
    scene.write(improving.begin, scene.policy, wang, plan(wang, day), day, scene.now)
    later = day + timedelta(days=5)
    scene.write(improving.change, wang, 1, plan(wang, day), 0, later, scene.now)
    past = plan(wang, day + timedelta(days=1))
    sentence = f"The day by which it is reached is past ({past.due_on}); choose a later one."
    assert refused(scene, improving.change, wang, 1, past, 1, later, scene.now) == sentence


def test_nobody_who_has_left_is_given_an_improvement_or_a_target(scene: Scene, wang: Staff) -> None:
    gone, day = scene.staff("gone"), today(scene)
    scene.write(disable_staff, "gone", scene.now)
    left = "This person can no longer sign in; choose somebody else."
    assert refused(scene, improving.begin, scene.policy, wang, plan(gone, day), day, scene.now) == left
    wish = suggestion("fcr").adopted(gone.id, day)
    assert refused(scene, targets.add_target, scene.policy, wang, wish, day, scene.now) == left


def test_the_effect_is_measured_over_as_many_days_as_it_took(scene: Scene, wang: Staff) -> None:
    day = date(2026, 6, 1)
    found: Improvement = scene.write(improving.begin, scene.policy, wang, plan(wang, date(2026, 6, 20)), day, scene.now)
    open_ones = effect_periods(found, date(2026, 7, 30))
    assert open_ones.before == ReportPeriod(date(2026, 5, 12), date(2026, 5, 31))
    assert open_ones.after is None
    closed = replace(found, closed_on=date(2026, 6, 10))
    assert effect_periods(closed, date(2026, 6, 10)).after is None
    assert effect_periods(closed, date(2026, 6, 12)).after == ReportPeriod(date(2026, 6, 11), date(2026, 6, 12))
    assert effect_periods(closed, date(2026, 9, 1)).after == ReportPeriod(date(2026, 6, 11), date(2026, 6, 20))
    assert not lacks_entry(found, [], date(2026, 6, 7))
    assert lacks_entry(found, [], date(2026, 6, 8))
    assert not lacks_entry(found, [date(2026, 6, 5)], date(2026, 6, 8))


def measured(scene: Scene) -> None:
    """Count what can be counted by now."""
    while scene.read(history_stream.is_due, scene.rules, scene.now):
        scene.write(history_stream.follow_some, scene.rules, scene.now)
