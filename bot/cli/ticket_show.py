"""One ticket as `jiedai tickets show` prints it: data, deadlines, plan, pauses, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.cli.output import Table
from bot.cli.ticket_list import left, short, state_of
from bot.rules import Rules
from bot.wording.labels import PROVISIONAL, customer_label
from bot.wording.moments import in_columns
from escalation.customers.customer_store import find_customers
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.policy.read_milestones import BUILT_IN_FACTS
from escalation.staff import staff_names
from escalation.tickets import deadline_store, history, plans, ratings, ticket_store
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.plans import Plan
from escalation.working_hours.instants import print_duration

Named = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class TicketDetails:
    """A ticket and everything that belongs to it."""

    ticket: Ticket
    customer: str
    names: Mapping[int, str]
    clocks: Sequence[DeadlineRow]
    plans: Sequence[Plan]
    pauses: Sequence[Row[Any]]
    reports: Sequence[Row[Any]]
    notes: Sequence[Row[Any]]
    history: Sequence[Row[Any]]
    ratings: Sequence[Row[Any]]  # of every solution, the last one of each counts …
    dimensions: Sequence[Row[Any]]  # … and of each of its dimensions

    def name(self, staff_id: int | None) -> str | None:
        """Return the name of a member of staff, former ones too."""
        return None if staff_id is None else self.names.get(staff_id, f"#{staff_id}")


def read(db: Connection, rules: Rules, ticket_id: int, now: datetime) -> TicketDetails:
    """Return everything recorded about a ticket; raises Refused ("not_found")."""
    ticket = ticket_store.get_ticket(db, ticket_id)
    known = find_customers(db, rules.vault, rules.policy, {ticket.contact_id} if ticket.contact_id else (), now)
    return TicketDetails(
        ticket=ticket,
        customer=customer_label(known.get(ticket.contact_id or "")),
        names=staff_names(db),
        clocks=deadline_store.deadlines_of(db, ticket_id),
        plans=plans.plans_of(db, ticket_id),
        pauses=ticket_store.pause_rows(db, ticket_id),
        reports=plans.reports_of(db, ticket_id),
        notes=ticket_store.notes_of(db, ticket_id),
        history=history.history_of(db, ticket_id),
        ratings=ratings.ratings_of(db, ticket_id),
        dimensions=ratings.dimensions_of(db, ticket_id),
    )


def in_words(sheet: TicketDetails, policy: Policy, now: datetime, *, named: bool) -> Iterator[str | Table]:
    """All of it on one page, for a person."""
    for what, value in _known(sheet, policy, named=named):
        if value not in (None, "", False):
            yield f"{what}: {value}"
    yield ""
    headings = ("milestone", "state", "started", "allowed", "due", "how it stands")
    yield Table("Clocks", headings, [_clock_row(clock, sheet, policy, now) for clock in sheet.clocks])
    for clock in sheet.clocks:
        if clock.fault is not None:
            yield f"{clock.label}: {clock.fault} Elapsed time is counted instead."
    yield from _plans_in_words(sheet, policy)
    for pause in sheet.pauses:
        end = "until now" if pause.ended_at is None else f"to {in_columns(policy, pause.ended_at)} ({pause.ended_why})"
        began, why = in_columns(policy, pause.began_at), _fact(pause.why, policy)
        yield f"Paused from {began} {end}: {why}, {sheet.name(pause.by)}"
    for report in sheet.reports:
        yield f"Report to {report.to}, {in_columns(policy, report.at)}, {sheet.name(report.by)}: {report.text}"
    for note in sheet.notes:
        yield f"Note, {in_columns(policy, note.at)}, {sheet.name(note.staff_id)}: {note.text}"
    yield from _ratings_in_words(sheet, policy)
    yield ""
    rows = [_history_row(number, line, sheet, policy) for number, line in enumerate(sheet.history, start=1)]
    yield Table("History", ("line", "when", "what", "who", "details"), rows)


def _ratings_in_words(sheet: TicketDetails, policy: Policy) -> Iterator[str]:
    for row in sheet.ratings:
        reason = f": {row.reason}" if row.reason else ""
        yield f"Solution {row.solution} rated {row.score}, {in_columns(policy, row.at)}{reason}"
    for row in sheet.dimensions:
        label = policy.surveys.dimensions.get(row.dimension, row.dimension)
        yield f"Solution {row.solution}, {label} ({row.dimension}) rated {row.score}, {in_columns(policy, row.at)}"


def _plans_in_words(sheet: TicketDetails, policy: Policy) -> Iterator[str]:
    for plan in sheet.plans:
        facts = [f"responsible {sheet.name(plan.responsible_id)}", f"made {in_columns(policy, plan.made_at)}"]
        if plan.explained_at is not None:
            facts.append(f"explained {in_columns(policy, plan.explained_at)}")
        if plan.objected_at is not None:
            facts.append(f"objected to {in_columns(policy, plan.objected_at)}")
        yield f"Plan {plan.version}: {', '.join(facts)}"
        for step in plan.steps:
            yield f"  by {in_columns(policy, step.by)}: {step.what}"


def _known(sheet: TicketDetails, policy: Policy, *, named: bool) -> list[Named]:
    ticket = sheet.ticket
    instants = [
        (what, at and in_columns(policy, at))
        for what, at in (
            ("Raised", ticket.raised_at),
            ("Received", ticket.received_at),
            ("Claimed", ticket.claimed_at),
            ("First contact", ticket.first_contact_at),
            ("Waits for the customer since", ticket.waits_since),
            ("Resolved", ticket.resolved_at),
            ("Withdrawn by the customer", ticket.withdrawn_at),
            ("Closed", ticket.closed_at),
        )
    ]
    until = f" until {in_columns(policy, ticket.assigned_until)}" if ticket.assigned_until else ""
    urgency = policy.urgency_of(ticket.urgency)
    return [
        ("Ticket", f"{ticket.id}, {state_of(ticket)}, in {ticket.queue}"),
        ("Customer", sheet.customer if named else None),
        ("Tier", f"{ticket.tier}; {ticket.tier_reason}"),
        ("Matter", f"{ticket.topic or 'no topic'}, {urgency.label}{', complaint' if ticket.complaint else ''}"),
        ("Subject", starred(ticket.subject)),
        ("Held by", sheet.name(ticket.holder_id)),
        ("Given to", ticket.assignee_id and f"{sheet.name(ticket.assignee_id)}{until}"),
        ("Cause", ticket.cause),
        ("Interruption", ticket.incident_id),
        *instants,
        ("Urged", ticket.urged and f"{ticket.urged} times"),
        ("Reopened", ticket.reopened and f"{ticket.reopened} times"),
        ("Rating", ticket.rating),
        ("Policy", f"{ticket.policy_version}; `jiedai policy show {ticket.policy_version}` prints it"),
    ]


def _clock_row(clock: DeadlineRow, sheet: TicketDetails, policy: Policy, now: datetime) -> tuple[str, ...]:
    due = f"{in_columns(policy, clock.due_at)}{PROVISIONAL if clock.provisional else ''}"
    allowed = f"{print_duration(timedelta(seconds=clock.within_s))} {clock.basis}"
    state = "paused" if clock.is_paused else clock.state
    stands = clock_state(clock, now)
    if clock.acknowledged_at is not None:
        stands += f"; seen by {sheet.name(clock.acknowledged_by)}"
    return (f"{clock.label}\n{clock.milestone}", state, in_columns(policy, clock.started_at), allowed, due, stands)


def clock_state(clock: DeadlineRow, now: datetime) -> str:
    """Return a deadline's state: kept, breached, or the remaining time; a missed target is not called breached."""
    if clock.state == "open":
        return left(clock, now)
    if clock.state == "cancelled" or clock.settled_at is None:
        return "cancelled" if clock.breached_at is None else "cancelled after it was broken"
    late = clock.settled_at - clock.due_at
    if late <= timedelta(0):
        return f"kept, {short(-late)} to spare"
    return f"{'broken' if clock.kind == 'promise' else 'missed'}, {short(late)} late"


def _history_row(number: int, line: Row[Any], sheet: TicketDetails, policy: Policy) -> tuple[str, ...]:
    when = f"{line.at.astimezone(policy.zone):%m-%d %H:%M:%S}"
    who = sheet.name(line.staff_id) or "–"
    return (str(line.seq or number), when, _fact(line.kind, policy), who, _details(line.data))


def _fact(kind: str, policy: Policy) -> str:
    label = policy.facts.get(kind) or BUILT_IN_FACTS.get(kind)
    return f"{label} ({kind})" if label else kind


def _details(data: Mapping[str, Any]) -> str:
    """An event's data and changes: before → after."""
    before, after = data.get("before") or {}, data.get("after") or {}
    changes = [f"{name}: {_plain(before.get(name))} → {_plain(value)}" for name, value in after.items()]
    rest = [f"{name}: {_plain(value)}" for name, value in data.items() if name not in ("before", "after")]
    return "; ".join(changes + rest)


def _plain(value: Any) -> str:
    return "–" if value in (None, "", []) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
