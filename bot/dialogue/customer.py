"""The verified customer of a conversation, if any, and their tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.messages import Incoming
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript.conversations import Conversation, fresh_matter, talks_of
from escalation.customers import customer_store
from escalation.customers.model import Customer, Organisation, TierDecision, tier_of, tier_of_house
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
    if conversation.organisation_id is not None:
        house = customer_store.find_organisation(db, rules.vault, conversation.organisation_id)
        if house is not None:
            return None, tier_of_house(rules.policy, house, now)
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
    known = replace(conversation, contact_id=contact_id, proof=proof, organisation_id=None)
    return _known(db, rules, conversation, known, decision, customer, now)


def link_organisation(
    db: Connection, rules: Rules, conversation: Conversation, house: Organisation, now: datetime
) -> Conversation:
    """Give a stranger's conversation the tier of the organisation whose number they have; the contact stays open.

    Its open ticket is re-routed; the caller saves the conversation.
    """
    known = replace(conversation, proof="shared_number", organisation_id=house.id)
    return _known(db, rules, conversation, known, tier_of_house(rules.policy, house, now), None, now)


def shared_with(db: Connection, rules: Rules, message: Incoming, now: datetime) -> list[Customer]:
    """Return the contacts who have the number that a message shares, by id."""
    return customer_store.find_all_by_phone(db, rules.vault, rules.policy, message.phone or "", now, whole=True)


def _known(
    db: Connection,
    rules: Rules,
    before: Conversation,
    known: Conversation,
    decision: TierDecision,
    customer: Customer | None,
    now: datetime,
) -> Conversation:
    """The conversation of somebody of whom more is known than before; its open ticket follows."""
    ticket = locked_ticket(db, before)
    contact_id = known.contact_id
    if known.turn_at is not None:  # what strangers must wait for, a customer need not
        known = replace(known, turn_at=now)
    if ticket is not None and ticket.is_open:
        if (ticket.contact_id, ticket.tier) != (contact_id, decision.tier):
            talks = talks_of(db, contact_id) if ticket.complaint else ()
            event = rerouting.reroute(db, rules.policy, ticket.id, contact_id, decision, now, talks)
            announce_now(db, rules, [event], now, customer)
    elif before.raised_at is not None and (before.contact_id, before.organisation_id) != (
        contact_id,
        known.organisation_id,
    ):
        # What the bot owed to a stranger it owes to this customer from now on: nobody is born overdue.
        holds = rules.policy.tiers[decision.tier].bot_holds_at_most
        known = replace(known, raised_at=now, hand_over_at=now + holds if holds is not None else None)
    return known


def locked_ticket(db: Connection, conversation: Conversation) -> Ticket | None:
    """The conversation's ticket, locked until the transaction ends."""
    return ticket_store.lock_ticket(db, conversation.ticket_id) if conversation.ticket_id is not None else None
