"""Tickets for lists, each with its customer, its staff and its open deadlines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, func, select

from escalation.customers.model import Customer
from escalation.staff import staff
from escalation.tickets.deadline_store import DEADLINE_COLUMNS, DeadlineRow, deadlines
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import TICKET_COLUMNS, tickets

FindCustomers = Callable[[Collection[str]], Mapping[str, Customer]]


@dataclass(frozen=True, slots=True)
class TicketOverview:
    """A ticket as a list shows it."""

    ticket: Ticket
    customer: Customer | None
    holder: str | None
    assignee: str | None  # to whom it was given, until they claim it
    clocks: tuple[DeadlineRow, ...]  # open ones, the first due first, paused ones among them

    def nearest_promise(self) -> DeadlineRow | None:
        """Return the running promise that is due first; None without one."""
        return next((each for each in self.clocks if each.kind == "promise" and not each.is_paused), None)


def _first_due() -> Subquery:
    running = deadlines.c.paused_at.is_(None)
    columns = (
        deadlines.c.ticket_id,
        func.min(deadlines.c.due_at).filter(running).label("running"),
        func.min(deadlines.c.due_at).label("any"),
        func.min(deadlines.c.due_at).filter(running, deadlines.c.kind == "promise").label("promise"),
    )
    return select(*columns).where(deadlines.c.state == "open").group_by(deadlines.c.ticket_id).subquery()


FIRST_DUE = _first_due()  # when a ticket's first open clock is due: of those `running`, of `any`, of the promises
IS_OPEN = tickets.c.state.in_(("waiting", "claimed"))
_HOLDER, _ASSIGNEE = staff.alias("holder"), staff.alias("assignee")
_JOINED = (
    tickets.outerjoin(_HOLDER, _HOLDER.c.id == tickets.c.holder_id)
    .outerjoin(_ASSIGNEE, _ASSIGNEE.c.id == tickets.c.assignee_id)
    .outerjoin(FIRST_DUE, FIRST_DUE.c.ticket_id == tickets.c.id)
)


def tickets_overview(
    db: Connection,
    find_customers: FindCustomers,
    where: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    limit: int | None = None,
    start: int = 0,
) -> list[TicketOverview]:
    """Return the tickets that satisfy all conditions after the first `start`, by three queries.

    Conditions and order may use `FIRST_DUE`.
    """
    query = select(*TICKET_COLUMNS, _HOLDER.c.name, _ASSIGNEE.c.name).select_from(_JOINED)
    query = query.where(*where).order_by(*order).limit(limit)
    query = query.offset(start) if start else query
    found = [(Ticket(*row[:-2]), row[-2], row[-1]) for row in db.execute(query)]
    clocks = _open_clocks(db, [ticket.id for ticket, *_ in found])
    customers = find_customers({ticket.contact_id for ticket, *_ in found if ticket.contact_id})
    return [
        TicketOverview(
            ticket, customers.get(ticket.contact_id or ""), holder, assignee, tuple(clocks.get(ticket.id, ()))
        )
        for ticket, holder, assignee in found
    ]


def count_tickets(db: Connection, where: Sequence[ColumnElement[bool]]) -> int:
    """Count the tickets that satisfy all conditions."""
    return db.scalar(select(func.count()).select_from(_JOINED).where(*where)) or 0


def late_promises(now: datetime) -> ColumnElement[bool]:
    """Return a condition on tickets: a running promise is late at `now`."""
    broken = (deadlines.c.state == "open", deadlines.c.kind == "promise", deadlines.c.paused_at.is_(None))
    return tickets.c.id.in_(select(deadlines.c.ticket_id).where(*broken, deadlines.c.due_at <= now))


def _open_clocks(db: Connection, ids: Sequence[int]) -> dict[int, list[DeadlineRow]]:
    query = select(*DEADLINE_COLUMNS).where(deadlines.c.ticket_id.in_(ids), deadlines.c.state == "open")
    clocks: dict[int, list[DeadlineRow]] = {}
    for row in db.execute(query.order_by(deadlines.c.due_at, deadlines.c.id)) if ids else ():
        clocks.setdefault(row.ticket_id, []).append(DeadlineRow(*row))
    return clocks


def stale_tickets(db: Connection, rules_version: str, limit: int) -> list[int]:
    """Return tickets with an open deadline computed by other rules, the soonest due first."""
    query = (
        select(deadlines.c.ticket_id)
        .where(deadlines.c.state == "open", deadlines.c.rules_version != rules_version)
        .group_by(deadlines.c.ticket_id)
        .order_by(func.min(deadlines.c.due_at), deadlines.c.ticket_id)
        .limit(limit)
    )
    return list(db.scalars(query))
