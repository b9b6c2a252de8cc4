"""Save customer records from the CRM; open tickets follow a changed tier in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript import conversations
from escalation.customers import customer_store
from escalation.customers.customer_store import SavedCustomer
from escalation.customers.model import CustomerRecord, TierDecision
from escalation.tickets import rerouting, ticket_store
from escalation.tickets.ticket_store import tickets


def save_and_reroute(db: Connection, rules: Rules, record: CustomerRecord, now: datetime) -> SavedCustomer:
    """Save a contact with their organisation and re-route every open ticket whose customer's tier changed."""
    saved = customer_store.save_customer(db, rules.vault, rules.policy, record, now)
    # The contact too: an open ticket may be older than the tier last saved (a manual tier that ran out meanwhile).
    for contact_id in sorted({record.id, *(change.contact_id for change in saved.tier_changes)}):
        _follow(db, rules, contact_id, now)
    return saved


def _follow(db: Connection, rules: Rules, contact_id: str, now: datetime) -> None:
    customer = customer_store.find_customer(db, rules.vault, rules.policy, contact_id, now)
    if customer is None:
        return
    decision = TierDecision(customer.tier, customer.tier_reason)
    is_open = (
        tickets.c.contact_id == contact_id,
        tickets.c.state.in_(("waiting", "claimed")),
    )
    for ticket in ticket_store.find_tickets(db, *is_open, tickets.c.tier != decision.tier):
        conversations.lock_conversation_by_id(db, ticket.conversation_id)
        event = rerouting.reroute(db, rules.policy, ticket.id, contact_id, decision, now)
        announce_now(db, rules, [event], now, customer)
