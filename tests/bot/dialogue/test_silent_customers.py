"""Waiting for the customer has a clock: a reminder to them, one to the holder, and an end that some tiers reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agents.actions import Record
from bot.dialogue import silent_customers
from bot.notifications.notice_inbox import notices_for
from bot.wording import silent_customers as words
from bot.wording.moments import by
from escalation.tickets import history
from tests.bot.scene import Scene
from tests.bot.sending import at_work, labels, planned, send, tap

FIRM = "C1015"  # 二级


def pass_hours(scene: Scene, hours: float) -> None:
    """Time passes, and the chore is seen to in every half hour of it."""
    for _ in range(int(hours * 2)):
        scene.clock.advance(minutes=30)
        if scene.read(silent_customers.is_due, scene.rules, scene.now):
            scene.write(silent_customers.take_some, scene.rules, scene.now)


def events(scene: Scene) -> list[str]:
    kinds = ("customer_reminded", "holder_reminded", "closed")
    return [row.kind for row in scene.read(history.history_of, scene.ticket.id) if row.kind in kinds]


def test_customer_holder_and_end_follow_each_other_for_the_second_tier(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene, customer=FIRM)
    planned(scene, li)
    send(scene, li, "plan")
    anna.read()
    pass_hours(scene, 23.5)
    assert (anna.read(), events(scene)) == ([], [])
    pass_hours(scene, 1)
    [reminded] = anna.read()
    assert reminded.startswith("您好，处理方案已发给您，请您看看是否同意；有不同意见，也请告诉我们。如到")
    assert reminded.endswith("仍没有收到您的回复，我们会先结束这次服务。")
    assert labels(anna) == ["同意", "有异议"]
    pass_hours(scene, 24)
    assert events(scene) == ["customer_reminded", "holder_reminded"]
    assert ("customer_silent", "staff", str(li.id)) in scene.notices()
    pass_hours(scene, 24)
    assert anna.read() == [words.CLOSED]
    assert (scene.ticket.state, scene.ticket.is_lapsed) == ("closed", True)
    told = scene.read(notices_for, scene.vault, li, [])
    ended = "从11月23日（周一）10:00起等待客户，一直没有答复，已告知客户并关闭；客户再来消息会重新打开。"
    assert [one.text for one in told if one.kind == "customer_silent"] == [f"【客户未答复】#{scene.ticket.id} {ended}"]
    [said] = anna.say("方案我同意，请安排")
    assert said.startswith("已为您安排专人，最晚")
    assert scene.ticket.state == "waiting"


def test_the_first_tier_is_closed_by_a_person_alone(scene: Scene) -> None:
    anna, li = at_work(scene)
    scene.act(li, Record("waiting_for_customer"))
    pass_hours(scene, 100)
    assert anna.read() == ["您好，我们在等您的回复，方便时请告诉我们，好继续为您处理。"]
    assert scene.ticket.is_open
    assert [kind for kind, _, name in scene.notices() if kind == "customer_silent" and name == str(li.id)] == [
        "customer_silent"
    ] * 2


def test_an_answer_ends_the_clock(scene: Scene) -> None:
    anna, li = at_work(scene, customer=FIRM)
    planned(scene, li)
    send(scene, li, "plan")
    tap(anna, "同意")
    pass_hours(scene, 100)
    assert (anna.read(), events(scene)) == ([], [])


@pytest.mark.parametrize("hour", [21, 23, 3, 7])
def test_nobody_is_reminded_at_night(scene: Scene, hour: int) -> None:
    anna, li = at_work(scene)
    scene.clock.now = datetime(2026, 11, 24, (hour - 8) % 24, 30, tzinfo=UTC) + timedelta(days=hour < 8)
    scene.act(li, Record("waiting_for_customer"))
    since = scene.now
    while not anna.read():
        pass_hours(scene, 0.5)
    there = (scene.now + timedelta(hours=8)).hour
    assert 8 <= there < 21
    assert scene.now - since >= timedelta(hours=24)


@pytest.mark.parametrize("days", [4, 30])
def test_after_an_outage_the_customer_has_the_time_they_are_told(scene: Scene, days: int) -> None:
    anna, li = at_work(scene, customer=FIRM)
    planned(scene, li)
    send(scene, li, "plan")
    anna.read()
    scene.clock.advance(days=days)
    pass_hours(scene, 0.5)
    [reminded] = anna.read()
    told = by(scene.policy, scene.now + timedelta(hours=48), scene.now)
    assert reminded.endswith(f"如到{told}仍没有收到您的回复，我们会先结束这次服务。")
    pass_hours(scene, 47.5)
    assert (anna.read(), events(scene)) == ([], ["customer_reminded", "holder_reminded"])
    pass_hours(scene, 14)  # past the night, if it comes to that
    assert anna.read() == [words.CLOSED]


@pytest.mark.parametrize(
    ("there", "reminded"),
    [("20:59", "20:59"), ("21:00", "08:00"), ("07:59", "08:00"), ("08:00", "08:00")],
)
def test_a_reminder_waits_for_the_opening_to_the_minute(scene: Scene, there: str, reminded: str) -> None:
    anna, li = at_work(scene)
    hour, minute = map(int, there.split(":"))
    scene.clock.now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    scene.act(li, Record("waiting_for_customer"))
    scene.clock.now += timedelta(hours=24, minutes=-1)
    while not anna.read():
        scene.clock.advance(minutes=1)
        if scene.read(silent_customers.is_due, scene.rules, scene.now):
            scene.write(silent_customers.take_some, scene.rules, scene.now)
    assert f"{scene.now + timedelta(hours=8):%H:%M}" == reminded


def test_a_policy_without_the_section_reminds_nobody_and_closes_nothing(scene: Scene) -> None:
    anna, li = at_work(scene, customer=FIRM)
    planned(scene, li)
    send(scene, li, "plan")  # the wait began under a policy that had it
    scene.rules = type(scene.rules)(replace(scene.policy, waiting=None), scene.vault, scene.rules.index)
    anna.read()
    pass_hours(scene, 100)
    assert (anna.read(), events(scene), scene.ticket.is_open) == ([], [], True)
