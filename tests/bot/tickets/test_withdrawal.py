"""A customer withdraws a ticket: who is told of it, once, and what staff see of it from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agents.actions import Claim, Reply
from bot.delivery.outbox import STAFF_CHAT
from bot.dialogue.satisfaction import may_be_rated
from bot.notifications import morning_digest, paging
from bot.wording.labels import state_label
from escalation.tickets import opening
from tests.bot.scene import Scene

TEN_AT_NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # Monday 22:00 in Shanghai; Tuesday is a working day
EIGHT = TEN_AT_NIGHT + timedelta(hours=10)


@pytest.fixture
def desk(scene_anywhere: Scene) -> Scene:
    """A service with a staff chat."""
    return with_chat(scene_anywhere)


@pytest.fixture
def room(scene: Scene) -> Scene:
    """The same, for what does not depend on the database."""
    return with_chat(scene)


def with_chat(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, staff_chat="-100")
    return scene


def chat(scene: Scene) -> list[str]:
    """What was posted to the staff chat, opened."""
    rows = scene.posted(STAFF_CHAT)
    return [row.text for row in rows]


def paged(scene: Scene) -> list[str]:
    """The kinds of pages in the chat, by the headings of their sentences."""
    return [text[: text.index("】") + 1] for text in chat(scene)]


def test_its_holder_is_told_once_and_nothing_follows(desk: Scene) -> None:
    desk.visitor(customer="C1001").say("转人工")
    li = desk.claimed_by(desk.staff("li"))
    before = desk.notices()
    desk.withdraw()
    assert desk.notices()[len(before) :] == [("withdrawn", "staff", str(li.id))]
    assert paged(desk) == ["【新工单】", "【客户撤回】"]
    desk.pass_time(days=3)
    assert desk.notices("warning") + desk.notices("breach") + desk.notices("overdue") == []
    assert paged(desk) == ["【新工单】", "【客户撤回】"]


def test_nobody_holds_it_and_its_queue_is_told(room: Scene) -> None:
    room.visitor().say("转人工")
    room.withdraw()
    assert room.notices() == [("new", "queue", "通用客服"), ("withdrawn", "queue", "通用客服")]


def test_a_lead_who_was_called_hears_that_it_is_over(room: Scene) -> None:
    room.visitor(customer="C1001").say("转人工")
    room.pass_time(minutes=16)
    room.withdraw()
    told = [(audience, name) for _, audience, name in room.notices("withdrawn")]
    assert sorted(told) == [("queue", "特级专席"), ("role", "lead"), ("role", "manager")]


def test_a_page_that_waits_for_the_morning_is_dropped_and_the_chat_never_hears_of_it(desk: Scene) -> None:
    desk.clock.now = TEN_AT_NIGHT
    desk.visitor().say("转人工")
    assert chat(desk) == []
    desk.withdraw()
    desk.clock.now = EIGHT
    desk.write(paging.flush, desk.rules, EIGHT)
    assert chat(desk) == []
    assert [kind for kind, *_ in desk.notices()] == ["new", "withdrawn"]


def test_another_tickets_page_is_not_dropped_with_it(room: Scene) -> None:
    room.clock.now = TEN_AT_NIGHT
    room.visitor().say("转人工")
    room.visitor("boris").say("转人工")
    room.withdraw(1)
    room.clock.now = EIGHT
    room.write(paging.flush, room.rules, EIGHT)
    assert ["#2" in text for text in chat(room)] == [True]


def test_the_morning_does_not_list_it(room: Scene) -> None:
    room.clock.now = TEN_AT_NIGHT
    room.visitor().say("转人工")
    room.visitor("boris").say("转人工")
    room.withdraw(1)
    left = room.read(morning_digest.overnight_tickets, room.rules, TEN_AT_NIGHT, EIGHT)
    assert [one.ticket.id for one in left] == [2]


def test_nobody_is_asked_to_rate_it(room: Scene) -> None:
    room.visitor().say("转人工")
    li = room.staff("li")
    room.act(li, Claim())
    room.act(li, Reply("您好", "k"))
    room.withdraw()
    assert not may_be_rated(room.ticket)
    said = len(room.posted("web"))
    room.pass_time(days=4)
    assert len(room.posted("web")) == said


def test_it_is_called_withdrawn_until_it_is_reopened(room: Scene) -> None:
    room.visitor().say("转人工")
    room.withdraw()
    assert state_label(room.ticket) == "客户撤回"
    room.write(opening.reopen, room.policy, room.ticket.id, room.now)
    assert state_label(room.ticket) == "待认领"
