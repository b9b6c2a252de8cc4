"""The alarm about a year without published holidays: once a day from MORNING on, until the year is entered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.once import is_done, mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from escalation.calendars.days import alarm, unpublished

MORNING = 9  # o'clock in the policy's zone: it spoils nobody's night


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether `alarm_if_needed` would post the alarm; reads without a lock."""
    key = _key(rules, now)
    return key is not None and not is_done(db, key)


def alarm_if_needed(db: Connection, rules: Rules, now: datetime) -> bool:
    """Post today's alarm unless another replica has; True if it was posted now."""
    key, sentence = _key(rules, now), alarm(rules.policy, now)
    if key is None or sentence is None or not mark_once(db, key, now):
        return False
    post_to_staff_chat(db, rules, sentence, now)
    return True


def _key(rules: Rules, now: datetime) -> str | None:
    """Key of today's alarm; None if no year is missing, and before MORNING."""
    year, there = unpublished(rules.policy, now), now.astimezone(rules.policy.zone)
    return None if year is None or there.hour < MORNING else f"calendar-{year}-{there:%Y-%m-%d}"
