"""Each night's comparison of promise and use, and each move of the threshold for answering; appended only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Column, Connection, DateTime, Float, Integer, String, Table, Text, insert, select

from knowledge_base.adjusting.decision import Comparison, Why
from knowledge_base.revisions.revision_store import metadata

Order = Literal["on", "off", "reset"]
ORDERS: tuple[Order, ...] = get_args(Order)

adjustments = Table(
    "kb_adjustments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("why", String(16), nullable=False),  # of the comparison; or on | off | reset
    Column("threshold", Float, nullable=False),  # before …
    Column("moved_to", Float, nullable=False),  # … and after
    Column("shift", Float, nullable=False),  # from now on, from the threshold that was learned
    Column("promise", Float),
    Column("realised", Float),
    Column("judged", Integer, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("customers", Integer, nullable=False),
    Column("revision", Integer, nullable=False),  # of the knowledge base
    Column("decided_by", Text, nullable=False),  # system, or who gave the order
)


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """A line of the record; `shift` holds until the next one."""

    id: int
    at: datetime
    why: Why | Order
    threshold: float
    moved_to: float
    shift: float
    promise: float | None
    realised: float | None
    judged: int
    cases: int
    customers: int
    revision: int
    decided_by: str

    @property
    def is_move(self) -> bool:
        """Whether the threshold moved."""
        return self.moved_to != self.threshold


_COLUMNS = [adjustments.c[each.name] for each in fields(ThresholdChange)]
_NEWEST = select(*_COLUMNS).order_by(adjustments.c.id.desc())


def add_comparison(db: Connection, found: Comparison, shift: float, revision: int, now: datetime) -> ThresholdChange:
    """Write down a night's comparison; `shift` holds from now on."""
    values: dict[str, Any] = {
        "why": found.why,
        "threshold": found.threshold,
        "moved_to": found.to,
        "promise": found.promise,
    }
    values |= {"realised": found.realised, "judged": found.judged, "cases": found.cases, "customers": found.customers}
    return _add(db, at=now, shift=shift, revision=revision, decided_by="system", **values)


def add_order(
    db: Connection, order: Order, *, at: tuple[float, float], shift: float, revision: int, by: str, now: datetime
) -> ThresholdChange:
    """Write down an order; `at`: the threshold before and after it, `shift`: what holds from now on."""
    before, after = at
    values: dict[str, Any] = {
        "why": order,
        "threshold": before,
        "moved_to": after,
        "judged": 0,
        "cases": 0,
        "customers": 0,
    }
    return _add(db, at=now, shift=shift, revision=revision, decided_by=by, **values)


def _add(db: Connection, **values: Any) -> ThresholdChange:
    return ThresholdChange(*db.execute(insert(adjustments).values(values).returning(*_COLUMNS)).one())


def newest(db: Connection, limit: int = 30) -> tuple[ThresholdChange, ...]:
    """Return the latest lines, the newest first."""
    return tuple(ThresholdChange(*row) for row in db.execute(_NEWEST.limit(limit)))


def shift_in_force(db: Connection) -> float:
    """Return by how much the threshold is moved from what was learned."""
    return db.scalar(select(adjustments.c.shift).order_by(adjustments.c.id.desc()).limit(1)) or 0.0


def is_on(db: Connection) -> bool:
    """Whether the nightly job may move the threshold; it may unless somebody has switched it off."""
    query = select(adjustments.c.why).where(adjustments.c.why.in_(("on", "off")))
    return db.scalar(query.order_by(adjustments.c.id.desc()).limit(1)) != "off"


def last_moved(db: Connection) -> datetime | None:
    """Return when the threshold was moved or reset last."""
    query = select(adjustments.c.at).where(adjustments.c.moved_to != adjustments.c.threshold)
    at: datetime | None = db.scalar(query.order_by(adjustments.c.id.desc()).limit(1))
    return at
