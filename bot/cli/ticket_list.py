"""Tickets as `jiedai tickets list` prints them, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection

from bot.cli.output import Table
from bot.rules import Rules
from bot.wording.labels import PROVISIONAL, customer_label
from bot.wording.moments import in_columns
from escalation.customers.customer_store import find_customers
from escalation.policy.model import Policy
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.queries import FIRST_DUE, IS_OPEN, TicketOverview, count_tickets, tickets_overview
from escalation.tickets.ticket_store import tickets
from escalation.working_hours.instants import iso, print_duration


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list."""

    queue: str | None
    tier: str | None
    late: bool
    finished: bool
    limit: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The tickets printed, and the number of all that match."""

    entries: tuple[TicketOverview, ...]
    total: int


def read(db: Connection, rules: Rules, wanted: TicketFilter, now: datetime) -> Listed:
    """Return the matching tickets, nearest deadline first; those without one last."""
    where = _conditions(wanted, now)
    order = (FIRST_DUE.c.running.nulls_last(), FIRST_DUE.c.any.nulls_last(), tickets.c.id)
    known = partial(find_customers, db, rules.vault, rules.policy, now=now)
    return Listed(tuple(tickets_overview(db, known, where, order, wanted.limit)), count_tickets(db, where))


def _conditions(wanted: TicketFilter, now: datetime) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if not wanted.finished:
        where.append(IS_OPEN)
    if wanted.queue is not None:
        where.append(tickets.c.queue == wanted.queue)
    if wanted.tier is not None:
        where.append(tickets.c.tier == wanted.tier)
    if wanted.late:
        where.append(FIRST_DUE.c.promise <= now)
    return where


def in_words(found: Listed, policy: Policy, now: datetime, *, named: bool) -> Iterator[str | Table]:
    """A table for a person, and under it what could not be counted."""
    if not found.entries:
        yield "No such tickets."
        return
    headings = ["ticket", "state", "tier", "queue", "customer", "with", "next deadline", "left"]
    rows = [_row(entry, policy, now) for entry in found.entries]
    if not named:
        headings.remove("customer")
        rows = [row[:4] + row[5:] for row in rows]
    yield Table(f"Tickets · {in_columns(policy, now)}", headings, rows)
    for entry in found.entries:
        for clock in entry.clocks:
            if clock.fault is not None:
                yield f"Ticket {entry.ticket.id}, {clock.label}: {clock.fault} Elapsed time is counted instead."
    if found.total > len(found.entries):
        yield f"Tickets: {found.total}, of which the first {len(found.entries)} are shown (--limit)."


def state_of(ticket: Ticket) -> str:
    """Return a ticket's state; a withdrawn one says so in place of closed."""
    return "withdrawn" if ticket.is_withdrawn else ticket.state


def _next(entry: TicketOverview) -> DeadlineRow | None:
    """The deadline due next; a paused one only if no other runs."""
    return min(entry.clocks, key=lambda clock: (clock.is_paused, clock.due_at, clock.id), default=None)


def _row(entry: TicketOverview, policy: Policy, now: datetime) -> tuple[str, ...]:
    ticket, clock = entry.ticket, _next(entry)
    with_ = entry.holder or (f"→ {entry.assignee}" if entry.assignee else "–")
    state = "waits for customer" if ticket.waits_since is not None and ticket.is_open else state_of(ticket)
    due, left_ = "–", "–"
    if clock is not None:
        due = f"{clock.label} {in_columns(policy, clock.due_at)}{PROVISIONAL if clock.provisional else ''}"
        left_ = left(clock, now)
    return (f"#{ticket.id}", state, ticket.tier, ticket.queue, customer_label(entry.customer), with_, due, left_)


def as_json(entry: TicketOverview, policy: Policy, now: datetime, *, named: bool) -> dict[str, Any]:
    """Return a ticket's line as JSON."""
    ticket, clock = entry.ticket, _next(entry)
    late = any(c.kind == "promise" and c.due_at <= now and not c.is_paused for c in entry.clocks)
    faults = [{"milestone": c.milestone, "fault": c.fault} for c in entry.clocks if c.fault is not None]
    return {
        "ticket": ticket.id,
        "state": ticket.state,
        "tier": ticket.tier,
        "queue": ticket.queue,
        "topic": ticket.topic,
        "urgency": ticket.urgency,
        **({"customer": customer_label(entry.customer) if ticket.contact_id else None} if named else {}),
        "holder": entry.holder,
        "assignee": entry.assignee,
        "withdrawn_at": iso(ticket.withdrawn_at, policy.zone) if ticket.withdrawn_at else None,
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


def left(clock: DeadlineRow, now: datetime) -> str:
    """Return the remaining time: `1h30m`, `late 5m` or `paused`."""
    if clock.is_paused:
        return "paused"
    span = clock.due_at - now
    return short(span) if span > timedelta(0) else f"late {short(-span)}"


def short(span: timedelta) -> str:
    """Return a duration to the minute, or to the second if it is under a minute."""
    whole = timedelta(seconds=int(span.total_seconds()))
    return print_duration(
        whole if whole < timedelta(minutes=1) else whole // timedelta(minutes=1) * timedelta(minutes=1)
    )
