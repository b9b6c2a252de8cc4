"""The tickets that carry a person's own wish about their data: they block no erasure, and end with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.publish import announce_now
from bot.privacy.person import Person, open_tickets
from bot.rules import Rules
from bot.transcript import conversations
from bot.wording.choices import Wish
from bot.wording.privacy import ERASED_AS_WISHED
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import ending
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import get_ticket

# Reasons of tickets that were opened for a wish: by its button or command, or in free words.
_WISHES: tuple[Wish | str, ...] = ("export", "forget", "delete_data")


def open_others(db: Connection, policy: Policy, person: Person) -> tuple[int, ...]:
    """Return the numbers of a person's open tickets about anything else, which have to end before an erasure."""
    return tuple(each for each in open_tickets(db, person) if not _is_wish(policy, get_ticket(db, each)))


def resolve_wishes(db: Connection, rules: Rules, person: Person, who: Staff, now: datetime) -> None:
    """Resolve the open tickets with a wish of this person by the act that fulfils it, whoever holds them.

    Their customer is asked nothing: what leads to them goes next.
    """
    for number in open_tickets(db, person):
        ticket = get_ticket(db, number)
        if _is_wish(rules.policy, ticket):
            conversations.lock_conversation_by_id(db, ticket.conversation_id)  # before the ticket, as everywhere
            event = ending.resolve_by_act(db, rules.policy, number, who, now, ERASED_AS_WISHED)
            announce_now(db, rules, [event], now)


def _is_wish(policy: Policy, ticket: Ticket) -> bool:
    """Whether a ticket was opened for the wish alone: no complaint, and no danger, came up in it since."""
    return ticket.reason in _WISHES and not ticket.complaint and not policy.urgency_of(ticket.urgency).critical
