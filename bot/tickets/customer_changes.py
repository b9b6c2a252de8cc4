"""Two customers become one, or a contact leaves: conversations, tickets and their clocks follow in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.tickets.tier_changes import follow_tier
from bot.transcript import conversations
from escalation.customers import merging
from escalation.customers.customer_rows import contacts
from escalation.customers.customer_store import find_customer
from escalation.customers.model import Customer, TierDecision
from escalation.journal import journal_store
from escalation.refusals import EscalationRefusal
from escalation.tickets import history, rerouting, ticket_store
from escalation.tickets.ticket_store import tickets


@dataclass(frozen=True, slots=True)
class MergedCustomers:
    """What followed when two customers became one, and who they are now."""

    customer: Customer
    contacts: int
    conversations: int
    tickets: int


class NoSuchContact(EscalationRefusal):
    """An id of no contact; the text is a whole sentence."""

    def __init__(self, contact_id: str) -> None:
        super().__init__(f'There is no customer "{contact_id}"; `jiedai customers list` shows those there are.')
        self.contact_id = contact_id


class RemovalRefused(EscalationRefusal):
    """A contact who cannot be removed; the text is a whole sentence, `tickets` are those still open."""

    def __init__(self, contact_id: str, open_tickets: tuple[int, ...]) -> None:
        if open_tickets:
            numbers = ", ".join(f"#{each}" for each in open_tickets)
            sentence = f"{contact_id} still has open tickets ({numbers}); resolve them first."
        else:
            sentence = f"{contact_id} has been removed already."
        super().__init__(sentence)
        self.contact_id, self.tickets = contact_id, open_tickets


def merge_contacts(db: Connection, rules: Rules, from_id: str, into_id: str, by: str, now: datetime) -> MergedCustomers:
    """Make one contact of two: all matters are `into_id`'s from now on, and `from_id` finds them.

    Raises NoSuchContact, or MergeRefused.
    """
    source, into = _known(db, rules, from_id, now), _known(db, rules, into_id, now)
    merging.demand_contacts_can_merge(rules.policy, from_id, source, into, now)
    talks, moved = _move_matters(db, rules, from_id, into, now)
    merging.merge_contact_rows(db, from_id, into.contact.id, now)
    told = {"into": into.contact.id, "conversations": talks, "tickets": moved}
    journal_store.record(db, f"customer:{from_id}", "customer merged", by, now, after=told)
    return MergedCustomers(into, 1, talks, moved)


def merge_organisations(
    db: Connection, rules: Rules, from_id: str, into_id: str, by: str, now: datetime
) -> MergedCustomers:
    """Make one organisation of those of two contacts: contacts, items and notes move to that of `into_id`.

    Its figures stay; a tier set by hand and a named agent are taken over where it has none. Open tickets follow the
    tier. Raises NoSuchContact, or MergeRefused.
    """
    source, into = _known(db, rules, from_id, now), _known(db, rules, into_id, now)
    merging.demand_organisations_can_merge(rules.policy, source, into, now)
    moved = merging.merge_organisation_rows(db, source, into, now)
    shared = conversations.conversations.c.organisation_id
    db.execute(
        update(conversations.conversations)
        .where(shared == source.organisation.id)
        .values(organisation_id=into.organisation.id)
    )
    kept = _known(db, rules, into.contact.id, now)
    merging.write_stored_tier(db, kept, by, now)
    for contact_id in sorted({*moved, *_contacts_of(db, into)}):
        follow_tier(db, rules, contact_id, now)
    told = {"into": into.organisation.id, "contacts": len(moved), "tier": kept.tier}
    journal_store.record(db, f"organisation:{source.organisation.id}", "organisations merged", by, now, after=told)
    return MergedCustomers(kept, len(moved), 0, 0)


def remove_contact(db: Connection, rules: Rules, contact_id: str, by: str, now: datetime) -> Customer:
    """Note that a contact has left; the file stays for their matters, their number proves nothing any more.

    Raises NoSuchContact, or RemovalRefused while they have open tickets.
    """
    customer = _known(db, rules, contact_id, now)
    contact_id = customer.contact.id
    if customer.contact.left_at is not None:
        raise RemovalRefused(contact_id, ())
    # Locked first: no message can open a ticket meanwhile.
    talks = [conversations.lock_conversation_by_id(db, talk) for talk in sorted(conversations.talks_of(db, contact_id))]
    is_open = (tickets.c.contact_id == contact_id, tickets.c.state.in_(("waiting", "claimed")))
    still_open = tuple(db.scalars(select(tickets.c.id).where(*is_open).order_by(tickets.c.id)))
    if still_open:
        raise RemovalRefused(contact_id, still_open)
    for talk in talks:
        conversations.save_conversation(db, replace(talk, contact_id=None, proof=None), now)
    merging.has_left(db, contact_id, now)
    journal_store.record(db, f"customer:{contact_id}", "customer removed", by, now)
    return customer


def _known(db: Connection, rules: Rules, contact_id: str, now: datetime) -> Customer:
    found = find_customer(db, rules.vault, rules.policy, contact_id, now)
    if found is None:
        raise NoSuchContact(contact_id)
    return found


def _contacts_of(db: Connection, customer: Customer) -> list[str]:
    return list(db.scalars(select(contacts.c.id).where(contacts.c.organisation_id == customer.organisation.id)))


def _move_matters(db: Connection, rules: Rules, from_id: str, into: Customer, now: datetime) -> tuple[int, int]:
    """Gives conversations and tickets to another contact; returns how many of each."""
    talks = sorted(conversations.talks_of(db, from_id))
    for talk in talks:
        talked = conversations.lock_conversation_by_id(db, talk)
        conversations.save_conversation(db, replace(talked, contact_id=into.contact.id), now)
    numbers = list(db.scalars(select(tickets.c.id).where(tickets.c.contact_id == from_id).order_by(tickets.c.id)))
    decision = TierDecision(into.tier, into.tier_reason)
    for number in numbers:
        conversations.lock_conversation_by_id(db, ticket_store.get_ticket(db, number).conversation_id)
        old = ticket_store.lock_ticket(db, number)
        if old.is_open:
            event = rerouting.reroute(db, rules.policy, number, into.contact.id, decision, now)
            announce_now(db, rules, [event], now, into)
        else:
            history.save_change(db, old, replace(old, contact_id=into.contact.id), "customer_merged", now)
    return len(talks), len(numbers)
