"""Hold every stored tier against the policy: who would move and why; then move them, a few organisations at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from bot.rules import Rules
from bot.tickets.tier_changes import of_shared_number
from bot.tickets.tier_moves import follow_organisation
from escalation.customers.customer_rows import bare_organisation, contacts, organisations
from escalation.customers.model import Organisation, tier_of
from escalation.customers.tier_history import Cause, settle_tier
from escalation.policy.model import Policy
from escalation.tickets.ticket_store import tickets

LOOKED_AT = 1_000  # organisations in one look
MOVED_AT_ONCE = 50  # organisations in one transaction

MoveKind = Literal["criteria", "expired", "unknown_tier"]


@dataclass(frozen=True, slots=True)
class RetierMove:
    """An organisation whose stored tier isn't the one that the policy gives it."""

    organisation_id: str
    before: str
    after: str
    kind: MoveKind
    reason: str
    contact_id: str  # the CRM id of one of its contacts
    open_tickets: int


@dataclass(frozen=True, slots=True)
class RetierPage:
    """The moves among some organisations; `last` is where the next page begins, None after the last one."""

    looked_at: int
    moves: tuple[RetierMove, ...]
    last: str | None


def look(db: Connection, policy: Policy, after: str, now: datetime, limit: int = LOOKED_AT) -> RetierPage:
    """Return who would move among the organisations that follow the id `after`; nothing is written."""
    query = select(organisations).where(organisations.c.id > after, organisations.c.merged_into.is_(None))
    rows = db.execute(query.order_by(organisations.c.id).limit(limit)).all()
    moves = tuple(move for row in rows if (move := _move(db, policy, row, now)) is not None)
    return RetierPage(len(rows), moves, rows[-1].id if len(rows) == limit else None)


def retier_some(db: Connection, rules: Rules, after: str, now: datetime, limit: int = MOVED_AT_ONCE) -> RetierPage:
    """Move them; open tickets follow in the same transaction. What was moved before moves no more."""
    page = look(db, rules.policy, after, now, limit)
    moved = []
    for move in page.moves:
        kind: Literal["expired", "policy"] = "expired" if move.kind == "expired" else "policy"
        if settle_tier(db, rules.policy, move.organisation_id, Cause(kind), now) is not None:
            follow_organisation(db, rules, move.organisation_id, now)
            moved.append(move)
    return RetierPage(page.looked_at, tuple(moved), page.last)


def _move(db: Connection, policy: Policy, row: Any, now: datetime) -> RetierMove | None:
    organisation = bare_organisation(row)
    decision = tier_of(policy, organisation, now)
    if decision.tier == row.tier:
        return None
    mine = contacts.c.organisation_id == row.id
    first = db.scalar(select(func.min(contacts.c.id)).where(mine)) or ""
    is_open = (tickets.c.state.in_(("waiting", "claimed")), tickets.c.tier != decision.tier)
    theirs = tickets.c.contact_id.in_(select(contacts.c.id).where(mine)) | of_shared_number(row.id)
    follow = select(func.count()).select_from(tickets).where(theirs)
    count = db.scalar(follow.where(*is_open)) or 0
    kind = _kind(policy, organisation, now)
    return RetierMove(row.id, row.tier, decision.tier, kind, decision.reason, first, count)


def _kind(policy: Policy, organisation: Organisation, now: datetime) -> MoveKind:
    manual = organisation.manual
    if manual is None:
        return "criteria"
    if manual.tier not in policy.tiers:
        return "unknown_tier"
    return "expired" if now.astimezone(policy.zone).date() > manual.expires else "criteria"
