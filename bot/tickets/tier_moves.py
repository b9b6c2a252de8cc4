"""Decide on tiers set by hand, and follow what moves by itself; open tickets follow in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.notifications import tier_notices
from bot.rules import Rules
from bot.tickets.tier_changes import follow_shared_number, follow_tier
from escalation.customers import manual_tiers
from escalation.customers.customer_rows import contacts, organisations
from escalation.customers.manual_tiers import WishOutcome
from escalation.customers.model import ManualTier
from escalation.customers.tier_history import Cause, TierStep, settle_tier
from escalation.journal import journal_store
from escalation.policy.model import Policy

EXPIRED_AT_ONCE = 5  # organisations in one transaction: each may have many open tickets


def wish_tier(
    db: Connection, rules: Rules, organisation_id: str, wished: ManualTier, by: str, now: datetime
) -> WishOutcome:
    """Wish for a tier as `manual_tiers.wish_tier`; open tickets follow where it is in force at once.

    Raises ManualTierRefused.
    """
    outcome = manual_tiers.wish_tier(db, rules.policy, organisation_id, wished, by, now)
    if outcome == "in_force":
        follow_organisation(db, rules, organisation_id, now)
    return outcome


def wish_end(db: Connection, rules: Rules, organisation_id: str, reason: str, by: str, now: datetime) -> WishOutcome:
    """Wish for the end of a tier set by hand as `manual_tiers.wish_end`, in the same way.

    Raises ManualTierRefused.
    """
    outcome = manual_tiers.wish_end(db, rules.policy, organisation_id, reason, by, now)
    if outcome == "in_force":
        follow_organisation(db, rules, organisation_id, now)
    return outcome


def approve(db: Connection, rules: Rules, proposal_id: int, by: str, now: datetime) -> TierStep:
    """Put a waiting wish into force; open tickets follow. Raises ManualTierRefused."""
    step = manual_tiers.approve(db, rules.policy, proposal_id, by, now)
    follow_organisation(db, rules, step.organisation_id, now)
    return step


def follow_organisation(db: Connection, rules: Rules, organisation_id: str, now: datetime) -> None:
    """Re-route the open tickets of all of an organisation's contacts, and of whoever has a number they share."""
    mine = select(contacts.c.id).where(contacts.c.organisation_id == organisation_id).order_by(contacts.c.id)
    for contact_id in db.scalars(mine).all():
        follow_tier(db, rules, contact_id, now)
    follow_shared_number(db, rules, organisation_id, now)
    tier_notices.owe(db, rules.policy, organisation_id, now)


def has_expired(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether a tier set by hand has run out and nobody has followed; an indexed query."""
    return bool(_run_out(db, rules.policy, now, 1))


def expire_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Follow tiers set by hand that have run out, a few organisations at once; return how many."""
    found = _run_out(db, rules.policy, now, EXPIRED_AT_ONCE)
    for organisation_id in found:
        _expire(db, rules, organisation_id, now)
    return len(found)


def _expire(db: Connection, rules: Rules, organisation_id: str, now: datetime) -> None:
    row = db.execute(select(organisations).where(organisations.c.id == organisation_id).with_for_update()).one()
    if organisation_id not in _run_out(db, rules.policy, now, 1, organisation_id):
        return  # another replica was faster, or it was extended meanwhile
    noted = {"expiry_noted": row.manual_expires}
    db.execute(update(organisations).where(organisations.c.id == organisation_id).values(noted))
    cause = Cause("expired", wished=row.manual_tier, expires=row.manual_expires, always=True)
    step = settle_tier(db, rules.policy, organisation_id, cause, now)
    assert step is not None, "always written"
    told = {"tier": row.manual_tier, "expires": row.manual_expires, "applies": step.tier_after}
    before = {"applies": step.tier_before}
    journal_store.record(
        db, f"organisation:{organisation_id}", "tier expired", "system", now, before=before, after=told
    )
    follow_organisation(db, rules, organisation_id, now)


def _run_out(db: Connection, policy: Policy, now: datetime, limit: int, only: str | None = None) -> list[str]:
    """Organisations whose tier set by hand has passed its last day, which no history says yet."""
    of, today = organisations.c, now.astimezone(policy.zone).date()
    over = [of.manual_tier.is_not(None), of.manual_expires < today, of.merged_into.is_(None)]
    over += [of.expiry_noted.is_(None) | (of.expiry_noted != of.manual_expires)]
    over += [of.id == only] if only else []
    return list(db.scalars(select(of.id).where(*over).order_by(of.manual_expires, of.id).limit(limit)))
