"""Staff open a ticket for a call, a mail or a visit: its clocks run from when the matter was raised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import clocks, deadline_store, history, holding, ticket_store
from escalation.tickets.by_hand import HandField
from escalation.tickets.confidential import demand_open_to
from escalation.tickets.events import TicketOpened
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.opening import Entered, NewTicket, open_ticket

HandChannel = Literal["phone", "mail", "visit"]
HAND_CHANNELS: tuple[HandChannel, ...] = get_args(HandChannel)
IN_PERSON: tuple[HandChannel, ...] = ("phone", "visit")  # on which somebody can be spoken with
OLDEST = timedelta(days=30)  # a matter raised longer ago is not entered any more: its clocks mean nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """How a matter reached staff: on which channel, who enters it, and whether somebody spoke with the customer.

    `staff`: None if a program does, which `by` then names. `hold`: they take it at once.
    """

    channel: HandChannel
    by: str
    staff: Staff | None = None
    answered: bool = False
    hold: bool = False
    fixed: tuple[HandField, ...] = ()  # what they have said themselves


def check_instant(raised_at: datetime, now: datetime) -> None:
    """Raise Refused (`raised_in_future`, `raised_too_long_ago`) unless a matter may be entered as raised then."""
    if raised_at > now:
        raise Refused("raised_in_future")
    if raised_at < now - OLDEST:
        raise Refused("raised_too_long_ago")


def open_by_hand(db: Connection, policy: Policy, matter: NewTicket, entry: Entry, now: datetime) -> TicketOpened:
    """Open a ticket as raised and received at `matter.raised_at`; the conversation is locked.

    An answered call or a visit is its first contact, at that instant. Raises Refused (`mail_is_no_contact`,
    `not_your_queue`, `closed_to_them`, or as `check_instant`).
    """
    check_instant(matter.raised_at, now)
    if entry.answered and entry.channel not in IN_PERSON:
        raise Refused("mail_is_no_contact")
    ticket = open_ticket(db, policy, matter, now, _entered(entry)).ticket
    if entry.hold and entry.staff is not None:
        ticket = _taken(db, ticket, entry.staff, now)
    if entry.answered:
        ticket = _spoken_with(db, policy, ticket, entry, matter.raised_at, now)
    return TicketOpened(ticket, deadline_store.promised(db, ticket.id))


def _entered(entry: Entry) -> Entered:
    return Entered(entry.channel, entry.by, entry.staff.id if entry.staff else None, entry.fixed)


def _taken(db: Connection, ticket: Ticket, who: Staff, now: datetime) -> Ticket:
    if not who.works(ticket.queue):
        raise Refused("not_your_queue")
    demand_open_to(ticket, who.id)
    return holding.claim(db, ticket.id, who, now).ticket


def _spoken_with(db: Connection, policy: Policy, old: Ticket, entry: Entry, at: datetime, now: datetime) -> Ticket:
    """The call as a fact of its own time, though it is entered later."""
    ticket = replace(ticket_store.lock_ticket(db, old.id), first_contact_at=at)
    by = entry.staff.id if entry.staff else None
    told = {"happened_at": at.isoformat(), "channel": entry.channel}
    history.save_change(db, old, ticket, "called", now, by, **told)
    clocks.record_fact(db, policy, ticket, "called", at, own_time=True)
    return ticket
