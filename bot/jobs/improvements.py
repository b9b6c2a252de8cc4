"""Reminders of improvements that are past their day, in the staff chat: of their person first, of the lead later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.once import are_done, mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.wording.improvement import reminder
from escalation.improvement.improving import find_overdue
from escalation.improvement.overdue import OverdueReminder, reminders
from escalation.measures.periods import day_of
from escalation.staff import staff_names

MORNING = 9  # o'clock in the policy's zone: it spoils nobody's night


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether somebody is to be reminded. Reads only."""
    return now.astimezone(rules.policy.zone).hour >= MORNING and bool(_due(db, rules, now))


def remind_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Post each reminder once; return how many were posted now."""
    names = staff_names(db)
    told = [each for each in _due(db, rules, now) if mark_once(db, each.mark, now)]
    for each in told:
        post_to_staff_chat(db, rules, reminder(each, names.get(each.improvement.person_id, "")), now)
    return len(told)


def _due(db: Connection, rules: Rules, now: datetime) -> list[OverdueReminder]:
    today = day_of(now, rules.policy.zone)
    found = {each.mark: each for each in reminders(find_overdue(db, today), today)}
    done = are_done(db, found)
    return [each for mark, each in found.items() if mark not in done]
