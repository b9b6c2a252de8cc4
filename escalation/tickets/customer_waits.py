"""Which tickets wait for their customer, and what happens next because of it: the table and its SQL."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Table, delete, func, insert, select, update

from escalation.policy.waiting import WaitingRules
from escalation.tables import metadata

customer_waits = Table(
    "customer_waits",
    metadata,
    Column("ticket_id", Integer, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("step", Integer, nullable=False),  # how many steps were taken: customer, holder, end
    Column("next_at", DateTime(timezone=True), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class CustomerWait:
    """A wait for a customer, and its next step."""

    ticket_id: int
    since: datetime
    step: int
    next_at: datetime


_WAIT = [customer_waits.c[each.name] for each in fields(CustomerWait)]


def begin_wait(db: Connection, rules: WaitingRules | None, ticket_id: int, now: datetime) -> None:
    """Count from now on; a wait that has ended meanwhile is found out when its next step is due."""
    if rules is None:
        return
    values = {"since": now, "step": 0, "next_at": now + rules.remind_customer}
    if not db.execute(update(customer_waits).where(customer_waits.c.ticket_id == ticket_id).values(**values)).rowcount:
        db.execute(insert(customer_waits).values(ticket_id=ticket_id, **values))


def is_as_read(db: Connection, wait: CustomerWait) -> bool:
    """Whether a wait still stands as it was read; asked once its ticket is locked, another replica may have been."""
    row = db.execute(select(*_WAIT).where(customer_waits.c.ticket_id == wait.ticket_id)).one_or_none()
    return row is not None and CustomerWait(*row) == wait


def put_off(db: Connection, wait: CustomerWait, step: int, next_at: datetime) -> None:
    """Let the next step come then."""
    mine = customer_waits.c.ticket_id == wait.ticket_id
    db.execute(update(customer_waits).where(mine).values(step=step, next_at=next_at))


def end_wait(db: Connection, ticket_id: int) -> None:
    """Forget a wait that is over."""
    db.execute(delete(customer_waits).where(customer_waits.c.ticket_id == ticket_id))


def are_due(db: Connection, now: datetime) -> bool:
    """Whether a step is due. Reads only."""
    first: datetime | None = db.scalar(select(func.min(customer_waits.c.next_at)))
    return first is not None and first <= now


def due_waits(db: Connection, now: datetime, limit: int) -> list[CustomerWait]:
    """Return waits whose next step is due, the earliest first."""
    query = select(*_WAIT).where(customer_waits.c.next_at <= now).order_by(customer_waits.c.next_at).limit(limit)
    return [CustomerWait(*row) for row in db.execute(query)]
