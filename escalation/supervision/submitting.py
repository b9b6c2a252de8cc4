"""Scores a drawn record: saved as a draft as often as wished, submitted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from escalation.journal.journal_store import record
from escalation.policy.supervision import Checklist
from escalation.staff import Staff, staff_names
from escalation.supervision.drawing import had_a_hand
from escalation.supervision.inspection_store import Inspection, get_draw, get_inspection, scored_of
from escalation.supervision.inspection_tables import inspections
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.scoring import checked, score_of
from escalation.tickets.ticket_store import lock_ticket, tickets

LONGEST = 2_000  # characters of a remark


@dataclass(frozen=True, slots=True)
class Scores:
    """What an inspector fills in: answers and remarks by item, and a remark on the whole."""

    answers: Mapping[str, str]
    remarks: Mapping[str, str] = field(default_factory=dict)
    overall: str = ""


def save_draft(db: Connection, who: Staff, number: int, scores: Scores, now: datetime) -> Inspection:
    """Keep what is filled in so far; raises SupervisionRefused as `submit` does, but for what is still open."""
    found, checklist = _demand_open(db, who, number)
    answers = checked(checklist, scores.answers, whole=False)
    values = {"state": "draft", "answers": answers, "saved_at": now, **_texts(checklist, scores)}
    db.execute(update(inspections).where(inspections.c.id == found.id).values(**values))
    return get_inspection(db, number)


def submit(
    db: Connection, who: Staff, number: int, scores: Scores, object_within: timedelta, now: datetime
) -> Inspection:
    """Score a record by the checklist of its draw; return it, scored.

    Locks the ticket: of two inspectors who submit at once the first counts. Raises SupervisionRefused.
    """
    found, checklist = _demand_open(db, who, number)
    answers = checked(checklist, scores.answers, whole=True)
    score = score_of(checklist, answers)
    values = {"state": "scored", "answers": answers, "score": score, "saved_at": now, **_texts(checklist, scores)}
    values |= {"scored_at": now, "object_until": now + object_within}
    db.execute(update(inspections).where(inspections.c.id == found.id).values(**values))
    told = {"ticket": found.ticket_id, "agent": found.agent_id, "score": score, "answers": answers}
    record(db, f"inspection:{number}", "record scored", who.login, now, after=told)
    return get_inspection(db, number)


def of_ticket(db: Connection, who: Staff, ticket_id: int) -> Inspection:
    """Return the record of a ticket that was drawn last for this person; raises SupervisionRefused (`not_drawn`)."""
    mine = (inspections.c.ticket_id == ticket_id, inspections.c.inspector_id == who.id)
    row = db.execute(select(inspections).where(*mine).order_by(inspections.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise SupervisionRefused("not_drawn", ticket=ticket_id)
    return Inspection(*row)


def _demand_open(db: Connection, who: Staff, number: int) -> tuple[Inspection, Checklist]:
    """The record, its ticket locked, and the checklist it is scored by."""
    ticket_id = get_inspection(db, number).ticket_id
    ticket, found = lock_ticket(db, ticket_id), get_inspection(db, number)
    if found.inspector_id != who.id or who.role != "inspector":
        raise SupervisionRefused("not_drawn", ticket=ticket_id)
    if who.id in ticket.closed:
        raise SupervisionRefused("closed_to_you", ticket=ticket_id)
    if db.scalar(select(tickets.c.id).where(tickets.c.id == ticket_id, had_a_hand(who.id))) is not None:
        raise SupervisionRefused("own_ticket", ticket=ticket_id)
    scored = scored_of(db, ticket_id)
    if scored is not None and scored.inspector_id == who.id:
        raise SupervisionRefused("scored_by_you", ticket=ticket_id)
    if scored is not None:
        name = staff_names(db).get(scored.inspector_id, "")
        raise SupervisionRefused("scored_by_other", ticket=ticket_id, name=name)
    drawn = get_draw(db, found.draw_id)
    assert drawn is not None, "a record belongs to a draw"
    return found, drawn.checklist


def _texts(checklist: Checklist, scores: Scores) -> dict[str, object]:
    """The columns of what is written; raises SupervisionRefused (`unknown_item`, `too_long`)."""
    known = [item.id for item in checklist.items]
    for name in scores.remarks:
        if name not in known:
            raise SupervisionRefused("unknown_item", item=name, items=", ".join(known))
    if any(len(text) > LONGEST for text in (*scores.remarks.values(), scores.overall)):
        raise SupervisionRefused("too_long", most=LONGEST)
    remarks = {name: text.strip() for name, text in scores.remarks.items() if text.strip()}
    return {"remarks": remarks, "overall": scores.overall.strip()}
