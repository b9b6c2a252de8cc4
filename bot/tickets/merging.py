"""Merge two tickets of one matter: rows are locked in order, lines and conversations go over to the survivor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript import conversations, filing
from escalation.staff import Staff
from escalation.tickets import holding, merging, ticket_store
from escalation.tickets.access import demand_in_hand
from escalation.tickets.events import TicketReleased
from escalation.tickets.lifecycle import Refused, Ticket


@dataclass(frozen=True, slots=True)
class MergeInto:
    """What an agent may ask for: merge a ticket into this one, which goes on."""

    ticket_id: int


def merge_tickets(db: Connection, rules: Rules, who: Staff, from_id: int, into_id: int, now: datetime) -> Ticket:
    """Merge the ticket `from_id` into the other, and return the one that goes on; the customer is not written to.

    Raises Refused as `merging.merge`; unless both are in this person's hands `forbidden` or `read_only` for the first,
    `into_not_in_hand` or `into_not_found` for the other.
    """
    for conversation in sorted({ticket.conversation_id for ticket in _in_hand(db, who, from_id, into_id)}):
        conversations.lock_conversation_by_id(db, conversation)
    _in_hand(db, who, from_id, into_id)  # still: a lock may have been waited for
    merged = merging.merge(db, rules.policy, from_id, into_id, who, now)
    filing.hand_on_ticket(db, from_id, into_id)
    if merged.is_released:
        holding.restart_first_contact(db, rules.policy, into_id, now)
        announce_now(db, rules, [TicketReleased(merged.survivor, who.id)], now)
    return ticket_store.get_ticket(db, into_id)


def _in_hand(db: Connection, who: Staff, from_id: int, into_id: int) -> tuple[Ticket, Ticket]:
    gone = ticket_store.get_ticket(db, from_id)
    demand_in_hand(who, gone)
    return gone, _other(db, who, into_id)


def _other(db: Connection, who: Staff, into_id: int) -> Ticket:
    """The ticket that goes on; a refusal of it is not taken for one of the ticket that ends."""
    try:
        into = ticket_store.get_ticket(db, into_id)
    except Refused:
        raise Refused("into_not_found") from None
    try:
        demand_in_hand(who, into)
    except Refused:
        raise Refused("into_not_in_hand") from None
    return into
