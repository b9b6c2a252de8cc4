"""Reads what old rows belong to, so that it can be decided whether they go; locks it first where they are to go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, func, select

from bot.privacy.retention_rules import OPEN_STATES, KeptTicket, OldRow, Surroundings
from bot.transcript.conversations import conversations
from escalation.customers.holds import holds_on
from escalation.tickets.ticket_store import tickets

_ENDED = func.coalesce(tickets.c.resolved_at, tickets.c.withdrawn_at, tickets.c.closed_at)
_TICKET = (
    *(tickets.c[name] for name in ("id", "conversation_id", "contact_id", "state", "complaint")),
    _ENDED.label("ended_at"),
    tickets.c.merged_into,
)
_OPEN = tickets.c.state.in_(OPEN_STATES)


def read_surroundings(db: Connection, rows: Sequence[OldRow], day: date) -> Surroundings:
    """Return what these rows belong to, as of a day."""
    known = _tickets_of(db, {row.ticket for row in rows if row.ticket is not None})
    talks = {row.talk for row in rows if row.talk is not None} | {each.talk for each in known.values()}
    whose = select(conversations.c.id, conversations.c.contact_id).where(conversations.c.id.in_(sorted(talks)))
    contact_of = {row.id: row.contact_id for row in db.execute(whose)}
    contacts = {each.contact for each in known.values()} | {row.contact for row in rows} | set(contact_of.values())
    return Surroundings(
        known,
        contact_of,
        _open_talks(db, talks),
        _complaining(db, {each for each in contacts if each is not None}),
        holds_on(db, day),
    )


def lock_surroundings(db: Connection, rows: Sequence[OldRow]) -> None:
    """Lock the conversations, then the tickets of rows, so that none is opened anew until the transaction ends."""
    numbers = {row.ticket for row in rows if row.ticket is not None}
    talks = {row.talk for row in rows if row.talk is not None}
    talks |= set(db.scalars(select(tickets.c.conversation_id).where(tickets.c.id.in_(sorted(numbers)))))
    _lock(db, conversations.c.id, talks)
    _lock(db, tickets.c.id, numbers)


def _lock(db: Connection, column: Column[Any], ids: Collection[int]) -> None:
    if ids and db.dialect.name == "postgresql":  # on SQLite one transaction writes at a time
        db.execute(select(column).where(column.in_(sorted(ids))).order_by(column).with_for_update())


def _tickets_of(db: Connection, numbers: Collection[int]) -> dict[int, KeptTicket]:
    found: dict[int, KeptTicket] = {}
    wanted = set(numbers)
    while wanted:
        rows = db.execute(select(*_TICKET).where(tickets.c.id.in_(sorted(wanted)))).all()
        found |= {row.id: KeptTicket(*row) for row in rows}
        wanted = {row.merged_into for row in rows if row.merged_into is not None} - found.keys()
    return found


def _open_talks(db: Connection, talks: Collection[int]) -> dict[int, bool]:
    query = select(tickets.c.conversation_id, tickets.c.complaint).where(_OPEN)
    found: dict[int, bool] = {}
    for talk, complaint in db.execute(query.where(tickets.c.conversation_id.in_(sorted(talks)))):
        found[talk] = found.get(talk, False) or complaint
    return found


def _complaining(db: Connection, contacts: Collection[str]) -> frozenset[str]:
    query = select(tickets.c.contact_id).where(_OPEN, tickets.c.complaint.is_(True))
    return frozenset(db.scalars(query.where(tickets.c.contact_id.in_(sorted(contacts)))))
