"""What customers agreed to and withdrew, each act a row that stays: the table and its SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    String,
    Table,
    insert,
    or_,
    select,
    update,
)

from escalation.tables import metadata

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_id", String(64), index=True),  # null: somebody not known yet, by their conversation
    Column("conversation_id", Integer, index=True),  # null: recorded by staff
    Column("purpose", String(16), nullable=False),
    Column("given", Boolean, nullable=False),  # false: withdrawn
    Column("version", String(32), nullable=False),  # of the notice in force; empty: there was none
    Column("channel", String(16), nullable=False),  # the door
    Column("by", String(128), nullable=False),  # "customer", or who recorded it
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """What a customer last said of a purpose: since when, under which notice, at which door, and who wrote it down."""

    purpose: str
    given: bool
    at: datetime
    version: str
    channel: str
    by: str


@dataclass(frozen=True, slots=True)
class Whose:
    """A customer: the contact, if known, and the conversations of theirs."""

    contact_id: str | None
    conversations: Collection[int] = ()


def consents_of(db: Connection, whose: Whose) -> dict[str, Consent]:
    """Return what counts now by purpose: the latest of each; a purpose nobody spoke of is left out."""
    columns = [consents.c[name] for name in ("purpose", "given", "at", "version", "channel", "by")]
    mine: list[ColumnElement[bool]] = []
    mine += [consents.c.conversation_id.in_(whose.conversations)] if whose.conversations else []
    mine += [consents.c.contact_id == whose.contact_id] if whose.contact_id is not None else []
    if not mine:
        return {}
    rows = db.execute(select(*columns).where(or_(*mine)).order_by(consents.c.at, consents.c.id))
    return {row.purpose: Consent(*row) for row in rows}


def record_consent(db: Connection, whose: Whose, said: Consent) -> bool:
    """Record what a customer said of a purpose; False, and nothing written, where that is so already.

    A withdrawal of what was never given is written down too: it is a refusal.
    """
    before = consents_of(db, whose).get(said.purpose)
    if before is not None and before.given == said.given:
        return False
    talk = next(iter(whose.conversations), None)
    row: dict[str, Any] = {
        "contact_id": whose.contact_id,
        "conversation_id": talk,
        "purpose": said.purpose,
        "given": said.given,
    }
    row |= {"version": said.version, "channel": said.channel, "by": said.by, "at": said.at}
    db.execute(insert(consents).values(**row))
    return True


def move_consents(db: Connection, from_id: str, into_id: str) -> None:
    """Give what a contact agreed to, to whom they became; the latest of both counts."""
    db.execute(update(consents).where(consents.c.contact_id == from_id).values(contact_id=into_id))
