"""Reminders of improvements that are past their day, in the staff chat: of their person first, of the lead later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.once import is_done, mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.wording.improvement import reminder
from escalation.improvement.improvement_tables import improvements
from escalation.improvement.improving import find_improvements
from escalation.improvement.overdue import OverdueReminder, reminders
from escalation.measures.periods import day_of
from escalation.staff import staff_names

MORNING = 9  # o'clock in the policy's zone: it spoils nobody's night


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether somebody is to be reminded. Reads only."""
    return now.astimezone(rules.policy.zone).hour >= MORNING and next(_due(db, rules, now), None) is not None


def remind_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Post each reminder once; return how many were posted now."""
    names = staff_names(db)
    told = [each for each in _due(db, rules, now) if mark_once(db, each.mark, now)]
    for each in told:
        post_to_staff_chat(db, rules, reminder(each, names.get(each.improvement.person_id, "")), now)
    return len(told)


def _due(db: Connection, rules: Rules, now: datetime) -> Iterator[OverdueReminder]:
    today = day_of(now, rules.policy.zone)
    late = find_improvements(db, improvements.c.closed_at.is_(None), improvements.c.due_on < today)
    return (each for each in reminders(late, today) if not is_done(db, each.mark))
