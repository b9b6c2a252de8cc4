"""Notes on an organisation's file, for colleagues: sealed, and never changed once written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Row, String, Table, Text, insert, select, update

from escalation.customers.customer_rows import contacts, organisations
from escalation.refusals import EscalationRefusal
from escalation.tables import metadata
from escalation.vault import Vault

LONGEST_NOTE = 2_000  # characters
_FIELD = "customer_notes.text"

customer_notes = Table(
    "customer_notes",
    metadata,
    Column("id", String(32), primary_key=True),  # made by us before the row exists: the text is sealed for it
    Column("organisation_id", ForeignKey(organisations.c.id), nullable=False, index=True),
    Column("contact_id", ForeignKey(contacts.c.id)),  # on whose page it was written
    Column("text", Text, nullable=False),
    Column("by", String(80), nullable=False),  # the name and sign-in name of who wrote it
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class CustomerNote:
    """A note on an organisation's file."""

    text: str
    by: str
    at: datetime


class NoteRefused(EscalationRefusal):
    """A note that is empty or too long; the text is a whole sentence."""


def add_note(
    db: Connection, vault: Vault, organisation_id: str, contact_id: str | None, text: str, by: str, now: datetime
) -> None:
    """Write a note; raises NoteRefused for an empty one or one over LONGEST_NOTE characters."""
    if not 1 <= len(text) <= LONGEST_NOTE:
        raise NoteRefused(f"A note must have 1 to {LONGEST_NOTE} characters; this one has {len(text)}.")
    number = uuid4().hex
    row = {"id": number, "organisation_id": organisation_id, "contact_id": contact_id, "by": by[:80], "at": now}
    db.execute(insert(customer_notes).values(**row, text=vault.seal(text, row=number, field=_FIELD)))


def notes_on(db: Connection, vault: Vault, organisation_id: str, most: int = 50) -> list[CustomerNote]:
    """Return the newest notes on an organisation's file, the newest first."""
    query = select(customer_notes).where(customer_notes.c.organisation_id == organisation_id)
    rows = db.execute(query.order_by(customer_notes.c.at.desc(), customer_notes.c.id).limit(most))
    return [CustomerNote(open_note(vault, row), row.by, row.at) for row in rows]


def open_note(vault: Vault, row: Row[Any]) -> str:
    """Return the words of a note's row; raises VaultError when the keys do not fit."""
    return vault.open(row.text, row=row.id, field=_FIELD)


def move_notes_about(db: Connection, from_id: str, into_id: str) -> None:
    """Let the notes written on a contact's page be on another contact's."""
    db.execute(update(customer_notes).where(customer_notes.c.contact_id == from_id).values(contact_id=into_id))


def move_notes(db: Connection, from_id: str, into_id: str) -> None:
    """Give an organisation's notes to another."""
    mine = customer_notes.c.organisation_id == from_id
    db.execute(update(customer_notes).where(mine).values(organisation_id=into_id))
