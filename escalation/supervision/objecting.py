"""An agent objects to a score once, in words; somebody else than the inspector upholds it or explains the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from escalation.journal.journal_store import record
from escalation.staff import Staff, staff_names
from escalation.supervision.inspection_store import Inspection, Objection, Outcome, get_draw, get_inspection
from escalation.supervision.inspection_tables import inspection_objections, inspections
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.scoring import checked, score_of
from escalation.supervision.submitting import LONGEST
from escalation.tickets.ticket_store import get_ticket, lock_ticket


@dataclass(frozen=True, slots=True)
class ObjectionAnswer:
    """What comes of an objection, in words; upheld with the answers that count from now on."""

    outcome: Outcome
    words: str
    answers: Mapping[str, str]


def object_to(db: Connection, who: Staff, number: int, words: str, now: datetime) -> Inspection:
    """Object to the score of one's own work; raises SupervisionRefused."""
    found = _locked(db, number)
    if found.agent_id != who.id:
        raise SupervisionRefused("not_your_score")
    _demand_scored(found)
    if objection_of(db, number) is not None:
        raise SupervisionRefused("objected")
    if found.object_until is None or now > found.object_until:
        raise SupervisionRefused("objection_late", until=found.object_until)
    row = {"inspection_id": number, "at": now, "words": _demand_words(words), "answer": ""}
    db.execute(insert(inspection_objections).values(**row))
    record(db, f"inspection:{number}", "score objected to", who.login, now, after={"ticket": found.ticket_id})
    return found


def answer_objection(db: Connection, who: Staff, number: int, answer: ObjectionAnswer, now: datetime) -> Inspection:
    """Uphold an objection, with other answers and so another score, or explain the score; both scores stay.

    Raises SupervisionRefused.
    """
    found = _locked(db, number)
    if who.id in (found.inspector_id, found.agent_id):
        raise SupervisionRefused("own_score")
    if not supervises(db, who, found):
        raise SupervisionRefused("may_not_answer")
    objection = objection_of(db, number)
    if objection is None:
        raise SupervisionRefused("no_objection")
    if objection.outcome is not None:
        raise SupervisionRefused("answered", name=staff_names(db).get(objection.answered_by or 0, ""))
    if answer.outcome not in ("upheld", "explained"):
        raise SupervisionRefused("no_outcome")
    words = _demand_words(answer.words)
    values: dict[str, Any] = {"outcome": answer.outcome, "answer": words, "answered_by": who.id, "answered_at": now}
    after: dict[str, Any] = {"outcome": answer.outcome, "score": found.score, "answers": found.answers}
    if answer.outcome == "upheld":
        changed = _changed(db, found, answer.answers)
        values |= changed
        after |= {"score": changed["score_after"], "answers": changed["answers_after"]}
    db.execute(update(inspection_objections).where(inspection_objections.c.inspection_id == number).values(**values))
    before = {"score": found.score, "answers": found.answers}
    record(db, f"inspection:{number}", "objection answered", who.login, now, before=before, after=after)
    return found


def objection_of(db: Connection, number: int) -> Objection | None:
    """Return the objection to a score; None while there is none."""
    query = select(inspection_objections).where(inspection_objections.c.inspection_id == number)
    row = db.execute(query).one_or_none()
    return Objection(*row) if row is not None else None


def supervises(db: Connection, who: Staff, found: Inspection) -> bool:
    """Whether a person leads the queue of a record, or is manager or administrator; not where it is closed to them."""
    if not who.may("supervision") or who.id in get_ticket(db, found.ticket_id).closed:
        return False
    return who.role in ("manager", "admin") or who.leads_in(found.queue)


def waiting_for(who: Staff) -> list[Any]:
    """Return the conditions on `inspections` of those whose objection waits for somebody like this person."""
    objecting = select(inspection_objections.c.inspection_id).where(inspection_objections.c.outcome.is_(None))
    return [inspections.c.id.in_(objecting), inspections.c.inspector_id != who.id, inspections.c.agent_id != who.id]


def _changed(db: Connection, found: Inspection, answers: Mapping[str, str]) -> dict[str, Any]:
    drawn = get_draw(db, found.draw_id)
    assert drawn is not None, "a record belongs to a draw"
    after = checked(drawn.checklist, answers, whole=True)
    if after == found.answers:
        raise SupervisionRefused("unchanged")
    return {"answers_after": after, "score_after": score_of(drawn.checklist, after)}


def _locked(db: Connection, number: int) -> Inspection:
    lock_ticket(db, get_inspection(db, number).ticket_id)
    return get_inspection(db, number)


def _demand_scored(found: Inspection) -> None:
    if found.state != "scored":
        raise SupervisionRefused("not_scored", ticket=found.ticket_id)


def _demand_words(words: str) -> str:
    if not words.strip():
        raise SupervisionRefused("no_words")
    if len(words) > LONGEST:
        raise SupervisionRefused("too_long", most=LONGEST)
    return words.strip()
