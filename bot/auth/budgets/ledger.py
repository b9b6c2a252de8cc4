"""The ledger of budgets: one row for each purse and use, with the instant at which its budget will be whole again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, DateTime, Index, String, Table, bindparam, delete, select, tuple_, update

from bot.auth.budgets.purses import Charge
from bot.auth.budgets.rate import full_after, usable_at
from bot.storage.tables import metadata
from bot.storage.upsert import Upsert

budget_uses = Table(
    "budget_uses",
    metadata,
    Column("purse", String(80), primary_key=True),
    Column("used_for", String(16), primary_key=True),
    Column("full_at", DateTime(timezone=True), nullable=False),
    Index("ix_budget_uses_full_at", "full_at"),
)

# Locks the rows that are there and makes those that are not, so that two replicas never count from the same instant.
_LOCKED = Upsert(
    budget_uses,
    lambda row: row.on_conflict_do_update(
        index_elements=[budget_uses.c.purse, budget_uses.c.used_for], set_={"full_at": budget_uses.c.full_at}
    ).returning(budget_uses.c.purse, budget_uses.c.used_for, budget_uses.c.full_at),
)
_SPENT = (
    update(budget_uses)
    .where(budget_uses.c.purse == bindparam("of_purse"), budget_uses.c.used_for == bindparam("of_use"))
    .values(full_at=bindparam("new_full_at"))
)

Known = dict[tuple[str, str], datetime]


def spend(db: Connection, charges: Sequence[Charge], now: datetime, ahead: timedelta = timedelta(0)) -> datetime:
    """Take all of these charges, or none; return when what they are for may happen: `now`, or later.

    What may happen within `ahead` is taken already, as a turn that is kept; anything later takes nothing.
    """
    if not charges:
        return now
    ordered = sorted(charges, key=lambda each: (each.purse, each.use))  # one order for all, so that nobody deadlocks
    fresh = [{"purse": each.purse, "used_for": each.use, "full_at": now} for each in ordered]
    rows = _LOCKED.run(db, fresh if len(fresh) > 1 else fresh[0])
    found: Known = {(row.purse, row.used_for): row.full_at for row in rows}
    at = _usable_at(found, ordered, now)
    if at <= now + ahead:
        db.execute(_SPENT, [_spent(found, each, now) for each in ordered])
    return at


def usable(db: Connection, charges: Sequence[Charge], now: datetime, besides: float = 0.0) -> datetime:
    """Return when all of these charges could be taken, after an amount of `besides`: `now`, or later; reads only."""
    keys = [(each.purse, each.use) for each in charges]
    query = select(budget_uses).where(tuple_(budget_uses.c.purse, budget_uses.c.used_for).in_(keys))
    found: Known = {(row.purse, row.used_for): row.full_at for row in db.execute(query)} if keys else {}
    for each in charges:
        was = found.get((each.purse, each.use), now)
        found[each.purse, each.use] = full_after(was, each.budget, besides, now)
    return _usable_at(found, charges, now)


def forget_expired(db: Connection, now: datetime, at_most: int) -> int:
    """Delete up to `at_most` rows of budgets that are whole again; returns how many."""
    whole = select(budget_uses.c.purse).where(budget_uses.c.full_at <= now).distinct().limit(at_most)
    gone = (budget_uses.c.full_at <= now, budget_uses.c.purse.in_(whole))
    return db.execute(delete(budget_uses).where(*gone)).rowcount


def _usable_at(found: Known, charges: Sequence[Charge], now: datetime) -> datetime:
    instants = (usable_at(found.get((each.purse, each.use), now), each.budget, each.amount, now) for each in charges)
    return max(instants, default=now)


def _spent(found: Known, charge: Charge, now: datetime) -> dict[str, object]:
    full_at = full_after(found[charge.purse, charge.use], charge.budget, charge.amount, now)
    return {"of_purse": charge.purse, "of_use": charge.use, "new_full_at": full_at}
