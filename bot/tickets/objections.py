"""Objections to a tier: raised on a ticket, and written into the history of the tier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from escalation.customers.customer_rows import organisations
from escalation.customers.model import ManualTier
from escalation.customers.tier_history import TierStep, write_step
from escalation.journal import journal_store
from escalation.tickets import history

OBJECTION = "tier_objection"  # why a ticket was opened
_EVENTS = ("objection_raised", "objection_upheld", "objection_explained")


def is_undecided(kinds: Iterable[str]) -> bool:
    """Whether a ticket with these kinds of events, the oldest first, has an objection that nobody has decided on."""
    return next((kind for kind in reversed(list(kinds)) if kind in _EVENTS), "") == "objection_raised"


def has_undecided(db: Connection, ticket_id: int) -> bool:
    """Whether a ticket has an objection that nobody has decided on."""
    return is_undecided(row.kind for row in history.history_of(db, ticket_id))


def lock_organisation(db: Connection, organisation_id: str) -> None:
    """Lock an organisation before any conversation: a decision on its tier takes both in this order."""
    db.execute(select(organisations.c.id).where(organisations.c.id == organisation_id).with_for_update())


def raise_objection(
    db: Connection, organisation_id: str, ticket_id: int, by: str, now: datetime, staff_id: int | None = None
) -> None:
    """Write down that a customer objects to their tier; the ticket is locked.

    `by`: a sign-in name, or "customer ID".
    """
    history.log(db, ticket_id, "objection_raised", now, staff_id)
    note_step(db, organisation_id, "objected", f"#{ticket_id}", by, now, ticket_id)


def note_step(
    db: Connection,
    organisation_id: str,
    kind: Literal["objected", "upheld", "explained"],
    reason: str,
    by: str,
    now: datetime,
    ticket_id: int,
    wished: ManualTier | None = None,
) -> None:
    """Write a line that moves nothing into the history of an organisation's tier, and one into the journal."""
    tier: str = db.execute(select(organisations.c.tier).where(organisations.c.id == organisation_id)).scalar_one()
    named = (wished.tier, wished.expires) if wished is not None else (None, None)
    write_step(db, TierStep(organisation_id, now, kind, tier, tier, reason, by, "", *named))
    told = {"ticket": ticket_id} | ({"tier": wished.tier, "expires": wished.expires} if wished is not None else {})
    journal_store.record(db, f"organisation:{organisation_id}", f"tier {kind}", by, now, after=told)
