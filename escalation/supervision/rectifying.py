"""What is to be put right after an inspection: by whom, by when, what was done, and whom it reminds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from escalation.journal.journal_store import record
from escalation.staff import Staff, get_staff
from escalation.supervision.inspection_store import Rectification, find_rectifications, get_inspection
from escalation.supervision.inspection_tables import rectifications
from escalation.supervision.objecting import supervises
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.submitting import LONGEST
from escalation.tickets.access import sees
from escalation.tickets.ticket_store import get_ticket

Reminder = Literal["soon", "overdue"]
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RectificationWish:
    """Who is to put what right, and by when."""

    person_id: int | None
    measure: str
    due_on: date | None


def rectify(
    db: Connection, who: Staff, number: int, wish: RectificationWish, today: date, now: datetime
) -> Rectification:
    """Ask somebody to put something right after a record was scored; raises SupervisionRefused."""
    found = get_inspection(db, number)
    if found.inspector_id != who.id and not supervises(db, who, found):
        raise SupervisionRefused("may_not_rectify")
    if found.state != "scored":
        raise SupervisionRefused("not_scored", ticket=found.ticket_id)
    person_id, due_on = _demand_person(db, wish.person_id, found.ticket_id), _demand_day(wish.due_on, today)
    measure = wish.measure.strip()
    if not measure:
        raise SupervisionRefused("no_measure")
    if len(measure) > LONGEST:
        raise SupervisionRefused("too_long", most=LONGEST)
    row: dict[str, Any] = {"inspection_id": number, "person_id": person_id, "measure": measure, "due_on": due_on}
    row |= {"asked_by": who.id, "asked_at": now, "done": ""}
    row["reminded_at"] = now if due_on <= today + SOON else None  # being asked says it
    made = db.execute(insert(rectifications).values(**row).returning(rectifications.c.id)).scalar_one()
    told = {"rectification": made, "person": person_id, "due_on": due_on.isoformat()}
    record(db, f"inspection:{number}", "rectification asked for", who.login, now, after=told)
    return _get(db, made)


def mark_done(db: Connection, who: Staff, rectification_id: int, words: str, now: datetime) -> Rectification:
    """Say what was done, once: who was asked, or who supervises the record. Raises SupervisionRefused."""
    found = _get(db, rectification_id)
    if found.person_id != who.id and not supervises(db, who, get_inspection(db, found.inspection_id)):
        raise SupervisionRefused("not_your_rectification")
    if not words.strip():
        raise SupervisionRefused("no_words")
    if len(words) > LONGEST:
        raise SupervisionRefused("too_long", most=LONGEST)
    is_open = (rectifications.c.id == found.id, rectifications.c.done_at.is_(None))
    done = update(rectifications).where(*is_open).values(done=words.strip(), done_at=now)
    if db.execute(done).rowcount != 1:
        raise SupervisionRefused("rectified")
    told = {"rectification": found.id}
    record(db, f"inspection:{found.inspection_id}", "rectification done", who.login, now, after=told)
    return _get(db, found.id)


def are_due(db: Connection, today: date) -> bool:
    """Whether somebody is to be reminded; reads only."""
    return db.scalar(select(rectifications.c.id).where(_due(today)).limit(1)) is not None


def take_due(db: Connection, today: date, now: datetime, limit: int) -> list[tuple[Rectification, Reminder]]:
    """Take rectifications of which somebody is to be told now, each once for each reminder."""
    taken: list[tuple[Rectification, Reminder]] = []
    for found in find_rectifications(db, _due(today))[:limit]:
        reminder: Reminder = "overdue" if found.is_overdue(today) else "soon"
        column = rectifications.c.overdue_at if reminder == "overdue" else rectifications.c.reminded_at
        first = update(rectifications).where(rectifications.c.id == found.id, column.is_(None))
        if db.execute(first.values({column: now})).rowcount == 1:
            taken.append((found, reminder))
    return taken


def _due(today: date) -> ColumnElement[bool]:
    """The day before its last one, and once its last one is past."""
    table = rectifications.c
    soon = and_(table.due_on <= today + SOON, table.due_on >= today, table.reminded_at.is_(None))
    return and_(table.done_at.is_(None), table.overdue_at.is_(None), or_(soon, table.due_on < today))


def _demand_person(db: Connection, person_id: int | None, ticket_id: int) -> int:
    if person_id is None:
        raise SupervisionRefused("no_person")
    person = get_staff(db, person_id)
    if person is None:
        raise SupervisionRefused("person_left")
    if not sees(person, get_ticket(db, ticket_id)):
        raise SupervisionRefused("person_unfit", name=person.name)
    return person.id


def _demand_day(due_on: date | None, today: date) -> date:
    if due_on is None:
        raise SupervisionRefused("no_day")
    if due_on < today:
        raise SupervisionRefused("day_past")
    return due_on


def _get(db: Connection, number: int) -> Rectification:
    found = find_rectifications(db, rectifications.c.id == number)
    if not found:
        raise SupervisionRefused("no_such_rectification")
    return found[0]
