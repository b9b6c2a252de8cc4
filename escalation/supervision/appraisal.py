"""What an appraisal of one agent may look at for a period; figures of service are the caller's to add."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from escalation.supervision.adherence import Adherence, adherence
from escalation.supervision.inspection_results import (
    InspectedPerson,
    counted,
    drawn_between,
    inspected_people,
    rows_of,
)
from escalation.supervision.inspection_store import (
    InspectedRecord,
    Rectification,
    find_records,
    find_rectifications,
)
from escalation.supervision.inspection_tables import inspections, rectifications
from escalation.supervision.periods import parse_period
from escalation.tickets.ratings import ratings
from escalation.tickets.ticket_store import tickets

PRAISE = 5  # the score that counts as praise where the customer says why
# Figures of service of an agent between two instants, by label; another room computes them.
ServiceFigures = Callable[[Connection, int, datetime, datetime], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Praise:
    """The best score of a customer, with the reason in their words."""

    ticket_id: int
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class AppraisalSheet:
    """What was inspected, praised and put right of one agent in a period, beside figures of service."""

    agent: InspectedPerson
    period: str
    inspected: Adherence
    records: tuple[InspectedRecord, ...]
    praise: tuple[Praise, ...]
    rectifications: tuple[Rectification, ...]
    service: Mapping[str, str]


def no_figures(_db: Connection, _agent_id: int, _since: datetime, _until: datetime) -> Mapping[str, str]:
    """Return no figures of service."""
    return {}


def appraisal_sheet(
    db: Connection, agent: InspectedPerson, period: str, zone: ZoneInfo, figures: ServiceFigures = no_figures
) -> AppraisalSheet:
    """Return the sheet of an agent; raises ValueError for what is no period."""
    since, until = parse_period(period, zone)
    found = find_records(db, counted(), inspections.c.agent_id == agent.id, drawn_between(since, until))
    asked = (rectifications.c.asked_at >= since, rectifications.c.asked_at < until)
    return AppraisalSheet(
        agent=agent,
        period=period,
        inspected=adherence(rows_of(found, inspected_people(db), zone)),
        records=tuple(found),
        praise=tuple(_praise(db, agent.id, since, until)),
        rectifications=tuple(find_rectifications(db, rectifications.c.person_id == agent.id, *asked)),
        service=figures(db, agent.id, since, until),
    )


def _praise(db: Connection, agent_id: int, since: datetime, until: datetime) -> list[Praise]:
    query = select(ratings.c.ticket_id, ratings.c.at, ratings.c.reason).join_from(
        ratings, tickets, tickets.c.id == ratings.c.ticket_id
    )
    best = (tickets.c.holder_id == agent_id, ratings.c.score == PRAISE, ratings.c.reason.is_not(None))
    within = (ratings.c.at >= since, ratings.c.at < until)
    return [Praise(*row) for row in db.execute(query.where(*best, *within).order_by(ratings.c.id)) if row.reason]
