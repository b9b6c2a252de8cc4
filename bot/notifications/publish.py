"""Notify staff of events: in the inbox at once, urgent ones also in the staff chat; many events in a few statements."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications import notice_inbox, paging, storm
from bot.notifications.notice import Notice
from bot.notifications.pages import Page, pages_of
from bot.notifications.recipients import reaching
from bot.notifications.rules import is_silent, notices
from bot.rules import Rules
from bot.topic_sync import topics
from bot.wording.labels import customer_label
from bot.wording.outside_chat import customer_outside
from escalation.customers.customer_store import find_customer, find_customers
from escalation.customers.model import Customer
from escalation.staff import get_staff, staff_names
from escalation.tickets.events import (
    Event,
    FactRecorded,
    TicketAnswered,
    TicketAssigned,
    TicketClaimed,
    TicketReleased,
    TicketResolved,
    TicketTransferred,
    TicketWithdrawn,
)
from escalation.vault import VaultError

log = logging.getLogger(__name__)

# Kinds of pages that the topic makes needless; not a transfer, for whoever has the ticket now must hear of it.
SHOWN_BY_TOPIC = frozenset({"new", "reopened", "urge"})


_ACTED = (TicketClaimed, TicketReleased, TicketAnswered, FactRecorded, TicketTransferred, TicketResolved)

_Told = tuple[Event, str, tuple[Notice, ...]]  # an event, how its customer is called, and the notices it causes


def announce(
    db: Connection, rules: Rules, events: Sequence[Event], now: datetime, known: Customer | None = None
) -> bool:
    """Notify staff of these events in the transaction of their cause; pages wait for `paging.flush`.

    `known`: a customer that the caller has already looked up. Returns whether any event is one that staff hear of.
    """
    _read_by_doing(db, rules, events)
    heard = storm.without_storm(db, rules, [event for event in events if not is_silent(event)], now)
    if not heard:
        return False
    named = {event.ticket.contact_id for event in heard if event.ticket.contact_id}
    customers = {known.contact.id: known} if known is not None and named == {known.contact.id} else None
    customers = customers if customers is not None else labels(db, rules, named, now)
    called = [(event, customer_label(customers.get(event.ticket.contact_id or ""))) for event in heard]
    told = [(event, customer, notices(rules.policy, event, customer, now)) for event, customer in called]
    found = [(event.ticket, notice) for event, _, caused in told for notice in caused]
    notice_inbox.save_notices(db, rules.vault, reaching(db, found, now), now)
    # Held back for the night or by a storm: whoever was not yet told of a ticket need not hear that it is withdrawn.
    over = {event.ticket.id for event in heard if isinstance(event, TicketWithdrawn)}
    unheard = {ticket_id for ticket_id in over if paging.drop_needless(db, ticket_id)}
    if rules.staff_chat:
        outside = [_outside(rules, each, customers, now) for each in told if each[0].ticket.id not in unheard]
        paging.post(db, rules, _pages(db, rules, outside, now), now)
    return True


def _read_by_doing(db: Connection, rules: Rules, events: Sequence[Event]) -> None:
    """Mark as read what a ticket's notices told whoever has acted on it, through any door."""
    for event in events:
        who = get_staff(db, event.staff_id) if isinstance(event, _ACTED) else None
        if who is not None:
            queues = [queue for queue in rules.policy.queues if who.works(queue)]
            notice_inbox.mark_read(db, who, queues, event.ticket.id)


def announce_now(
    db: Connection, rules: Rules, events: Sequence[Event], now: datetime, known: Customer | None = None
) -> None:
    """As `announce`, and post a few pages at once, which then need not wait for the alarm clock."""
    if announce(db, rules, events, now, known) and rules.staff_chat:
        paging.flush_few(db, rules, now)


def _outside(rules: Rules, told: _Told, customers: Mapping[str, Customer], now: datetime) -> _Told:
    """The same with the customer called as a chat outside of the house may read it."""
    event, customer, _ = told
    called = customer_outside(rules.policy, customers.get(event.ticket.contact_id or ""))
    return told if called == customer else (event, called, notices(rules.policy, event, called, now))


def _pages(db: Connection, rules: Rules, told: Sequence[_Told], now: datetime) -> list[Page]:
    """The pages of these events, without those that a ticket's own topic shows anyway."""
    people = staff_names(db) if any(isinstance(event, TicketAssigned) for event, _, _ in told) else {}
    links: Mapping[int, str] = topics.links(db, {event.ticket.id for event, _, _ in told}) if rules.topic_groups else {}
    found = (
        page
        for event, customer, caused in told
        for page in pages_of(rules.policy, event, customer, now, people, links, caused)
    )
    hidden = {event.ticket.id for event, _, _ in told if event.ticket.closed_to}  # a topic shows nothing of these
    return [
        page for page in found if not rules.topic_groups or page.kind not in SHOWN_BY_TOPIC or page.ticket_id in hidden
    ]


def labels(db: Connection, rules: Rules, contacts: Collection[str], now: datetime) -> dict[str, Customer]:
    """Return these contacts by id; one whose sealed name is damaged is left out, so that the others are still named."""
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
