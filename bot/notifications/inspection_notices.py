"""Notices about inspected records, in the inbox of those whom they reach and who see the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.notice import Audience, Notice
from bot.notifications.notice_inbox import save_notice
from bot.rules import Rules
from bot.wording import inspections as words
from escalation.staff import staff_names
from escalation.supervision.inspection_store import Inspection, Rectification, get_inspection


def tell(db: Connection, rules: Rules, found: Inspection, told: str, to: Sequence[Audience], now: datetime) -> None:
    """Tell people of a record, each once."""
    save_notice(db, rules.vault, Notice(found.ticket_id, "inspection", told, tuple(dict.fromkeys(to))), now)


def tell_of_rectification(db: Connection, rules: Rules, asked: Rectification, what: str, now: datetime) -> None:
    """Tell who is to put it right: that it is asked, due soon or overdue; of the last the lead hears too."""
    found, names = get_inspection(db, asked.inspection_id), staff_names(db)
    day = f"{asked.due_on:%Y-%m-%d}"
    told = words.rectification(what, found.ticket_id, names.get(asked.person_id, ""), day)
    lead = [Audience("role", "lead")] if what == "overdue" else []
    tell(db, rules, found, told, [person(asked.person_id), *lead], now)


def person(staff_id: int) -> Audience:
    """Return the audience that is one person."""
    return Audience("staff", str(staff_id))
