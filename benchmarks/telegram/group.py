"""A thousand messages to one group of staff: never too many in a minute, the highest tier's cards first.

The desk's own worker, two of them as on two replicas, on a clock that is moved on whenever both have nothing to do: the
fake's meter runs on the same clock, so an hour of it is measured in a minute.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from benchmarks.ground import bare_rules, opened, own_ground
from benchmarks.telegram.server import TOKEN
from bot.config.settings import Settings
from bot.messages import Incoming
from bot.notifications.staff_chat import DESK
from bot.rules import Rules
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from bot.telegram.api.client import Client
from bot.telegram.desk.worker import TopicWorker
from bot.topic_sync.topics import mark_changed, topics
from escalation.tickets.ticket_store import tickets
from tests.fakes.telegram import FakeTelegram

GROUP = -1001000000001
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
SPECIAL = 50  # one ticket of so many is of the highest tier; in a short run at least two are
LONGEST = 5.0  # seconds the clock is moved on at most


class Clock:
    """Stands still unless it is moved on."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        """For the fake's meter."""
        return (self.now - MORNING).total_seconds()

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)


async def measure(messages: int, kind: str = "sqlite") -> dict[str, Any]:
    """So many tickets at once, watched until so many messages were said; one more of the highest tier half-way."""
    clock, rules = Clock(), replace(bare_rules(), staff_chat=DESK, topic_groups=(GROUP,))
    began = time.monotonic()
    with own_ground(kind) as where, opened(where.url) as database:
        async with FakeTelegram(TOKEN, clock.seconds) as api:
            api.meter.mode, api.meter.per_second = "count", 1000
            api.make_forum(GROUP)
            service = _house(database, rules, clock, api.base)
            await _write(service, range(messages))
            ranks = {tier.id: tier.rank for tier in rules.policy.tiers.values()}
            await database.unit(_mix, ranks, min(SPECIAL, messages // 2))
            best = min(ranks, key=ranks.__getitem__)
            desks = [TopicWorker(service, Client(TOKEN, api.base)) for _ in range(2)]
            try:
                late = await _run(desks, clock, api, messages, best)
            finally:
                for desk in desks:
                    await desk.client.close()
            found = database.read_now(_order)
    return {
        "messages": len(api.sent_to(GROUP)),
        "exceeded": api.meter.exceeded_by["group"],
        "most_a_minute": api.meter.most_per_minute[GROUP],
        "minutes": round(clock.seconds() / 60, 1),
        "cards": len(found),
        "cards_before_a_higher_tiers": _overtaken(found, best),
        "late_special_s": late,
        "seconds": round(time.monotonic() - began, 1),
    }


def _house(database: Database, rules: Rules, clock: Clock, base: str) -> Service:
    settings = Settings(telegram_token=TOKEN, telegram_api=base, public_url="https://help.example")
    database.before_commit = lambda db: mark_changed(db, rules, clock())
    return Service(settings, database, rules, ChangeFeed(database.url), clock, "s" * 32)


async def _write(service: Service, customers: range) -> None:
    for number in customers:
        await service.receive(Incoming("web", f"g{number:031d}", f"g{number}", "text", text="转人工"))


def _mix(db: Connection, ranks: dict[str, int], every: int) -> None:
    ordered = sorted(ranks, key=ranks.__getitem__)
    tiers = {tickets.c.id % every == every - 1: ordered[0], tickets.c.id % 5 == 0: ordered[1]}
    db.execute(update(tickets).values(tier=case(*tiers.items(), else_=ordered[-1])))
    mine = select(case(ranks, value=tickets.c.tier)).where(tickets.c.id == topics.c.ticket_id).scalar_subquery()
    db.execute(update(topics).values(rank=mine))


async def _run(desks: list[TopicWorker], clock: Clock, api: FakeTelegram, messages: int, best: str) -> float | None:
    """Both work until so many messages were said; virtual seconds until the late one's card stands."""
    service = desks[0].service
    raised: float | None = None
    late: float | None = None
    while len(api.sent_to(GROUP)) < messages:
        waits = [await desk.step() for desk in desks]
        if raised is None and len(api.sent_to(GROUP)) >= messages // 2:
            raised = clock.seconds()
            await _write(service, range(messages, messages + 1))
            await service.database.unit(_raise_last, best)
        elif raised is not None and late is None and service.database.read_now(_last_is_shown):
            late = round(clock.seconds() - raised, 1)
        if min(waits) > 0:
            clock.advance(min(*waits, LONGEST))
    return late


def _raise_last(db: Connection, best: str) -> None:
    last = select(func.max(topics.c.ticket_id)).scalar_subquery()
    db.execute(update(tickets).where(tickets.c.id == last).values(tier=best))
    db.execute(update(topics).where(topics.c.ticket_id == last).values(rank=1))


def _last_is_shown(db: Connection) -> bool:
    return db.scalar(select(topics.c.card).order_by(topics.c.ticket_id.desc()).limit(1)) is not None


def _order(db: Connection) -> list[tuple[int, str]]:
    """Tickets and tiers of the cards in the group, in the order in which these were said; without the late one's."""
    query = select(tickets.c.id, tickets.c.tier).join(topics, topics.c.ticket_id == tickets.c.id)
    last = select(func.max(topics.c.ticket_id)).scalar_subquery()
    shown = query.where(topics.c.card.is_not(None), topics.c.ticket_id != last).order_by(topics.c.card)
    return [(row.id, row.tier) for row in db.execute(shown)]


def _overtaken(found: list[tuple[int, str]], best: str) -> int:
    """Cards of other tiers that stand before the last card of the highest."""
    tiers = [tier for _, tier in found]
    last = max((at for at, tier in enumerate(tiers) if tier == best), default=0)
    return sum(tier != best for tier in tiers[:last])
