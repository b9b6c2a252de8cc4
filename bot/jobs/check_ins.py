"""Follow-ups on a schedule: once a day, in a tier's hours, whoever was not spoken to for long is to be called."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.notifications.once import is_done, mark_again_after, mark_once, may_mark_again
from bot.notifications.publish import announce_now
from bot.rules import Rules
from escalation.policy.tiers import Tier
from escalation.tickets import check_ins

LOOKING = "follow-ups that another matter has overtaken"
LOOK_AFTER = timedelta(minutes=10)
AT_MOST = 50  # customers of a tier in one transaction


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether some tier's customers are to be looked through. Reads only."""
    scheduled = any(tier.check_in_every is not None for tier in rules.policy.tiers.values())
    return scheduled and (bool(_to_look_through(db, rules, now)) or may_mark_again(db, LOOKING, LOOK_AFTER, now))


def take_some(db: Connection, rules: Rules, now: datetime) -> int:
    """End follow-ups that another matter has overtaken, and begin those that are due; return how many began."""
    if mark_again_after(db, LOOKING, LOOK_AFTER, now):
        for ticket_id in check_ins.overtaken(db, rules.policy):
            check_ins.drop(db, rules.policy, ticket_id, now)
    begun = 0
    for tier in _to_look_through(db, rules, now):
        found = check_ins.due_tickets(db, rules.policy, tier, now, AT_MOST)
        begun += _begin(db, rules, tier, found, now)
        if len(found) < AT_MOST:
            mark_once(db, _today(rules, tier, now), now)
    return begun


def _begin(db: Connection, rules: Rules, tier: Tier, found: list[int], now: datetime) -> int:
    every = tier.check_in_every or timedelta(0)
    begun = [check_ins.begin(db, rules.policy, ticket_id, every, now) for ticket_id in found]
    events = [event for event in begun if event is not None]
    announce_now(db, rules, events, now)
    return len(events)


def _to_look_through(db: Connection, rules: Rules, now: datetime) -> list[Tier]:
    policy = rules.policy
    open_now = [each for each in policy.tiers.values() if policy.calendars[each.calendar].is_open(now)]
    return [each for each in open_now if each.check_in_every and not is_done(db, _today(rules, each, now))]


def _today(rules: Rules, tier: Tier, now: datetime) -> str:
    return f"check-ins-{tier.rank}-{now.astimezone(rules.policy.zone):%Y-%m-%d}"
