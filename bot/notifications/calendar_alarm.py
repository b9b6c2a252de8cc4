"""The reminder of a year without published holidays, from MORNING on, and how it is put off while none can be had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.notifications.once import is_done, last_marked, mark_again_after, mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.wording.outcomes import PUT_OFF_HINT
from escalation.calendars.days import alarm, unpublished
from escalation.calendars.missing_year import Rhythm, quiet_until, rhythm
from escalation.policy.model import Policy
from escalation.tickets.moved_deadlines import has_provisional

MORNING = 9  # o'clock in the policy's zone: it spoils nobody's night


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether `alarm_if_needed` would post the alarm; reads without a lock."""
    return _key(db, rules, now) is not None


def alarm_if_needed(db: Connection, rules: Rules, now: datetime) -> bool:
    """Post the alarm of the day or the month unless another replica has; True if it was posted now."""
    key, sentence = _key(db, rules, now), alarm(rules.policy, now)
    if key is None or sentence is None or not mark_once(db, key, now):
        return False
    post_to_staff_chat(db, rules, sentence + PUT_OFF_HINT, now)
    return True


def standing(db: Connection, policy: Policy, now: datetime) -> str | None:
    """Return the sentence for the board; None while no year is missing, or nothing is to be done about it."""
    year = unpublished(policy, now)
    return alarm(policy, now) if year is not None and _rhythm(db, policy, year, now) else None


def put_off(db: Connection, policy: Policy, year: int, now: datetime) -> datetime:
    """Note that a year is not published yet; return until when nobody is reminded."""
    mark_again_after(db, _waits(year), timedelta(), now)
    return quiet_until(year, now, policy.zone)


def put_off_until(db: Connection, policy: Policy, year: int, now: datetime) -> datetime | None:
    """Return until when nobody is reminded of a year; None if they are."""
    said = last_marked(db, _waits(year))
    until = quiet_until(year, said, policy.zone) if said is not None else None
    return until if until is not None and until > now else None


def _key(db: Connection, rules: Rules, now: datetime) -> str | None:
    """Key of the alarm that is to be posted; None if there is none, and before MORNING."""
    year, there = unpublished(rules.policy, now), now.astimezone(rules.policy.zone)
    if year is None or there.hour < MORNING:
        return None
    daily, monthly = f"calendar-{year}-{there:%Y-%m-%d}", f"calendar-{year}-{there:%Y-%m}"
    if is_done(db, daily):
        return None
    found = _rhythm(db, rules.policy, year, now)
    key = {"daily": daily, "monthly": monthly}.get(found or "")
    return key if key is not None and not is_done(db, key) else None


def _rhythm(db: Connection, policy: Policy, year: int, now: datetime) -> Rhythm | None:
    first = datetime(year, 1, 1, tzinfo=policy.zone).astimezone(UTC)
    reached, said = has_provisional(db, first), last_marked(db, _waits(year))
    return rhythm(year, now, policy.zone, is_reached=reached, waits_since=said)


def _waits(year: int) -> str:
    return f"calendar-{year}-waits"
