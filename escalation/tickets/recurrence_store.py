"""Queries over earlier tickets of the same customer or topic."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from escalation.customers.customer_rows import contacts
from escalation.staff import staff
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import tickets


def of_same_customer(ticket: Ticket, since: datetime) -> ColumnElement[bool]:
    """Return the condition: same topic and organisation (or conversation, for an unknown customer) since then."""
    same = tickets.c.conversation_id == ticket.conversation_id
    if ticket.contact_id is not None:
        service = select(contacts.c.organisation_id).where(contacts.c.id == ticket.contact_id).scalar_subquery()
        colleagues = select(contacts.c.id).where(contacts.c.organisation_id == service)
        same = or_(same, tickets.c.contact_id.in_(colleagues))
    return and_(same, of_same_topic(ticket, since))


def of_same_topic(ticket: Ticket, since: datetime) -> ColumnElement[bool]:
    """Return the condition: same topic since then, from any customer."""
    return and_(tickets.c.topic == ticket.topic, tickets.c.received_at >= since)


def count(db: Connection, same: ColumnElement[bool]) -> int:
    """Count the tickets, the present one included."""
    return int(db.scalar(select(func.count()).select_from(tickets).where(same)) or 0)


def last_holder(db: Connection, same: ColumnElement[bool], ticket: Ticket) -> int | None:
    """Return the holder of the newest earlier one who still works here; None without one."""
    earlier = select(tickets.c.holder_id).join(staff, staff.c.id == tickets.c.holder_id)
    earlier = earlier.where(same, tickets.c.id < ticket.id, staff.c.disabled_at.is_(None))
    found: int | None = db.scalar(earlier.order_by(tickets.c.id.desc()).limit(1))
    return found
