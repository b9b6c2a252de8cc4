"""Whom a quarterly survey may ask: contacts with a ticket in the quarter, by the channel they write in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from bot.transcript.conversations import conversations
from escalation.surveys.survey_consents import withdrawn_contacts
from escalation.surveys.survey_store import surveys
from escalation.tickets.ticket_store import tickets


def candidates(db: Connection, channel: str, since: datetime, now: datetime) -> list[str]:
    """Return the contacts of a channel who had a ticket since then; of several channels, the last one's."""
    had = (tickets.c.contact_id.is_not(None), tickets.c.received_at >= since, tickets.c.received_at <= now)
    newest = func.row_number().over(partition_by=tickets.c.contact_id, order_by=tickets.c.id.desc())
    columns = (tickets.c.contact_id, conversations.c.channel, newest.label("place"))
    latest = select(*columns).join_from(tickets, conversations, conversations.c.id == tickets.c.conversation_id)
    ranked = latest.where(*had).subquery()
    query = select(ranked.c.contact_id).where(ranked.c.place == 1, ranked.c.channel == channel)
    return list(db.scalars(query.where(ranked.c.contact_id.not_in(withdrawn_contacts()))))


def asked_in(db: Connection, quarter: str, channel: str) -> tuple[int, set[str]]:
    """Return how many of a channel were asked in a quarter, and who was asked by any channel."""
    rows = db.execute(select(surveys.c.channel, surveys.c.contact_id).where(surveys.c.quarter == quarter)).all()
    return sum(row.channel == channel for row in rows), {row.contact_id for row in rows}


def busy(db: Connection, contact_ids: Iterable[str]) -> set[str]:
    """Return those of these contacts who have an open ticket, or a complaint that is not closed."""
    return set(db.scalars(select(tickets.c.contact_id).where(tickets.c.contact_id.in_(list(contact_ids)), _GOES_ON)))


def is_busy(db: Connection, contact_id: str) -> bool:
    """Whether this contact is one of those."""
    return bool(db.scalar(select(exists().where(tickets.c.contact_id == contact_id, _GOES_ON))))


_IS_OPEN = tickets.c.state.in_(("waiting", "claimed"))
_GOES_ON: ColumnElement[bool] = or_(_IS_OPEN, and_(tickets.c.complaint.is_(True), tickets.c.state != "closed"))
