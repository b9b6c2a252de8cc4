"""Draws, drawn records, objections and rectifications as values, and the SQL that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from escalation.policy.supervision import Checklist
from escalation.supervision.inspection_tables import (
    inspection_draws,
    inspection_objections,
    inspections,
    rectifications,
)
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.sampling import EndedTicket, SampleSize, choose

InspectionState = Literal["drawn", "draft", "scored"]
Outcome = Literal["upheld", "explained"]


@dataclass(frozen=True, slots=True)
class Draw:
    """Records that were drawn at once for one inspector, with all that makes the same draw again."""

    id: int
    inspector_id: int
    by: str
    at: datetime
    since: datetime
    until: datetime
    queue: str | None
    share: int
    least: int
    most: int | None
    seed: str
    edition: str
    items: list[Mapping[str, Any]]

    @property
    def checklist(self) -> Checklist:
        """The checklist as it was when the records were drawn."""
        return Checklist.from_json(self.items)

    def again(self, frame: Sequence[EndedTicket]) -> list[int]:
        """Return the tickets that the seed draws of the same candidates."""
        size = SampleSize(self.share, self.least, self.most)
        return [each.ticket_id for each in choose(frame, size, self.seed)]


@dataclass(frozen=True, slots=True)
class Inspection:
    """A drawn record; `score` is the inspector's, which stays when an objection to it is upheld."""

    id: int
    draw_id: int
    ticket_id: int
    inspector_id: int
    agent_id: int
    tier: str
    queue: str
    state: InspectionState
    answers: dict[str, str]
    remarks: dict[str, str]
    overall: str
    score: int | None
    saved_at: datetime | None
    scored_at: datetime | None
    object_until: datetime | None


@dataclass(frozen=True, slots=True)
class Objection:
    """What an agent objected to a score, and what came of it; without outcome it waits."""

    inspection_id: int
    at: datetime
    words: str
    outcome: Outcome | None
    answer: str
    answered_by: int | None
    answered_at: datetime | None
    answers_after: dict[str, str] | None
    score_after: int | None


@dataclass(frozen=True, slots=True)
class Rectification:
    """What somebody is to put right after an inspection, and by when."""

    id: int
    inspection_id: int
    person_id: int
    measure: str
    due_on: date
    asked_by: int
    asked_at: datetime
    done: str
    done_at: datetime | None
    reminded_at: datetime | None
    overdue_at: datetime | None

    def is_overdue(self, today: date) -> bool:
        """Whether its day is past and it is not done."""
        return self.done_at is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class InspectedRecord:
    """A drawn record with its draw, the objection to its score, and what is to be put right."""

    inspection: Inspection
    draw: Draw
    objection: Objection | None
    rectifications: tuple[Rectification, ...]

    @property
    def score(self) -> int | None:
        """The score that counts: the inspector's, or the one after an objection was upheld."""
        after = self.objection.score_after if self.objection is not None else None
        return self.inspection.score if after is None else after

    @property
    def answers(self) -> dict[str, str]:
        """The answers that count."""
        after = self.objection.answers_after if self.objection is not None else None
        return self.inspection.answers if after is None else after


# Not what could be drawn, which may be thousands of tickets.
_DRAW = [column for column in inspection_draws.c if column.name != "frame"]


def get_inspection(db: Connection, number: int) -> Inspection:
    """Return a drawn record; raises SupervisionRefused (`no_such_record`)."""
    row = db.execute(select(inspections).where(inspections.c.id == number)).one_or_none()
    if row is None:
        raise SupervisionRefused("no_such_record")
    return Inspection(*row)


def get_draw(db: Connection, number: int) -> Draw | None:
    """Return a draw; None for a number that none has."""
    row = db.execute(select(*_DRAW).where(inspection_draws.c.id == number)).one_or_none()
    return Draw(*row) if row is not None else None


def frame_of(db: Connection, draw_id: int) -> list[EndedTicket]:
    """Return what could be drawn in a draw."""
    frame = db.execute(select(inspection_draws.c.frame).where(inspection_draws.c.id == draw_id)).scalar_one()
    return [EndedTicket(*row) for row in frame]


def drawn_tickets(db: Connection, draw_id: int) -> list[int]:
    """Return the tickets of a draw."""
    query = select(inspections.c.ticket_id).where(inspections.c.draw_id == draw_id)
    return list(db.scalars(query.order_by(inspections.c.ticket_id)))


def scored_of(db: Connection, ticket_id: int) -> Inspection | None:
    """Return the scored record of a ticket, of which there is one at most."""
    scored = (inspections.c.ticket_id == ticket_id, inspections.c.state == "scored")
    row = db.execute(select(inspections).where(*scored)).one_or_none()
    return Inspection(*row) if row is not None else None


def get_record(db: Connection, number: int) -> InspectedRecord:
    """Return a drawn record with all that belongs to it; raises SupervisionRefused (`no_such_record`)."""
    return _with_rest(db, [get_inspection(db, number)])[0]


def find_records(db: Connection, *where: Any, limit: int | None = None) -> list[InspectedRecord]:
    """Return drawn records that satisfy all conditions on `inspections`, the newest first."""
    query = select(inspections).where(*where).order_by(inspections.c.id.desc()).limit(limit)
    return _with_rest(db, [Inspection(*row) for row in db.execute(query)])


def find_rectifications(db: Connection, *where: Any) -> list[Rectification]:
    """Return rectifications that satisfy all conditions, the nearest day first."""
    query = select(rectifications).where(*where).order_by(rectifications.c.due_on, rectifications.c.id)
    return [Rectification(*row) for row in db.execute(query)]


def _with_rest(db: Connection, found: Sequence[Inspection]) -> list[InspectedRecord]:
    if not found:
        return []
    ids, draws = [each.id for each in found], {each.draw_id for each in found}
    drawn = {row.id: Draw(*row) for row in db.execute(select(*_DRAW).where(inspection_draws.c.id.in_(draws)))}
    objecting = select(inspection_objections).where(inspection_objections.c.inspection_id.in_(ids))
    objections = {row.inspection_id: Objection(*row) for row in db.execute(objecting)}
    asked = find_rectifications(db, rectifications.c.inspection_id.in_(ids))
    return [
        InspectedRecord(
            each,
            drawn[each.draw_id],
            objections.get(each.id),
            tuple(one for one in asked if one.inspection_id == each.id),
        )
        for each in found
    ]
