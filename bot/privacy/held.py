"""What is held of a person: counted by class, and read in pieces, so that memory does not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from bot.privacy.person import Person, find_person, lines_of
from bot.rules import Rules
from bot.transcript.addresses import CONTACT, conversation_addresses
from bot.transcript.attachments import attachments
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from escalation.customers.customer_notes import customer_notes, open_note
from escalation.customers.items import customer_items
from escalation.customers.model import Customer
from escalation.surveys.survey_store import surveys
from escalation.tickets.history import ticket_events
from escalation.tickets.ratings import ratings
from escalation.tickets.ticket_store import notes, tickets

AT_ONCE = 500

Read = Callable[..., Any]  # `Database.read_now`


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line of a conversation with its later versions, and the file that came with it; its bytes are read apart."""

    id: int
    at: str
    author: str
    ticket: int | None
    text: str
    versions: tuple[str, ...]
    file: str | None
    size: int
    here: bool  # whether the file's bytes are kept by us


def classes_of(db: Connection, person: Person) -> dict[str, int]:
    """Return how much is held of a person, by class."""
    lines = select(messages.c.id).where(lines_of(person))
    here = conversation_addresses.c
    addresses = (here.conversation_id.in_(person.talks), here.channel != CONTACT)
    items = customer_items.c.organisation_id == person.organisation_id if person.is_organisation else None
    return {
        "ids": len(person.ids),
        "addresses": _count(db, select(here.address).where(*addresses)),
        "conversations": len(person.talks),
        "lines": _count(db, lines),
        "versions": _count(db, select(revisions.c.id).where(revisions.c.message_id.in_(lines))),
        "files": _count(db, select(attachments.c.message_id).where(attachments.c.message_id.in_(lines))),
        "tickets": len(person.tickets),
        "lines_of_history": _of_tickets(db, ticket_events, person),
        "notes_on_tickets": _of_tickets(db, notes, person),
        "ratings": _of_tickets(db, ratings, person),
        "notes": _count(db, select(customer_notes.c.id).where(customer_notes.c.contact_id.in_(person.ids))),
        "items": _count(db, select(customer_items.c.id).where(items)) if items is not None else 0,
        "surveys": _count(db, select(surveys.c.id).where(surveys.c.contact_id.in_(person.ids))),
    }


def held_of(db: Connection, contact_id: str) -> dict[str, int]:
    """Return how much is held of a contact, by class; nothing for an unknown id."""
    person = find_person(db, contact_id)
    return classes_of(db, person) if person is not None else {}


def contact_told(customer: Customer) -> dict[str, str]:
    """Return what is on file of a contact, by field; what is not known is left out."""
    contact, organisation = customer.contact, customer.organisation
    told = {"id": contact.id, "name": contact.name, "organisation": organisation.name, "phone": contact.phone}
    told |= {"email": contact.email, "note": contact.note, "preferred_channel": contact.preferred_channel}
    return {name: value for name, value in told.items() if value}


def read_lines(read: Read, person: Person) -> Iterator[HeldLine]:
    """Yield every line of a person's conversations, the oldest first, in transactions of AT_ONCE each."""
    after = 0
    while batch := read(_lines_after, person, after):
        yield from batch
        after = batch[-1].id


def file_of(db: Connection, message_id: int) -> bytes | None:
    """Return the bytes of a line's file."""
    found: bytes | None = db.scalar(select(attachments.c.content).where(attachments.c.message_id == message_id))
    return found


def read_matters(db: Connection, person: Person) -> list[dict[str, Any]]:
    """Return the person's tickets: number, subject, state, instants and rating."""
    columns = ("id", "subject", "state", "topic", "received_at", "resolved_at", "closed_at", "rating", "rating_reason")
    query = select(*(tickets.c[name] for name in columns)).where(tickets.c.id.in_(person.tickets))
    rows = db.execute(query.order_by(tickets.c.id))
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in rows]


def read_notes(db: Connection, rules: Rules, person: Person) -> list[dict[str, str]]:
    """Return the notes on the person's page."""
    mine = customer_notes.c.contact_id.in_(person.ids)
    rows = db.execute(select(customer_notes).where(mine).order_by(customer_notes.c.at, customer_notes.c.id)).all()
    return [{"at": row.at.isoformat(), "text": open_note(rules.vault, row)} for row in rows]


def _lines_after(db: Connection, person: Person, after: int) -> list[HeldLine]:
    query = select(messages).where(lines_of(person), messages.c.id > after).order_by(messages.c.id).limit(AT_ONCE)
    rows = db.execute(query).all()
    ids = [row.id for row in rows]
    versions: dict[int, list[str]] = {}
    changed = select(revisions.c.message_id, revisions.c.text).where(revisions.c.message_id.in_(ids))
    for number, text in db.execute(changed.order_by(revisions.c.id)):
        versions.setdefault(number, []).append(text)
    columns = (attachments.c.message_id, attachments.c.name, attachments.c.size)
    here = attachments.c.content.is_not(None).label("here")
    files = {row.message_id: row for row in db.execute(select(*columns, here).where(attachments.c.message_id.in_(ids)))}
    return [_line(row, tuple(versions.get(row.id, ())), files.get(row.id)) for row in rows]


def _line(row: Any, versions: tuple[str, ...], file: Any) -> HeldLine:
    name, size, here = (file.name, file.size, file.here) if file is not None else (None, 0, False)
    return HeldLine(row.id, row.at.isoformat(), row.author, row.ticket_id, row.text, versions, name, size, here)


def _of_tickets(db: Connection, table: Table, person: Person) -> int:
    return _count(db, select(table.c.id).where(table.c.ticket_id.in_(person.tickets)))


def _count(db: Connection, query: Select[Any]) -> int:
    return int(db.scalar(select(func.count()).select_from(query.subquery())) or 0)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
