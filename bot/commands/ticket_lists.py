"""Tickets as `jiedai tickets list` shows them: a handful of queries however many there are."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, select

from bot.commands.printing import tell, tell_table
from bot.performing import customer_label
from bot.replies import WEEKDAYS
from bot.rules import Rules
from escalation.customer_store import find_customers
from escalation.instants import iso, print_duration
from escalation.policy import Policy
from escalation.staff import staff_names
from escalation.store import DeadlineRow, deadlines, tickets
from escalation.tickets import Ticket

_TICKET = [tickets.c[f.name] for f in fields(Ticket)]
_DEADLINE = [deadlines.c[f.name] for f in fields(DeadlineRow)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets to list."""

    queue: str | None
    tier: str | None
    late: bool
    finished: bool
    limit: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list."""

    ticket: Ticket
    customer: str
    holder: str | None
    assignee: str | None
    clocks: tuple[DeadlineRow, ...]  # open ones, first due first

    @property
    def next(self) -> DeadlineRow | None:
        """The clock that runs out first; one that stands still only when no other runs."""
        return min(self.clocks, key=lambda clock: (clock.is_paused, clock.due_at, clock.id), default=None)


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, and how many there are beyond it."""

    entries: tuple[Entry, ...]
    total: int


def read(db: Connection, rules: Rules, wanted: Wanted, now: datetime) -> Listed:
    """The tickets wanted, nearest deadline first; those without one last."""
    due = _first_due()
    where = _conditions(wanted, due, now)
    joined = tickets.outerjoin(due, due.c.ticket_id == tickets.c.id)
    query = select(*_TICKET).select_from(joined).where(*where)
    order = (due.c.running.nulls_last(), due.c.any.nulls_last(), tickets.c.id)
    found = [Ticket(*row) for row in db.execute(query.order_by(*order).limit(wanted.limit))]
    total = db.scalar(select(func.count()).select_from(joined).where(*where)) or 0
    clocks = _open_clocks(db, [ticket.id for ticket in found])
    names = staff_names(db)
    known = find_customers(db, rules.vault, rules.policy, {t.contact_id for t in found if t.contact_id}, now)
    return Listed(
        tuple(
            Entry(
                ticket,
                customer_label(known.get(ticket.contact_id or "")),
                names.get(ticket.holder_id or 0),
                names.get(ticket.assignee_id or 0),
                tuple(clocks.get(ticket.id, ())),
            )
            for ticket in found
        ),
        total,
    )


def _first_due() -> Subquery:
    running = and_(deadlines.c.paused_at.is_(None))
    columns = (
        deadlines.c.ticket_id,
        func.min(deadlines.c.due_at).filter(running).label("running"),
        func.min(deadlines.c.due_at).label("any"),
        func.min(deadlines.c.due_at).filter(running, deadlines.c.kind == "promise").label("promise"),
    )
    return select(*columns).where(deadlines.c.state == "open").group_by(deadlines.c.ticket_id).subquery()


def _conditions(wanted: Wanted, due: Subquery, now: datetime) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if not wanted.finished:
        where.append(tickets.c.state.in_(("waiting", "claimed")))
    if wanted.queue is not None:
        where.append(tickets.c.queue == wanted.queue)
    if wanted.tier is not None:
        where.append(tickets.c.tier == wanted.tier)
    if wanted.late:
        where.append(due.c.promise <= now)
    return where


def _open_clocks(db: Connection, ids: list[int]) -> dict[int, list[DeadlineRow]]:
    query = select(*_DEADLINE).where(deadlines.c.ticket_id.in_(ids), deadlines.c.state == "open")
    found: dict[int, list[DeadlineRow]] = {}
    for row in db.execute(query.order_by(deadlines.c.due_at, deadlines.c.id)) if ids else ():
        found.setdefault(row.ticket_id, []).append(DeadlineRow(*row))
    return found


def tell_them(found: Listed, policy: Policy, now: datetime, *, named: bool) -> None:
    """A table for a person, and under it what could not be counted."""
    if not found.entries:
        tell("No such tickets.")
        return
    headings = ["ticket", "state", "tier", "queue", "customer", "with", "next deadline", "left"]
    rows = [_row(entry, policy, now) for entry in found.entries]
    if not named:
        headings.remove("customer")
        rows = [row[:4] + row[5:] for row in rows]
    tell_table(f"Tickets · {moment(now, policy)}", headings, rows)
    for entry in found.entries:
        for clock in entry.clocks:
            if clock.fault is not None:
                tell(f"Ticket {entry.ticket.id}, {clock.label}: {clock.fault} Elapsed time is counted instead.")
    if found.total > len(found.entries):
        tell(f"Tickets: {found.total}, of which the first {len(found.entries)} are shown (--limit).")


def _row(entry: Entry, policy: Policy, now: datetime) -> tuple[str, ...]:
    ticket, clock = entry.ticket, entry.next
    with_ = entry.holder or (f"→ {entry.assignee}" if entry.assignee else "–")
    state = "waits for customer" if ticket.waits_since is not None and ticket.is_open else ticket.state
    due, left_ = "–", "–"
    if clock is not None:
        due = f"{clock.label} {moment(clock.due_at, policy)}{'（暂定）' if clock.provisional else ''}"
        left_ = left(clock, now)
    return (f"#{ticket.id}", state, ticket.tier, ticket.queue, entry.customer, with_, due, left_)


def as_json(entry: Entry, policy: Policy, now: datetime, *, named: bool) -> dict[str, Any]:
    """A line for a program."""
    ticket, clock = entry.ticket, entry.next
    late = any(c.kind == "promise" and c.due_at <= now and not c.is_paused for c in entry.clocks)
    faults = [{"milestone": c.milestone, "fault": c.fault} for c in entry.clocks if c.fault is not None]
    return {
        "ticket": ticket.id,
        "state": ticket.state,
        "tier": ticket.tier,
        "queue": ticket.queue,
        "topic": ticket.topic,
        "urgency": ticket.urgency,
        **({"customer": entry.customer if ticket.contact_id else None} if named else {}),
        "holder": entry.holder,
        "assignee": entry.assignee,
        "waits_since": iso(ticket.waits_since, policy.zone) if ticket.waits_since else None,
        "late": late,
        "next": None if clock is None else _clock_as_json(clock, policy, now),
        "calendar_faults": faults,
    }


def _clock_as_json(clock: DeadlineRow, policy: Policy, now: datetime) -> dict[str, Any]:
    return {
        "milestone": clock.milestone,
        "label": clock.label,
        "kind": clock.kind,
        "due_at": iso(clock.due_at, policy.zone),
        "left_s": None if clock.is_paused else int((clock.due_at - now).total_seconds()),
        "paused": clock.is_paused,
        "provisional": clock.provisional,
    }


def moment(at: datetime, policy: Policy) -> str:
    """An instant as a person reads it: `11-23 周一 10:15`."""
    there = at.astimezone(policy.zone)
    return f"{there:%m-%d} 周{WEEKDAYS[there.weekday()]} {there:%H:%M}"


def left(clock: DeadlineRow, now: datetime) -> str:
    """The countdown: `1h30m`, `late 5m`, or that it stands still."""
    if clock.is_paused:
        return "paused"
    span = clock.due_at - now
    return short(span) if span > timedelta(0) else f"late {short(-span)}"


def short(span: timedelta) -> str:
    """A span to the minute, or to the second when it is shorter than one."""
    whole = timedelta(seconds=int(span.total_seconds()))
    return print_duration(
        whole if whole < timedelta(minutes=1) else whole // timedelta(minutes=1) * timedelta(minutes=1)
    )
