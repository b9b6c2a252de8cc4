"""An agent who has made sure of who a customer is binds the conversation to a contact; a lead undoes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from bot.dialogue import identity
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript import addresses, conversations, joining
from bot.transcript.addresses import CONTACT
from bot.transcript.conversations import Conversation
from bot.wording.customer_files import BIND_REFUSALS, WAYS
from escalation.customers.customer_store import find_customer
from escalation.customers.model import tier_of
from escalation.staff import Staff
from escalation.tickets import history, rerouting, ticket_store
from escalation.tickets.access import demand_in_hand
from escalation.tickets.lifecycle import Ticket

BindFault = Literal["finished", "no_way", "unknown", "left", "already", "other", "not_lead", "not_bound"]


class BindRefused(Exception):
    """An identity that cannot be bound or unbound; the text is a whole sentence for staff."""

    def __init__(self, fault: BindFault) -> None:
        super().__init__(BIND_REFUSALS[fault])
        self.fault = fault


def bind_contact(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, contact_id: str, way: str, now: datetime
) -> None:
    """Link the ticket's conversation to a contact, proven in one of WAYS; the ticket's tier and clocks follow.

    Raises BindRefused, or Refused for a ticket that this person may not act on.
    """
    talk, ticket = _locked(db, who, ticket_id)
    if way not in WAYS:
        raise BindRefused("no_way")
    customer = find_customer(db, rules.vault, rules.policy, contact_id, now)
    if customer is None:
        raise BindRefused("unknown")
    if customer.contact.left_at is not None:
        raise BindRefused("left")
    if talk.contact_id is not None:
        raise BindRefused("already" if talk.contact_id == customer.contact.id else "other")
    whence = {"channel": talk.channel, "address": talk.address}
    history.log(db, ticket.id, "bound", now, who.id, contact_id=customer.contact.id, way=way, **whence)
    identity.join(db, rules, talk, customer.contact.id, way, now)


def unbind_contact(db: Connection, rules: Rules, who: Staff, ticket_id: int, now: datetime) -> None:
    """Undo what `bind_contact` did: the conversation is a stranger's again, and tier and clocks follow.

    Where the contact wrote from elsewhere too, the address leaves with nothing of it, and the ticket stays.
    Raises BindRefused, or Refused for a ticket that this person may not act on.
    """
    talk, ticket = _locked(db, who, ticket_id)
    if not who.leads_in(ticket.queue):
        raise BindRefused("not_lead")
    bound = bound_by_hand(db, ticket.id)
    if talk.contact_id is None or bound is None:
        raise BindRefused("not_bound")
    history.log(db, ticket.id, "unbound", now, who.id, contact_id=talk.contact_id)
    there = (bound["channel"], bound["address"])
    if talk.joins or addresses.another_of(db, talk.id, *there) is not None:
        # What both said is one talk by now: whoever writes from there sees nothing of it any more.
        if addresses.leads_to(db, *there) == talk.id:
            joining.leave(db, replace(talk, channel=bound["channel"], address=bound["address"]), now)
        return
    addresses.forget(db, CONTACT, talk.contact_id, talk.id)
    conversations.save_conversation(db, replace(talk, contact_id=None, proof=None), now)
    decision = tier_of(rules.policy, None, now)
    announce_now(db, rules, [rerouting.reroute(db, rules.policy, ticket.id, None, decision, now)], now)


def bound_by_hand(db: Connection, ticket_id: int) -> dict[str, Any] | None:
    """Return what the ticket's history says of the identity that a person bound; None without one, or once undone."""
    lines = [line for line in history.history_of(db, ticket_id) if line.kind in ("bound", "unbound")]
    return lines[-1].data if lines and lines[-1].kind == "bound" else None


def _locked(db: Connection, who: Staff, ticket_id: int) -> tuple[Conversation, Ticket]:
    """The conversation and its ticket, locked in this order."""
    seen = ticket_store.get_ticket(db, ticket_id)
    demand_in_hand(who, seen)
    talk = conversations.lock_conversation_by_id(db, seen.conversation_id)
    ticket = ticket_store.lock_ticket(db, ticket_id)
    demand_in_hand(who, ticket)
    if not ticket.is_open:
        raise BindRefused("finished")
    return talk, ticket
