"""Rows of the outbox go out through a channel, whatever the channel does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.delivery import outbox, sender
from bot.delivery.rate_limit import Pace
from bot.delivery.sender import OutboxSender
from bot.messages import Delivery, Later, Never, Outgoing, Sent
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from escalation.vault import Vault
from tests.patience import patience


class Recorder:
    """A channel that does as it is told."""

    name = "telegram"

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[Outgoing] = []
        self.heard = asyncio.Event()

    async def send(self, message: Outgoing) -> Delivery:
        """The next outcome; Sent when none is left."""
        self.sent.append(message)
        self.heard.set()
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is None:
            await asyncio.Event().wait()  # for ever
        assert isinstance(outcome, Sent | Later | Never)
        return outcome


@pytest.fixture
async def made(sqlite: Database, clock: Any) -> AsyncIterator[Any]:
    change_feed = ChangeFeed(sqlite.url)
    sqlite.on_commit = change_feed.notify
    yield lambda channel, at_once=1: OutboxSender(sqlite, channel, change_feed, clock, at_once)
    sqlite.on_commit = lambda _names: None


def states(database: Database) -> list[tuple[str, bool, str | None]]:
    columns = (outbox.outbox.c.state, outbox.outbox.c.retried, outbox.outbox.c.why)
    return [tuple(row) for row in database.read_now(lambda db: db.execute(select(*columns)).all())]  # type: ignore[misc]


async def delivered(working: OutboxSender) -> bool:
    """Whether anything was due; it is sent by now, and what became of it is written down."""
    busy = await working.work_once()
    if busy:
        await working.stop()
    return busy


def post(database: Database, clock: Any, *texts: str) -> None:
    for text in texts:
        database.write_now(outbox.post, "telegram", "anna", text, clock.now)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(), ("sent", False, None)),
        (Never("blocked"), ("dead", False, "blocked")),
        (Later(5, "429"), ("pending", False, "429")),
        (Later(5, "cut off", ambiguous=True), ("pending", True, "cut off")),
    ],
)
async def test_the_outcome_is_written_down(
    sqlite: Database, clock: Any, made: Any, outcome: Delivery, state: tuple[str, bool, str | None]
) -> None:
    post(sqlite, clock, "a")
    assert await delivered(made(Recorder(outcome))) is True
    assert states(sqlite) == [state]


async def test_nothing_due_nothing_sent_and_nobody_woken(sqlite: Database, made: Any) -> None:
    heard = []
    sqlite.on_commit = lambda _names: heard.append(1)
    assert await delivered(made(Recorder())) is False
    assert heard == []


async def test_a_channel_that_breaks_leaves_the_row_leased_and_labelled_for_later(
    sqlite: Database, clock: Any, made: Any
) -> None:
    post(sqlite, clock, "a")
    channel = Recorder(RuntimeError("bug"))
    working = made(channel)
    assert await delivered(working) is True
    assert await delivered(working) is False
    clock.advance(seconds=outbox.LEASE.total_seconds())
    assert await delivered(working) is True
    assert [message.retried for message in channel.sent] == [False, True]
    assert states(sqlite) == [("sent", True, None)]


async def test_a_send_without_an_end_is_cut_and_labelled(
    sqlite: Database, clock: Any, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "SEND_TIMEOUT", 0.01)
    post(sqlite, clock, "a")
    assert await delivered(made(Recorder(None))) is True
    assert states(sqlite) == [("pending", True, "no answer in time")]


async def test_workers_send_what_is_posted_while_they_run_in_order(sqlite: Database, clock: Any, made: Any) -> None:
    channel = Recorder()
    working = made(channel, 4)
    working.start()
    try:
        for number in range(6):
            await sqlite.unit(outbox.post, "telegram", "anna", str(number), clock.now)
        async with asyncio.timeout(patience(20)):
            while len(channel.sent) < 6:
                channel.heard.clear()
                await channel.heard.wait()
    finally:
        await working.stop()
    assert [message.text for message in channel.sent] == [str(number) for number in range(6)]


async def test_stopped_amid_a_send_the_row_stays_and_is_labelled_next_time(
    sqlite: Database, clock: Any, made: Any
) -> None:
    post(sqlite, clock, "a")
    stuck = Recorder(None)
    working = made(stuck)
    working.start()
    async with asyncio.timeout(patience(20)):
        await stuck.heard.wait()
    await working.stop()
    clock.advance(minutes=2)
    healthy = Recorder()
    assert await delivered(made(healthy)) is True
    assert healthy.sent[0].retried


async def test_stopping_lets_a_send_under_way_arrive(sqlite: Database, clock: Any, made: Any) -> None:
    post(sqlite, clock, "a")
    slow = Slow()
    working = made(slow)
    working.start()
    async with asyncio.timeout(patience(20)):
        await slow.heard.wait()
    ending = asyncio.create_task(working.stop())
    await asyncio.sleep(0)
    slow.may_end.set()
    async with asyncio.timeout(patience(20)):
        await ending
    assert states(sqlite) == [("sent", False, None)]


async def test_what_a_limit_leaves_waiting_goes_out_by_rank(sqlite: Database, clock: Any) -> None:
    for number in range(4):
        sqlite.write_now(outbox.post, "telegram", f"c{number}", f"三级 {number}", clock.now, rank=4)
    sqlite.write_now(outbox.post, "telegram", "c9", "特级", clock.now, rank=1)
    channel, hand = Recorder(), [0.0]
    working = OutboxSender(sqlite, channel, ChangeFeed(sqlite.url), clock, pace=Pace(2, lambda: hand[0]))
    assert await delivered(working)
    assert [message.text for message in channel.sent] == ["特级", "三级 0"]
    assert not await delivered(working)
    hand[0] += 2
    assert await delivered(working)
    assert [message.text for message in channel.sent[2:]] == ["三级 1", "三级 2"]


async def test_a_flood_silences_the_chat_for_as_long_as_was_asked(sqlite: Database, clock: Any) -> None:
    post(sqlite, clock, "a")
    pace = Pace(30, lambda: 0.0)
    working = OutboxSender(sqlite, Recorder(Later(7, "429", limited=True)), ChangeFeed(sqlite.url), clock, pace=pace)
    assert await delivered(working)
    assert pace.reserve_turn("anna") == 7


async def test_whoever_blocked_the_bot_is_told_of_in_the_same_transaction(sqlite: Database, clock: Any) -> None:
    post(sqlite, clock, "a")
    told: list[str] = []

    def note(db: Connection, message: Outgoing, now: Any) -> None:
        assert db.in_transaction()
        told.append(message.address)

    gone = Recorder(Never("Forbidden: bot was blocked by the user", unreachable=True))
    working = OutboxSender(sqlite, gone, ChangeFeed(sqlite.url), clock, on_unreachable=note)
    assert await delivered(working)
    assert told == ["anna"]


class Slow(Recorder):
    """A channel that takes until it is told to end."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = asyncio.Event()

    async def send(self, message: Outgoing) -> Delivery:
        """Sent, some time."""
        self.heard.set()
        await self.may_end.wait()
        return await super().send(message)


async def test_a_send_that_ends_after_others_were_written_down_is_written_down_too(
    sqlite: Database, clock: Any, made: Any
) -> None:
    for number in range(40):
        sqlite.write_now(outbox.post, "telegram", f"c{number}", str(number), clock.now)
    working = made(Uneven(), 8)
    working.start()
    try:
        async with asyncio.timeout(patience(20)):
            while {state for state, _, _ in states(sqlite)} != {"sent"}:
                await working.change_feed.wait(working.change_feed.version, 1)
    finally:
        await working.stop()


class Uneven(Recorder):
    """A channel some of whose sends take longer than others."""

    async def send(self, message: Outgoing) -> Delivery:
        """Sent, after so many turns of the loop."""
        for _ in range(message.id * 37 % 200):
            await asyncio.sleep(0)
        return await super().send(message)


async def test_what_has_stood_in_line_too_long_goes_back_unsent_before_its_lease_runs_out(
    sqlite: Database, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "LONGEST_LINE", -1.0)
    post(sqlite, clock, "a")
    channel = Recorder()
    working = OutboxSender(sqlite, channel, ChangeFeed(sqlite.url), clock, pace=Pace(30, lambda: 0.0))
    assert await delivered(working)
    assert channel.sent == []
    assert states(sqlite) == [("pending", False, "the line was too long")]
    monkeypatch.undo()
    assert await delivered(working)
    assert [message.retried for message in channel.sent] == [False], "it was never on its way: no label"


async def test_a_text_that_no_key_opens_is_not_sent(sqlite: Database, clock: Any, made: Any) -> None:
    sqlite.vault = Vault({"k1": b"1" * 32}, "k1", b"l" * 32)
    post(sqlite, clock, "您好")
    sqlite.vault = Vault({"k2": b"2" * 32}, "k2", b"l" * 32)
    channel = Recorder()
    assert await delivered(made(channel))
    assert channel.sent == []
    assert states(sqlite) == [("dead", False, "no key opens its text")]
