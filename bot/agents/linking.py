"""What colleagues of the same organisation said on other tickets: who may see it, and what was linked to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.rules import Rules
from bot.transcript import linked_lines
from bot.transcript.message_store import Message, get_messages, ticket_lines
from escalation.customers.customer_rows import contacts
from escalation.customers.customer_store import find_customers
from escalation.staff import Staff, staff_names
from escalation.tickets import history, ticket_store
from escalation.tickets.access import demand_in_hand, sees, visible_to
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import tickets

MATTERS, LINES = 10, 3  # open matters of colleagues that are shown, and the last lines of each
_READ = 200  # lines of a ticket that are looked through for these


@dataclass(frozen=True, slots=True)
class ColleagueMatter:
    """An open ticket of another contact of the organisation, and what they said there last."""

    ticket: Ticket
    name: str
    lines: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """A colleague's line that was linked to the ticket: who said it, and who linked it."""

    line: Message
    author: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Colleagues:
    """What the organisation's other contacts are about, as far as one person may know of it."""

    matters: tuple[ColleagueMatter, ...]
    linked: tuple[LinkedLine, ...]

    @property
    def linked_ids(self) -> frozenset[int]:
        """The ids of the lines linked already."""
        return frozenset(each.line.id for each in self.linked)


def read_colleagues(db: Connection, rules: Rules, who: Staff, ticket_id: int, now: datetime) -> Colleagues:
    """Return the open matters of the customer's colleagues that this person may see, and the lines linked so far."""
    ticket = ticket_store.get_ticket(db, ticket_id)
    matters = _matters(db, who, ticket)
    linked = [(link, _line(db, link.message_id)) for link in linked_lines.linked_to(db, ticket_id)]
    others = {each.id: each for each in matters}
    for _, line in linked:
        if line.ticket_id is not None:
            others.setdefault(line.ticket_id, ticket_store.get_ticket(db, line.ticket_id))
    ids = {each.contact_id for each in others.values() if each.contact_id is not None}
    known = find_customers(db, rules.vault, rules.policy, ids, now)
    names = {each.id: known[each.contact_id].contact.name for each in others.values() if each.contact_id in known}
    staff = staff_names(db)
    return Colleagues(
        tuple(ColleagueMatter(each, names.get(each.id, ""), _said(db, each.id)) for each in matters),
        tuple(
            LinkedLine(line, names.get(line.ticket_id or 0, ""), staff.get(link.staff_id, ""), link.at)
            for link, line in linked
            # A complaint that was closed to somebody since stays closed to them.
            if line.ticket_id is None or who.id not in others[line.ticket_id].closed
        ),
    )


def link_line(db: Connection, who: Staff, ticket_id: int, message_id: int, now: datetime) -> None:
    """Link a colleague's line to a ticket, where whoever sees that ticket can read it from then on.

    Raises Refused: for a ticket that this person may not act on (`access.demand_in_hand`), "no_such_line" for a line
    they may not see, or that no colleague of the ticket's customer said.
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    demand_in_hand(who, ticket)
    line = get_messages(db, [message_id]).get(message_id)
    if line is None or line.ticket_id is None or line.author != "customer":
        raise Refused("no_such_line")
    other = ticket_store.get_ticket(db, line.ticket_id)
    if not sees(who, other) or other.contact_id not in _colleagues(db, ticket):
        raise Refused("no_such_line")
    if linked_lines.link_line(db, ticket_id, message_id, who.id, now):
        history.log(db, ticket_id, "line_linked", now, who.id, line=message_id, ticket=other.id)


def _matters(db: Connection, who: Staff, ticket: Ticket) -> list[Ticket]:
    theirs = _colleagues(db, ticket)
    if not theirs:
        return []
    is_open = tickets.c.state.in_(("waiting", "claimed"))
    return ticket_store.find_tickets(db, tickets.c.contact_id.in_(theirs), is_open, visible_to(who), limit=MATTERS)


def _colleagues(db: Connection, ticket: Ticket) -> Sequence[str]:
    """The ids of the other contacts of the customer's organisation."""
    if ticket.contact_id is None:
        return ()
    house = select(contacts.c.organisation_id).where(contacts.c.id == ticket.contact_id).scalar_subquery()
    query = select(contacts.c.id).where(contacts.c.organisation_id == house, contacts.c.id != ticket.contact_id)
    return db.scalars(query).all()


def _said(db: Connection, ticket_id: int) -> tuple[Message, ...]:
    lines = ticket_lines(db, ticket_id, 0, _READ)
    return tuple(line for line in lines if line.author == "customer" and line.kind == "text")[-LINES:]


def _line(db: Connection, message_id: int) -> Message:
    return get_messages(db, [message_id])[message_id]
