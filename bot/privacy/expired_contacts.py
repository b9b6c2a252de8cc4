"""Contacts whom the CRM has dropped, and who have been silent for a period: they are erased, without two approvals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.privacy.agreeing import run
from bot.privacy.person import Person, find_person, lines_of
from bot.privacy.retention_grounds import read_surroundings
from bot.privacy.retention_kinds import BY
from bot.privacy.retention_rules import Left, OldRow
from bot.privacy.retention_store import RetentionPass, save_pass
from bot.rules import Rules
from bot.transcript.message_store import messages
from escalation.customers.customer_rows import contacts
from escalation.customers.data_requests import UNDER_WAY, add_request, data_requests, requests_of
from escalation.customers.holds import RetentionHold
from escalation.tickets.ticket_store import tickets

KIND = "contacts"
OF_CLASS = "transcript"
AT_ONCE = 10


def take(db: Connection, rules: Rules, found: RetentionPass, now: datetime) -> int:
    """Look at the next contacts, and have those erased that have been silent; return how many were looked at."""
    before = rules.policy.privacy.retention.before(OF_CLASS, now, rules.policy.zone)
    rows = dropped(db, found.after_contact or "", before, AT_ONCE)
    day = now.astimezone(rules.policy.zone).date()
    gone = [row.id for row in rows if why_left(db, row.id, before, day) is None]
    for contact_id in gone:
        _expire(db, contact_id, now)
    last = rows[-1].id if rows else found.after_contact
    save_pass(db, replace(found, after_contact=last, done=not rows, gone=found.gone + len(gone)))
    return len(rows)


def dropped(db: Connection, after: str, before: datetime, limit: int) -> Sequence[Any]:
    """Return id and left_at of the next contacts who were dropped before an instant; who was erased is none of them."""
    erased = select(data_requests.c.pseudonym).where(data_requests.c.pseudonym.is_not(None))
    here = contacts.c
    query = select(here.id, here.left_at).where(here.left_at < before, here.merged_into.is_(None), here.id > after)
    return db.execute(query.where(here.id.not_in(erased)).order_by(here.id).limit(limit)).all()


def why_left(db: Connection, contact_id: str, before: datetime, day: date) -> Left | RetentionHold | None:
    """Return why a contact who was dropped stays; None: they are to be erased."""
    person = find_person(db, contact_id)
    asked = any(each.state in UNDER_WAY for each in requests_of(db, contact_id, "erase", "restrict"))
    if person is None or asked or _was_heard(db, person, before):
        return "not_yet"
    rows = [OldRow(0, contact=each) for each in person.ids]
    rows += [OldRow(0, talk=each) for each in person.talks] + [OldRow(0, ticket=each) for each in person.tickets]
    around = read_surroundings(db, rows, day)
    kept = [why for why in (around.left(each, before) for each in rows) if why is not None]
    return next((why for why in kept if why != "not_yet"), kept[0] if kept else None)


def _was_heard(db: Connection, person: Person, before: datetime) -> bool:
    last = db.scalar(select(func.max(messages.c.at)).where(lines_of(person)))
    begun = db.scalar(select(func.max(tickets.c.received_at)).where(tickets.c.id.in_(person.tickets)))
    return any(at is not None and at >= before for at in (last, begun))


def _expire(db: Connection, contact_id: str, now: datetime) -> None:
    told = {"first_by": BY, "first_at": now}
    run(db, add_request(db, "erase", contact_id, BY, BY, now, now, **told), now)
