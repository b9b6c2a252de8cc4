"""Two customers become one, or a contact leaves: conversations, tickets and their clocks follow in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from bot.auth import one_time_codes
from bot.auth.one_time_codes import CONTACT_PURPOSES
from bot.notifications import tier_notices
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.tickets.tier_moves import follow_organisation
from bot.transcript import addresses, conversations, joining, shared_numbers
from bot.transcript.several_locks import lock_in_order
from escalation.customers import consents, customer_notes, data_requests, holds, merging
from escalation.customers.contact_details import take_over_details
from escalation.customers.customer_locks import lock_contacts, lock_organisations_of
from escalation.customers.customer_store import find_customer
from escalation.customers.model import Customer, TierDecision
from escalation.journal import journal_store
from escalation.refusals import EscalationRefusal
from escalation.surveys import survey_consents, survey_store
from escalation.tickets import history, rerouting, sent_steps, ticket_store
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
    lock_organisations_of(db, (from_id, into_id))
    source, into = _known(db, rules, from_id, now), _known(db, rules, into_id, now)
    merging.demand_contacts_can_merge(rules.policy, from_id, source, into, now)
    talks, moved = _move_matters(db, rules, from_id, into, now)
    _move_what_bears_the_id(db, from_id, into.contact.id, now)
    take_over_details(db, rules.vault, source.contact, into.contact, now)
    if source.organisation.is_one_person and source.organisation.id != into.organisation.id:
        into = _take_over_file(db, rules, source, into, by, now)
    merging.merge_contact_rows(db, from_id, into.contact.id, now)
    theirs = conversations.talks_of(db, into.contact.id)
    rerouting.close_with_customer(db, rules.policy, into.contact.id, now, theirs)
    told = {"into": into.contact.id, "conversations": talks, "tickets": moved}
    journal_store.record(db, f"customer:{from_id}", "customer merged", by, now, after=told)
    return MergedCustomers(into, 1, talks, moved)


def merge_organisations(
    db: Connection, rules: Rules, from_id: str, into_id: str, by: str, now: datetime
) -> MergedCustomers:
    """Make one organisation of those of two contacts: all that one has moves to that of `into_id`.

    Its figures stay; a named agent is taken over where it has none, and so is a tier set by hand where one person
    decides on these. Open tickets follow the tier. Raises NoSuchContact, or MergeRefused.
    """
    lock_organisations_of(db, (from_id, into_id))
    source, into = _known(db, rules, from_id, now), _known(db, rules, into_id, now)
    merging.demand_organisations_can_merge(rules.policy, source, into, now)
    moved = merging.merge_organisation_rows(db, rules.policy, source, into, by, now)
    shared_numbers.move_house(db, source.organisation.id, into.organisation.id)
    kept = _known(db, rules, into.contact.id, now)
    merging.write_stored_tier(db, kept, (source.organisation.id,), by, now)
    follow_organisation(db, rules, into.organisation.id, now)
    tier_notices.owe(db, rules.policy, source.organisation.id, now, moved)
    told = {"into": into.organisation.id, "contacts": len(moved), "tier": kept.tier}
    journal_store.record(db, f"organisation:{source.organisation.id}", "organisations merged", by, now, after=told)
    return MergedCustomers(kept, len(moved), 0, 0)


def remove_contact(db: Connection, rules: Rules, contact_id: str, by: str, now: datetime) -> Customer:
    """Note that a contact has left; the file stays for their matters, their number proves nothing any more.

    Their devices and messengers lead to new, empty conversations: whoever writes from there next is somebody else.
    Raises NoSuchContact, or RemovalRefused while they have open tickets.
    """
    lock_contacts(db, (contact_id,))
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
        joining.leave_everywhere(db, talk, now)
        conversations.save_conversation(db, replace(talk, contact_id=None, proof=None), now)
        addresses.forget(db, addresses.CONTACT, contact_id, talk.id)
    for purpose in CONTACT_PURPOSES:
        one_time_codes.end_all(db, purpose, contact_id, now)
    merging.has_left(db, contact_id, now)
    journal_store.record(db, f"customer:{contact_id}", "customer removed", by, now)
    return customer


def _known(db: Connection, rules: Rules, contact_id: str, now: datetime) -> Customer:
    found = find_customer(db, rules.vault, rules.policy, contact_id, now)
    if found is None:
        raise NoSuchContact(contact_id)
    return found


def _move_what_bears_the_id(db: Connection, from_id: str, into_id: str, now: datetime) -> None:
    """What is kept by a contact's id beside conversations and tickets; test_merged_ids.py lists every column."""
    addresses.move_contact(db, from_id, into_id, now)
    one_time_codes.move(db, from_id, into_id)
    tier_notices.move(db, from_id, into_id)
    customer_notes.move_notes_about(db, from_id, into_id)
    sent_steps.move_sent_to(db, from_id, into_id)
    survey_store.move_surveys(db, from_id, into_id)
    survey_consents.move_consents(db, from_id, into_id)
    consents.move_consents(db, from_id, into_id)
    data_requests.move_requests(db, from_id, into_id)
    holds.move_holds(db, from_id, into_id)


def _take_over_file(db: Connection, rules: Rules, source: Customer, into: Customer, by: str, now: datetime) -> Customer:
    """What a contact without organisation has is that of whom they became; who that is by then."""
    merging.take_over_file(db, rules.policy, source, into, by, now)
    kept = _known(db, rules, into.contact.id, now)
    merging.write_stored_tier(db, kept, (), by, now)
    follow_organisation(db, rules, kept.organisation.id, now)
    return kept


def _move_matters(db: Connection, rules: Rules, from_id: str, into: Customer, now: datetime) -> tuple[int, int]:
    """Gives conversations and tickets to another contact; returns how many of each."""
    _lock_talks(db, from_id, into.contact.id)
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


def _lock_talks(db: Connection, *contact_ids: str) -> None:
    """Lock all conversations in which something of these contacts is, before any ticket."""
    own = [talk for each in contact_ids for talk in conversations.talks_of(db, each)]
    query = select(tickets.c.conversation_id).where(tickets.c.contact_id.in_(contact_ids)).distinct()
    lock_in_order(db, {*own, *db.scalars(query)})
