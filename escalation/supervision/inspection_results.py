"""Drawn records as rows that figures are made of, for who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from escalation.staff import Staff, staff
from escalation.supervision.adherence import InspectedRow
from escalation.supervision.inspection_store import Draw, InspectedRecord, find_records, get_draw
from escalation.supervision.inspection_tables import inspection_draws, inspections
from escalation.supervision.periods import month_of


@dataclass(frozen=True, slots=True)
class InspectedPerson:
    """Somebody whose work was inspected; also one who has left."""

    id: int
    login: str
    name: str
    has_left: bool


def inspected_people(db: Connection) -> dict[int, InspectedPerson]:
    """Return everybody who ever was of the staff, by id."""
    query = select(staff.c.id, staff.c.login, staff.c.name, staff.c.disabled_at)
    return {
        row.id: InspectedPerson(row.id, row.login, row.name, row.disabled_at is not None) for row in db.execute(query)
    }


def counted() -> ColumnElement[bool]:
    """Return the condition on `inspections` that a record counts: it is scored, or its ticket is by nobody."""
    other = inspections.alias("other")
    by_other = exists().where(other.c.ticket_id == inspections.c.ticket_id, other.c.state == "scored")
    return or_(inspections.c.state == "scored", ~by_other)


def drawn_between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Return the condition on `inspections` that the record was drawn in a period."""
    within = and_(inspection_draws.c.at >= since, inspection_draws.c.at < until)
    return inspections.c.draw_id.in_(select(inspection_draws.c.id).where(within))


def records_for(db: Connection, who: Staff, *where: ColumnElement[bool]) -> list[InspectedRecord]:
    """Return the counted records that a person supervises: a lead's of their queues, everybody's for the others."""
    found = find_records(db, counted(), *where)
    if who.role in ("manager", "admin"):
        return found
    return [each for each in found if who.leads_in(each.inspection.queue)]


def rows_of(
    found: Sequence[InspectedRecord], people: Mapping[int, InspectedPerson], zone: ZoneInfo
) -> list[InspectedRow]:
    """Return records as figures see them."""
    return [
        InspectedRow(
            period=month_of(each.draw.at, zone),
            tier=each.inspection.tier,
            agent=people[each.inspection.agent_id].login,
            queue=each.inspection.queue,
            checklist=each.draw.checklist,
            answers=each.answers,
            score=each.score,
            objected=each.objection is not None,
            upheld=each.objection is not None and each.objection.outcome == "upheld",
        )
        for each in found
    ]


def latest_draws(db: Connection, limit: int, *where: ColumnElement[bool]) -> list[tuple[Draw, int, int]]:
    """Return draws, the newest first, with how many records each drew and how many of these are scored."""
    query = select(inspection_draws.c.id).where(*where).order_by(inspection_draws.c.id.desc()).limit(limit)
    ids = list(db.scalars(query))
    scored = func.sum(case((inspections.c.state == "scored", 1), else_=0))
    counts = select(inspections.c.draw_id, func.count(), scored).where(inspections.c.draw_id.in_(ids))
    found = {row[0]: (int(row[1]), int(row[2])) for row in db.execute(counts.group_by(inspections.c.draw_id))}
    draws = [draw for draw in (get_draw(db, each) for each in ids) if draw is not None]
    return [(draw, *found.get(draw.id, (0, 0))) for draw in draws]
