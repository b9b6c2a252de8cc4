"""Tickets are given to people who are there, and everybody concerned is told: from the hand-over to the night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Claim
from bot.jobs import alarm_clock
from bot.tickets import assignment
from escalation.staff import Staff
from tests.bot.monday import works
from tests.bot.scene import Scene


def look(scene: Scene) -> int:
    """The alarm clock sees to it."""
    if not scene.read(assignment.is_due, scene.rules, scene.now):
        return 0
    done: int = scene.write(assignment.assign_some, scene.rules, scene.now)
    return done


def to(who: Staff) -> tuple[str, str]:
    return ("staff", str(who.id))


def told(scene: Scene, kind: str) -> list[tuple[str, str]]:
    return [(audience, name) for _, audience, name in scene.notices(kind)]


def test_a_matter_handed_over_is_given_to_somebody_at_once_and_they_are_told(scene_anywhere: Scene) -> None:
    li = works(scene_anywhere, "li", "08:00-20:00")
    scene_anywhere.visitor().say("转人工")
    assert scene_anywhere.ticket.assignee_id == li.id
    assert told(scene_anywhere, "assigned") == [to(li)]
    assert told(scene_anywhere, "new") == [("queue", "通用客服")]


def test_without_a_roster_everything_is_as_before(scene: Scene) -> None:
    scene.staff("li")
    scene.visitor().say("转人工")
    assert look(scene) == 0
    assert scene.ticket.assignee_id is None
    assert {kind for kind, _, _ in scene.notices()} == {"new"}


def test_with_nobody_on_duty_the_lead_is_told_at_once_and_once(scene: Scene) -> None:
    works(scene, "li", "12:00-20:00")
    scene.visitor().say("转人工")
    assert told(scene, "nobody") == [("role", "lead")]
    scene.clock.advance(minutes=1)
    assert look(scene) == 0
    assert len(told(scene, "nobody")) == 1


def test_that_staff_on_duty_were_told_is_said_only_if_somebody_is_there(scene: Scene) -> None:
    works(scene, "li", "12:00-20:00")
    said = scene.visitor().say("打印机冒烟了")[-1]
    assert said == scene.sentence("handed_off_critical_alone", by="今天 10:15")
    assert said.startswith("已按紧急情况登记，并请负责人马上安排人员，最晚今天 10:15 前与您联系（首次联系）。")
    assert told(scene, "nobody") == [("role", "lead")]


def test_where_somebody_is_on_duty_it_is_said_that_they_were_told(scene: Scene) -> None:
    works(scene, "li", "08:00-20:00")
    assert scene.visitor().say("打印机冒烟了")[-1] == scene.sentence("handed_off_critical", by="今天 10:15")


def test_a_danger_in_a_matter_that_waits_claims_nothing_either(scene: Scene) -> None:
    works(scene, "li", "12:00-20:00")
    anna = scene.visitor()
    anna.say("转人工")
    assert anna.say("打印机冒烟了")[-1] == scene.sentence("handed_off_critical_alone", by="今天 10:15")


def test_when_their_shift_begins_what_waited_is_theirs(scene: Scene) -> None:
    li = works(scene, "li", "12:00-20:00")
    scene.visitor().say("转人工")
    scene.clock.advance(hours=2)
    assert look(scene) == 1
    assert told(scene, "assigned") == [to(li)]


def test_a_ticket_not_claimed_in_time_is_somebody_elses_and_the_lead_knows(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li, wang = works(scene, "li", "08:00-20:00"), works(scene, "wang", "08:00-20:00")
    scene.visitor().say("转人工")
    scene.clock.advance(minutes=20)
    assert look(scene) == 2
    assert told(scene, "unclaimed") == [("queue", "通用客服"), ("role", "lead")]
    assert told(scene, "assigned") == [to(li), to(wang)]


def test_a_breach_reaches_the_colleagues_of_a_holder_who_went_home(scene: Scene) -> None:
    li, wang = works(scene, "li", "08:00-11:00"), works(scene, "wang", "08:00-20:00")
    scene.visitor().say("转人工")
    scene.act(li, Claim())
    scene.pass_time(hours=2)
    assert set(told(scene, "breach")) >= {to(li), to(wang), ("role", "lead")}


def test_an_overdue_matter_of_the_top_tier_goes_to_whoever_is_on_call(scene: Scene) -> None:
    li, han = works(scene, "li", "08:00-20:00"), works(scene, "han", "08:00-20:00", "on_call")
    scene.visitor(customer="C1001").say("转人工")
    assert scene.ticket.tier == "特级"
    scene.act(li, Claim())
    scene.pass_time(minutes=31)
    assert (scene.ticket.holder_id, scene.ticket.assignee_id) == (None, han.id)
    assert to(han) in told(scene, "assigned")
    assert ("role", "lead") in told(scene, "reassigned")
    assert to(han) in told(scene, "overdue")


def test_what_the_step_gave_to_somebody_is_theirs_once_they_claim_it(scene: Scene) -> None:
    li, han = works(scene, "li", "08:00-20:00"), works(scene, "han", "08:00-20:00", "on_call")
    scene.visitor(customer="C1001").say("转人工")
    scene.act(li, Claim())
    scene.pass_time(minutes=31)
    scene.act(han, Claim())
    scene.pass_time(minutes=60)
    assert scene.ticket.holder_id == han.id


def test_a_look_that_fails_leaves_the_ticket_waiting_and_nobody_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    works(scene, "li", "12:00-20:00")
    scene.visitor().say("转人工")
    scene.clock.advance(hours=2)

    def fail(*_: object) -> None:
        raise RuntimeError("the power is cut")

    with monkeypatch.context() as broken:
        broken.setattr(assignment, "announce", fail)
        with pytest.raises(RuntimeError):
            look(scene)
    assert scene.ticket.assignee_id is None
    assert told(scene, "assigned") == []
    assert look(scene) == 1


async def test_the_alarm_clock_does_it_by_itself(scene: Scene) -> None:
    li = works(scene, "li", "12:00-20:00")
    scene.visitor().say("转人工")
    scene.clock.advance(hours=2)
    await alarm_clock.AlarmClock(scene.database, lambda: scene.rules, scene.clock).run_due()
    assert scene.ticket.assignee_id == li.id
    assert scene.ticket.assigned_until == scene.now + timedelta(minutes=20)
