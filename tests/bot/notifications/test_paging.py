"""Pages become messages: each in exactly one, the most pressing first, never more than a chat bears."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Text, func, insert, select, type_coerce, update

from bot.delivery import outbox
from bot.delivery.outbox import STAFF_CHAT
from bot.jobs.alarm_clock import AlarmClock
from bot.messages import Later, Never, Outgoing, Sent
from bot.notifications import chat_rate, paging
from bot.notifications.pages import Page
from bot.notifications.paging import pages
from bot.notifications.staff_chat import DecryptingChannel
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import Scene
from tests.conftest import MONDAY_MORNING

CHAT = "-100"
NOW = MONDAY_MORNING


def next_flush(db: Any) -> datetime | None:
    """When the first page that waits may be told."""
    found: datetime | None = db.scalar(select(func.min(pages.c.not_before)).where(pages.c.outbox_id.is_(None)))
    return found


@pytest.fixture
def desk(scene_anywhere: Scene) -> Scene:
    """A service with a staff chat and one ticket."""
    return furnished(scene_anywhere)


@pytest.fixture
def room(scene: Scene) -> Scene:
    """The same, for what does not depend on the database."""
    return furnished(scene)


def furnished(scene: Scene) -> Scene:
    scene.visitor().say("人工")
    scene.rules = replace(scene.rules, staff_chat=CHAT)
    return scene


def card(number: int, rank: int = 4, *, due: int = 0, held: timedelta = timedelta(), ticket: int = 1) -> Page:
    at = NOW + timedelta(seconds=due)
    return Page(ticket, "breach", rank, at, number, f"text {number}", f"line {number} rank {rank}", NOW + held)


def post(scene: Scene, *cards: Page, at: datetime = NOW) -> None:
    scene.write(paging.post, scene.rules, cards, at)


def flush(scene: Scene, at: datetime = NOW) -> int:
    return int(scene.write(paging.flush, scene.rules, at))


def said(scene: Scene) -> list[str]:
    """What lies in the outbox for the chat, opened, oldest first."""
    return [row.text for row in scene.posted(STAFF_CHAT)]


def lines(texts: Sequence[str]) -> list[int]:
    """The numbers of the cards that these messages tell, in order."""
    return [int(number) for text in texts for number in re.findall(r"(?:line|text) (\d+)", text)]


def arrive(scene: Scene, at: datetime) -> None:
    """Everything posted so far has reached the chat."""
    sent = update(outbox.outbox).where(outbox.outbox.c.state == "pending").values(state="sent", sent_at=at)
    scene.write(lambda db: db.execute(sent))


def waiting(scene: Scene) -> int:
    query = select(func.count()).select_from(pages).where(pages.c.outbox_id.is_(None))
    return int(scene.read(lambda db: db.scalar(query)))


def test_a_page_alone_is_told_in_full(desk: Scene) -> None:
    post(desk, card(1))
    assert flush(desk) == 1
    assert said(desk) == ["text 1"]
    assert flush(desk) == 0


def test_few_pages_are_told_one_by_one_the_most_pressing_first(desk: Scene) -> None:
    post(desk, card(1, 4), card(2, 1, due=9), card(3, 1, due=5))
    assert flush(desk) == 3
    assert said(desk) == ["text 3", "text 2", "text 1"]


def test_many_pages_become_one_digest_with_the_highest_tier_first(desk: Scene) -> None:
    post(desk, card(1, 4), card(2, 2, due=9), card(3, 2, due=5), card(4, 1))
    assert flush(desk) == 1
    told = "【通知摘要】共 4 条，重要的在前：\nline 4 rank 1\nline 3 rank 2\nline 2 rank 2\nline 1 rank 4"
    assert said(desk) == [told]


def test_a_thousand_at_once_are_each_in_exactly_one_message_and_no_minute_holds_too_many(desk: Scene) -> None:
    post(desk, *(card(number, 1 + number % 4) for number in range(1000)))
    at, made = NOW, []
    while waiting(desk):
        made += [at] * flush(desk, at)
        arrive(desk, at)
        at += timedelta(seconds=1)
    found = lines(said(desk))
    assert sorted(found) == list(range(1000))
    assert [1 + number % 4 for number in found] == sorted(1 + number % 4 for number in range(1000))
    assert sum(minute < NOW + timedelta(seconds=60) for minute in made) <= desk.policy.paging.per_minute
    assert len(made) < 12


def test_a_storm_without_end_never_exceeds_the_chats_minute_and_what_is_pressing_waits_for_seconds(room: Scene) -> None:
    made: list[datetime] = []
    for second in range(150):
        at = NOW + timedelta(seconds=second)
        post(room, *(card(1000 * second + number) for number in range(300)), at=at)
        made += [at] * flush(room, at)
        arrive(room, at)
    most = max(sum(start <= at < start + timedelta(seconds=60) for at in made) for start in made)
    assert most <= room.policy.paging.per_minute
    post(room, card(7, 1))
    at = NOW + timedelta(seconds=150)
    while not flush(room, at):
        at += timedelta(seconds=1)
    assert at <= NOW + timedelta(seconds=156)
    assert lines(said(room)[-1:])[0] == 7


def test_with_one_message_a_minute_there_is_one_message_a_minute(room: Scene) -> None:
    few = replace(room.policy, paging=replace(room.policy.paging, per_minute=1))
    room.rules = replace(room.rules, policy=few)
    post(room, card(1), card(2))
    assert [flush(room, NOW + timedelta(seconds=second)) for second in (0, 30, 59)] == [1, 0, 0]
    arrive(room, NOW + timedelta(seconds=59))
    assert [flush(room, NOW + timedelta(seconds=second)) for second in (60, 118, 119)] == [0, 0, 1]
    assert said(room) == ["text 1", "text 2"]


def test_a_chat_that_is_away_collects_pages_not_messages(room: Scene) -> None:
    for number in range(100):
        at = NOW + timedelta(seconds=10 * number)
        post(room, card(number), at=at)
        flush(room, at)
    assert len(said(room)) <= room.policy.paging.per_minute
    assert not room.read(paging.is_due, room.rules, NOW + timedelta(hours=1))
    arrive(room, NOW + timedelta(hours=1))
    assert not room.read(paging.is_due, room.rules, NOW + timedelta(hours=1, seconds=5))
    flush(room, NOW + timedelta(hours=1, seconds=61))
    assert sorted(lines(said(room))) == list(range(100))


def test_messages_to_other_chats_and_to_customers_take_no_room(room: Scene) -> None:
    for number in range(30):
        room.write(outbox.post, "telegram", CHAT, str(number), NOW)
        room.write(outbox.post, STAFF_CHAT, "-200", str(number), NOW)
    post(room, card(1))
    assert flush(room) == 1


def test_what_is_held_over_quiet_hours_comes_as_one_digest_when_they_end(desk: Scene) -> None:
    night = timedelta(hours=10)
    post(desk, card(1, held=night), card(2, 2, held=night))
    assert flush(desk, NOW + night - timedelta(seconds=1)) == 0
    assert desk.read(next_flush) == NOW + night
    assert flush(desk, NOW + night) == 1
    assert lines(said(desk)) == [2, 1]
    assert desk.read(next_flush) is None


def test_a_lone_page_held_over_night_is_told_in_full(room: Scene) -> None:
    post(room, card(1, held=timedelta(hours=10)))
    assert flush(room, NOW + timedelta(hours=10)) == 1
    assert said(room) == ["text 1"]


def test_a_digest_waits_a_moment_for_what_other_replicas_still_sweep(room: Scene) -> None:
    late = room.clock_of("first_contact").due_at
    post(room, *(card(number) for number in range(5)), at=late)
    assert flush(room, late) == 0, "a deadline is due that nobody has swept yet"
    post(room, card(5, 1), at=late + timedelta(seconds=1))
    assert flush(room, late + timedelta(seconds=2)) == 1, "but not for ever"
    assert lines(said(room)) == [5, 0, 1, 2, 3, 4]


def test_where_there_is_no_staff_chat_nothing_is_kept(room: Scene) -> None:
    room.rules = replace(room.rules, staff_chat="")
    post(room, card(1))
    assert waiting(room) == 0
    assert not room.read(paging.is_due, room.rules, NOW)


def test_a_customers_transaction_tells_a_few_and_leaves_a_digest_to_the_tick(room: Scene) -> None:
    post(room, card(1))
    assert room.write(paging.flush_few, room.rules, NOW) == 1
    post(room, *(card(number) for number in range(2, 6)))
    assert room.write(paging.flush_few, room.rules, NOW) == 0
    assert room.read(paging.is_due, room.rules, NOW)
    assert flush(room) == 1


def test_waiting_pages_and_their_messages_name_nobody(room: Scene) -> None:
    post(room, replace(card(1), text="江海银行", line="江海银行"))
    stored = str(room.read(lambda db: db.execute(select(pages)).all()))
    flush(room)
    stored += str(room.read(lambda db: db.scalars(select(type_coerce(outbox.outbox.c.text, Text))).all()))
    assert "江海银行" not in stored
    assert said(room) == ["江海银行"]


def test_a_damaged_page_does_not_silence_those_behind_it(room: Scene) -> None:
    post(room, card(1, 1), card(2))
    room.write(lambda db: db.execute(update(pages).where(pages.c.deadline_id == 1).values(text="k1.damaged")))
    assert flush(room) == 2
    assert said(room) == [f"#1 {paging.UNREADABLE}", "text 2"]


async def test_a_damaged_message_becomes_a_dead_letter(room: Scene) -> None:
    message = Outgoing(1, STAFF_CHAT, CHAT, "k1.damaged", (), 1, False, NOW, "ref")
    outcome = await DecryptingChannel(_Nowhere(), room.vault).send(message)
    assert outcome == Never(
        "outbox.text of row ref cannot be read: it was altered, moved here, or sealed with another key."
    )


class _Nowhere:
    name = STAFF_CHAT

    async def send(self, _message: Outgoing) -> Sent | Later | Never:
        raise AssertionError("nothing readable to send")


def test_replicas_that_flush_at_the_same_instant_tell_each_page_once(desk: Scene) -> None:
    post(desk, *(card(number) for number in range(200)))
    together = Barrier(4)

    def work() -> None:
        together.wait()
        for _ in range(5):
            flush(desk)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work) for _ in range(4)]:
            done.result()
    assert sorted(lines(said(desk))) == list(range(200))


def test_a_new_ticket_is_told_at_once_by_day_and_in_the_morning_after_a_night(desk: Scene) -> None:
    desk.visitor("bert").say("人工")
    assert [text.split("\n")[0][:11] for text in said(desk)] == ["【新工单】#2 未识别"]
    desk.clock.advance(hours=12)
    desk.visitor("carl").say("人工")
    assert len(said(desk)) == 1
    assert desk.notices("new")[-1] == ("new", "queue", "通用客服"), "the inbox does not wait"
    held = desk.read(lambda db: db.scalar(select(func.max(pages.c.not_before))))
    assert held.astimezone(desk.policy.zone).strftime("%m-%d %H:%M") == "11-24 08:00"
    assert flush(desk, held) == 1
    assert "#3" in said(desk)[-1]


async def test_deadlines_that_fall_due_together_are_told_in_one_digest_by_the_next_look(room: Scene) -> None:
    for number in range(5):
        room.visitor(f"v{number}").say("人工")
    arrive(room, room.now)
    before, room.clock.now = len(said(room)), room.clock_of("first_contact").due_at
    await AlarmClock(room.database, lambda: room.rules, room.clock).run_due()
    [digest] = [text for text in said(room)[before:] if text.startswith("【通知摘要】")]
    assert digest.startswith("【通知摘要】共 6 条")
    assert sorted(re.findall(r"已超时 #(\d)", digest)) == ["1", "2", "3", "4", "5", "6"]
    assert waiting(room) == 0


def test_the_recent_past_is_found_among_many_rows(room: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr(chat_rate, "RECENT", 50)
    values = {"channel": "telegram", "text": "x", "state": "sent", "attempts": 1, "buttons": []}
    values |= {"in_flight": False, "retried": False, "next_at": NOW, "created_at": NOW - timedelta(hours=1)}
    room.write(lambda db: db.execute(insert(outbox.outbox), [{**values, "address": str(n)} for n in range(300)]))
    for number in range(10):
        post(room, card(number))
        flush(room)
        arrive(room, NOW)
    post(room, card(10))
    assert flush(room) == 0
    assert flush(room, NOW + timedelta(seconds=6)) == 1


def test_a_page_that_waited_says_of_what_is_confidential_by_now_only_that_it_is_there(desk: Scene) -> None:
    desk.visitor("other").say("人工")
    post(desk, card(1, held=timedelta(hours=9)))
    desk.write(lambda db: db.execute(update(tickets).where(tickets.c.id == 1).values(closed_to=",1,")))
    later = NOW + timedelta(hours=9)
    flush(desk, later)
    assert said(desk)[-1] == "已超时 #1 保密投诉（请在工作台查看）"
    post(desk, card(2, held=timedelta(hours=10)), card(3, held=timedelta(hours=10), ticket=2), at=later)
    flush(desk, later + timedelta(hours=1))
    assert "已超时 #1 保密投诉（请在工作台查看）" in said(desk)[-1]
    assert "line 3" in said(desk)[-1]
    assert "line 2" not in said(desk)[-1]
