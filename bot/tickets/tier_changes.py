"""Save customer records from the CRM; open tickets follow a changed tier in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection

from bot.notifications import tier_notices
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript import conversations
from bot.transcript.shared_numbers import talks_of_house
from escalation.customers import customer_store
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.customer_store import SavedCustomer
from escalation.customers.model import Customer, CustomerRecord, TierDecision, tier_of_house
from escalation.customers.patch_outcome import AppliedPatch, Outcome
from escalation.customers.patch_store import write_patch, write_patches
from escalation.journal import journal_store
from escalation.journal.keyed import key_of, mac
from escalation.tickets import rerouting, ticket_store
from escalation.tickets.ticket_store import tickets


def save_and_reroute(
    db: Connection, rules: Rules, record: CustomerRecord, now: datetime, by: str = "system", *, each: bool = False
) -> SavedCustomer:
    """Save a contact with their organisation and re-route every open ticket whose customer's tier changed.

    The journal says who changed what, names and numbers as digests; a new contact only with `each`, for a whole file
    has a line of its own.
    """
    before = customer_store.find_as_filed(db, rules.vault, rules.policy, record.id, now)
    saved = customer_store.save_customer(db, rules.vault, rules.policy, record, now, by)
    # The contact too: an open ticket may be older than the tier last saved (a manual tier that ran out meanwhile).
    for contact_id in sorted({record.id, *(change.contact_id for change in saved.tier_changes)}):
        follow_tier(db, rules, contact_id, now)
    if saved.tier_changes:
        follow_shared_number(db, rules, saved.customer.organisation.id, now)
    tier_notices.owe(db, rules.policy, saved.customer.organisation.id, now)
    _record(db, before, saved.customer, by, now, each=each)
    return saved


def apply_patch(
    db: Connection,
    rules: Rules,
    patch: CustomerPatch,
    now: datetime,
    by: str,
    *,
    each: bool = False,
    overwrite: bool = False,
    follow: bool = True,
) -> AppliedPatch:
    """Write what one CRM record changes; open tickets follow a changed tier in the same transaction, if they `follow`.

    The journal says who changed what as for `save_and_reroute`. `overwrite`: see `patched`. Raises CrmFaults for what a
    new contact or a new organisation lacks.
    """
    applied = write_patch(db, rules.vault, rules.policy, patch, now, by, overwrite=overwrite)
    if follow:
        for contact_id in sorted({patch.id, *(change.contact_id for change in applied.tier_changes)}):
            follow_tier(db, rules, contact_id, now)
        if applied.tier_changes:
            follow_shared_number(db, rules, applied.customer.organisation.id, now)
        tier_notices.owe(db, rules.policy, applied.customer.organisation.id, now)
    _record(db, applied.before, applied.customer, by, now, each=each)
    return applied


def apply_patches(
    db: Connection, rules: Rules, patches: Sequence[CustomerPatch], now: datetime, by: str, *, overwrite: bool = False
) -> list[Outcome]:
    """Write what many CRM records change, the journal's lines and whom a moved tier is still to be told.

    Open tickets are the caller's to let follow.

    A record of which nothing can be made has its faults in its place.
    """
    outcomes = write_patches(db, rules.vault, rules.policy, patches, now, by, overwrite=overwrite)
    for outcome in outcomes:
        if isinstance(outcome, AppliedPatch):
            _record(db, outcome.before, outcome.customer, by, now, each=False)
            if outcome.tier_changes:
                tier_notices.owe(db, rules.policy, outcome.customer.organisation.id, now)
    return outcomes


def _record(db: Connection, before: Customer | None, after: Customer, by: str, now: datetime, *, each: bool) -> None:
    if before is None and not each:
        return
    was = _told(db, before) if before is not None else {}
    told = _told(db, after)
    if was != told and (was or each):
        what = "customer changed" if was else "customer added"
        journal_store.record(db, f"customer:{after.contact.id}", what, by, now, before=was, after=told)


def _told(db: Connection, customer: Customer) -> dict[str, Any]:
    """What the journal holds of a customer: figures as they are, personal data as a digest that needs the key."""
    of, contact = customer.organisation, customer.contact
    figures = {"annual_amount": of.annual_amount, "orders_per_year": of.orders_per_year, "influence": of.influence}
    figures |= {"complexity": of.complexity}
    manual = {"tier": of.manual.tier, "expires": str(of.manual.expires)} if of.manual is not None else None
    personal = mac(key_of(db), "customer", of.name, contact.name, contact.phone, contact.email, contact.note)[:16]
    return {**figures, "tier": customer.tier, "manual": manual, "agent": of.agent, "personal_data": personal}


def follow_tier(db: Connection, rules: Rules, contact_id: str, now: datetime) -> None:
    """Re-route every open ticket of a contact whose tier is another by now."""
    customer = customer_store.find_customer(db, rules.vault, rules.policy, contact_id, now)
    if customer is None:
        return
    mine = tickets.c.contact_id == contact_id
    _reroute(db, rules, mine, customer, TierDecision(customer.tier, customer.tier_reason), now)


def follow_shared_number(db: Connection, rules: Rules, organisation_id: str, now: datetime) -> None:
    """Re-route the open tickets of whoever has a number that several contacts of an organisation share."""
    house = customer_store.find_organisation(db, rules.vault, organisation_id)
    if house is not None:
        _reroute(db, rules, of_shared_number(house.id), None, tier_of_house(rules.policy, house, now), now)


def of_shared_number(organisation_id: str) -> ColumnElement[bool]:
    """Return the condition for tickets whose contact is open, but not their organisation."""
    return tickets.c.contact_id.is_(None) & tickets.c.conversation_id.in_(talks_of_house(organisation_id))


def _reroute(
    db: Connection,
    rules: Rules,
    whose: ColumnElement[bool],
    customer: Customer | None,
    decision: TierDecision,
    now: datetime,
) -> None:
    is_open = (whose, tickets.c.state.in_(("waiting", "claimed")))
    contact_id = customer.contact.id if customer is not None else None
    for ticket in ticket_store.find_tickets(db, *is_open, tickets.c.tier != decision.tier):
        conversations.lock_conversation_by_id(db, ticket.conversation_id)
        event = rerouting.reroute(db, rules.policy, ticket.id, contact_id, decision, now)
        announce_now(db, rules, [event], now, customer)
