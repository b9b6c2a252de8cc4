"""Another policy file, another calendar year: open tickets follow, once, and only those that must."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.config.settings import Settings
from bot.jobs.recompute import BATCH, RecomputeJob, bring_into_force, recompute_some
from bot.rules import Rules
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from bot.transcript.conversations import lock_conversation
from escalation.calendars import calendar_editions
from escalation.policy import policy_editions
from escalation.policy.model import Policy
from escalation.working_hours.working_time import CalendarDay
from tests.conftest import StandingClock
from tests.escalation.tickets.desk_scene import NOW, Desk, later
from tests.patience import patience


def slower(rules: Rules) -> Rules:
    """The same policy with an hour more for the fourth tier's first contact."""
    policy = rules.policy
    tier = policy.tiers["三级"]
    milestones = tuple(
        replace(one, within=timedelta(hours=3)) if one.id == "first_contact" else one for one in tier.milestones
    )
    tiers = {**policy.tiers, "三级": replace(tier, milestones=milestones)}
    return replace(rules, policy=replace(policy, version="slower", tiers=tiers))


def quicker(rules: Rules) -> Rules:
    policy = rules.policy
    tier = policy.tiers["三级"]
    milestones = tuple(
        replace(one, within=timedelta(hours=1)) if one.id == "first_contact" else one for one in tier.milestones
    )
    tiers = {**policy.tiers, "三级": replace(tier, milestones=milestones)}
    return replace(rules, policy=replace(policy, version="quicker", tiers=tiers))


def settle(desk: Desk, rules: Rules) -> list[int]:
    """Recompute until nothing is left; how many each time."""
    found = []
    while done := desk.write(recompute_some, rules, later(minutes=5)):
        found.append(done)
    return found


def test_a_stricter_policy_moves_open_clocks_and_each_ticket_once(database: Database, rules: Rules) -> None:
    desk = Desk(database, rules.policy)
    ticket = desk.open("三级").ticket.id
    assert settle(desk, quicker(rules)) == [1]
    assert desk.clock(ticket, "first_contact").due_at == later(hours=1)
    assert [row.state for row in desk.clocks(ticket, "first_contact")] == ["cancelled", "open"]
    assert settle(desk, quicker(rules)) == []


def test_a_laxer_policy_takes_back_nothing_the_customer_was_told(sqlite: Database, rules: Rules) -> None:
    desk = Desk(sqlite, rules.policy)
    ticket = desk.open("三级").ticket.id
    assert settle(desk, slower(rules)) == [1]
    assert desk.clock(ticket, "first_contact").due_at == later(hours=2)


def test_clocks_that_come_out_the_same_are_left_alone(sqlite: Database, rules: Rules) -> None:
    desk = Desk(sqlite, rules.policy)
    ticket = desk.open("特级").ticket.id
    before = [row.id for row in desk.clocks(ticket, "first_contact")]
    assert settle(desk, replace(rules, policy=replace(rules.policy, version="renamed"))) == [1]
    assert [row.id for row in desk.clocks(ticket, "first_contact")] == before
    assert "recomputed" not in desk.history(ticket)


def test_many_tickets_are_done_in_batches_that_let_others_in_between(sqlite: Database, rules: Rules) -> None:
    desk = Desk(sqlite, rules.policy)
    for _ in range(BATCH + 3):
        desk.open("三级")
    assert settle(desk, quicker(rules)) == [BATCH, 3]


def test_a_replica_with_an_older_policy_leaves_the_clocks_to_the_newer_one(sqlite: Database, rules: Rules) -> None:
    desk = Desk(sqlite, rules.policy)
    ticket = desk.open("三级").ticket.id
    newer = quicker(rules)
    assert desk.write(bring_into_force, newer.policy, "text", NOW)
    assert settle(desk, slower(rules)) == []
    assert settle(desk, newer) == [1]
    assert desk.clock(ticket, "first_contact").due_at == later(hours=1)


def test_every_edition_that_was_in_force_stays_readable(database: Database, policy: Policy) -> None:
    desk = Desk(database, policy)
    assert desk.write(bring_into_force, policy, "first", NOW)
    assert not desk.write(bring_into_force, policy, "first", later(hours=1))
    assert desk.write(bring_into_force, replace(policy, version="second"), "later", later(hours=2))
    assert desk.write(bring_into_force, policy, "first", later(hours=3))
    assert [(one.version, one.text) for one in desk.read(policy_editions.editions)] == [
        (policy.version, "first"),
        ("second", "later"),
        (policy.version, "first"),
    ]


@pytest.fixture
def service(sqlite: Database, rules: Rules, clock: StandingClock) -> Service:
    return Service(Settings(), sqlite, rules, ChangeFeed(sqlite.url), clock, "s" * 32, filed=rules.policy)


async def test_a_calendar_year_that_is_published_makes_provisional_deadlines_firm(
    service: Service, rules: Rules, clock: StandingClock
) -> None:
    desk = Desk(service.database, rules.policy)
    clock.now = clock.now.replace(month=12, day=31, hour=12, minute=30)  # a Thursday, 20:30 in Shanghai
    desk.write(lock_conversation, "web", "anna", clock.now)
    ticket = desk.open("三级", clock.now).ticket.id
    guessed = desk.clock(ticket, "first_contact")
    assert guessed.provisional
    days = [CalendarDay(date(2027, 1, n), "off", "元旦") for n in (1, 2, 3)] + [
        CalendarDay(date(2027, 1, 4), "off", "元旦")
    ]
    desk.write(lambda db: calendar_editions.save(db, rules.policy, 2027, days, "li", "", clock.now, whole=True))
    assert await service.follow_calendars()
    assert not await service.follow_calendars()
    desk.write(recompute_some, service.rules, clock.now)
    firm = desk.clock(ticket, "first_contact")
    # The customer was told that it may move, and Monday turned out to be a holiday.
    assert (firm.provisional, firm.due_at) == (False, guessed.due_at + timedelta(days=1))
    assessed = desk.clock(ticket, "answer_fixed")
    assert assessed.state == "open"


async def test_the_worker_follows_new_rules_without_being_told(service: Service, rules: Rules) -> None:
    desk = Desk(service.database, rules.policy)
    ticket = desk.open("三级").ticket.id
    service.database.on_commit = service.change_feed.notify
    worker = asyncio.create_task(
        RecomputeJob(service.database, lambda: service.rules, service.change_feed, service.clock).run()
    )
    try:
        service.rules = quicker(rules)
        async with asyncio.timeout(patience(20)):
            while desk.clock(ticket, "first_contact").due_at != later(hours=1):
                service.change_feed.notify()
                await asyncio.sleep(0.01)
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
