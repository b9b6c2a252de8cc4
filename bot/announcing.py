"""Staff hear of events: the inbox at once, urgent things in the staff chat too; many events in a few statements."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot import notice_store, paging, topics
from bot.cards import Card, cards
from bot.notices import notices
from bot.presence import reaching
from bot.rules import Rules
from escalation.customer_store import find_customer, find_customers
from escalation.customers import Customer
from escalation.events import Event, TicketAssigned
from escalation.staff import staff_names
from escalation.vault import VaultError

log = logging.getLogger(__name__)

# Kinds of pages that the topic makes needless; not a transfer, for whoever has the ticket now must hear of it.
SHOWN_BY_TOPIC = frozenset({"new", "reopened", "urge"})


def announce(db: Connection, rules: Rules, events: Sequence[Event], now: datetime) -> None:
    """Tell of these events, in the transaction of their cause."""
    names = labels(db, rules, {event.ticket.contact_id for event in events if event.ticket.contact_id}, now)
    told = [(event, customer_label(names.get(event.ticket.contact_id or ""))) for event in events]
    found = [(e.ticket, notice) for e, customer in told for notice in notices(rules.policy, e, customer, now)]
    notice_store.save_notices(db, rules.vault, reaching(db, found, now), now)
    for ticket in {event.ticket.id: event.ticket for event in events}.values():
        topics.want_ticket(db, rules, ticket, now)
    if rules.staff_chat:
        paging.post(db, rules, _pages(db, rules, told, now), now)


def _pages(db: Connection, rules: Rules, told: Sequence[tuple[Event, str]], now: datetime) -> list[Card]:
    """What staff are paged of; what a ticket's own topic shows is not said a second time beside it."""
    people = staff_names(db) if any(isinstance(event, TicketAssigned) for event, _ in told) else {}
    links: Mapping[int, str] = topics.links(db, {event.ticket.id for event, _ in told}) if rules.desk else {}
    found = (card for event, customer in told for card in cards(rules.policy, event, customer, now, people, links))
    return [card for card in found if not (rules.desk and card.kind in SHOWN_BY_TOPIC)]


def labels(db: Connection, rules: Rules, contacts: Collection[str], now: datetime) -> dict[str, Customer]:
    """These contacts; one whose sealed name is damaged is left out, and must not silence the others."""
    try:
        return find_customers(db, rules.vault, rules.policy, contacts, now)
    except VaultError:
        found = {contact: _or_nobody(db, rules, contact, now) for contact in contacts}
        return {contact: customer for contact, customer in found.items() if customer is not None}


def _or_nobody(db: Connection, rules: Rules, contact: str, now: datetime) -> Customer | None:
    try:
        return find_customer(db, rules.vault, rules.policy, contact, now)
    except VaultError:
        log.exception("contact %s is told of without the name, which cannot be opened", contact)
        return None


def customer_label(customer: Customer | None) -> str:
    """How a customer is called on cards and in notices."""
    return f"{customer.organisation.name} {customer.contact.name}" if customer else "未识别客户"
