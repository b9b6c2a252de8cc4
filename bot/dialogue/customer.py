"""The verified customer of a conversation, if any, and their tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript.conversations import Conversation, fresh_matter, talks_of
from escalation.customers import customer_store
from escalation.customers.model import Customer, TierDecision, tier_of
from escalation.tickets import rerouting, ticket_store
from escalation.tickets.lifecycle import Ticket


def customer_of(
    db: Connection, rules: Rules, conversation: Conversation, now: datetime
) -> tuple[Customer | None, TierDecision]:
    """Return the verified customer, if any, and the tier in force at `now`. Reads only."""
    if conversation.contact_id is not None:
        found = customer_store.find_customer(db, rules.vault, rules.policy, conversation.contact_id, now)
        if found is not None:
            return found, TierDecision(found.tier, found.tier_reason)
    return None, tier_of(rules.policy, None, now)


def link_contact(
    db: Connection, rules: Rules, conversation: Conversation, contact_id: str, proof: str, now: datetime
) -> Conversation:
    """Link the conversation to a verified contact and re-route its open ticket; the caller saves the conversation.

    Returns it unchanged if the CRM does not know the contact, or knows that they left. Another contact than before
    begins a matter of their own: the ticket there is stays that of whom it was opened for.
    """
    customer = customer_store.find_customer(db, rules.vault, rules.policy, contact_id, now)
    if customer is None or customer.contact.left_at is not None:
        return conversation
    contact_id = customer.contact.id  # whom an id merged away became
    if conversation.contact_id not in (None, contact_id):
        conversation = fresh_matter(replace(conversation, ticket_id=None, awaiting=None, held_until=None))
    decision = TierDecision(customer.tier, customer.tier_reason)
    ticket = locked_ticket(db, conversation)
    known = replace(conversation, contact_id=contact_id, proof=proof, organisation_id=None)
    if known.turn_at is not None:  # what strangers must wait for, a customer need not
        known = replace(known, turn_at=now)
    if ticket is not None and ticket.is_open:
        if (ticket.contact_id, ticket.tier) != (contact_id, customer.tier):
            talks = talks_of(db, contact_id) if ticket.complaint else ()
            event = rerouting.reroute(db, rules.policy, ticket.id, contact_id, decision, now, talks)
            announce_now(db, rules, [event], now, customer)
    elif conversation.contact_id != contact_id and conversation.raised_at is not None:
        # What the bot owed to a stranger it owes to this customer from now on: nobody is born overdue.
        holds = rules.policy.tiers[customer.tier].bot_holds_at_most
        known = replace(known, raised_at=now, hand_over_at=now + holds if holds is not None else None)
    return known


def locked_ticket(db: Connection, conversation: Conversation) -> Ticket | None:
    """The conversation's ticket, locked until the transaction ends."""
    return ticket_store.lock_ticket(db, conversation.ticket_id) if conversation.ticket_id is not None else None
