"""Service reports: which are owed and which were submitted, and a rating that comes before one was due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from escalation.policy.model import Policy
from escalation.tickets import deadline_store
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.plans import reports
from escalation.tickets.ticket_store import TICKET_COLUMNS, tickets

MOST = 200  # rows of a list


@dataclass(frozen=True, slots=True)
class OwedReport:
    """A report that is still to be submitted: drafted since the acceptance, due then."""

    ticket: Ticket
    since: datetime
    due_at: datetime


def owed_reports(db: Connection, policy: Policy, seen: ColumnElement[bool]) -> list[OwedReport]:
    """Return the reports that are owed on the tickets `seen` matches, the earliest due first."""
    names = {each.id for tier in policy.tiers.values() for each in tier.milestones if each.report_to}
    mine = (deadlines.c.state == "open", deadlines.c.milestone.in_(sorted(names)), seen)
    query = select(*TICKET_COLUMNS, deadlines.c.started_at.label("since"), deadlines.c.due_at.label("due"))
    query = query.join_from(deadlines, tickets, tickets.c.id == deadlines.c.ticket_id).where(*mine)
    rows = db.execute(query.order_by(deadlines.c.due_at).limit(MOST))
    return [OwedReport(Ticket(*row[: len(TICKET_COLUMNS)]), row.since, row.due) for row in rows]


def submitted_reports(db: Connection, seen: ColumnElement[bool]) -> Sequence[tuple[Row[Any], Ticket]]:
    """Return the reports that were submitted on the tickets `seen` matches, the newest first."""
    query = select(reports, *[column.label(f"t_{column.name}") for column in TICKET_COLUMNS])
    query = query.join_from(reports, tickets, tickets.c.id == reports.c.ticket_id).where(seen)
    rows = db.execute(query.order_by(reports.c.id.desc()).limit(MOST)).all()
    return [(row, Ticket(*row[len(reports.c) :])) for row in rows]


def add_rating(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> bool:
    """Add the ticket's rating to the report that was submitted before it, unless the report was due by then."""
    names = {each.id for each in policy.tier_of(ticket.tier).milestones if each.report_to}
    clocks = [row for row in deadline_store.deadlines_of(db, ticket.id) if row.milestone in names]
    if ticket.rating is None or not clocks or clocks[-1].due_at < now:
        return False
    mine = (reports.c.ticket_id == ticket.id, reports.c.rating.is_(None))
    return db.execute(update(reports).where(*mine).values(rating=ticket.rating, rated_at=now)).rowcount > 0
