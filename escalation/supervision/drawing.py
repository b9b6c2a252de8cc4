"""Draws ended tickets for an inspector, who reads these and no others, and keeps what makes the same draw again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select

from escalation.journal.journal_store import record
from escalation.policy.supervision import Supervision
from escalation.staff import Staff
from escalation.supervision.inspection_store import Draw, get_draw
from escalation.supervision.inspection_tables import inspection_draws, inspections
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.sampling import EndedTicket, SampleSize, choose
from escalation.tickets import history, ticket_store
from escalation.tickets.history import ticket_events
from escalation.tickets.id_list import ids_in, of_ids
from escalation.tickets.task_store import ticket_tasks
from escalation.tickets.ticket_store import notes, tickets

MOST = 200  # tickets drawn at once


@dataclass(frozen=True, slots=True)
class DrawWish:
    """Of which period and queue records are drawn, how many, and by which seed."""

    since: datetime
    until: datetime
    size: SampleSize
    seed: str
    queue: str | None = None


def draw(
    db: Connection, supervision: Supervision | None, inspector: Staff, wish: DrawWish, by: str, now: datetime
) -> tuple[Draw, list[int]]:
    """Draw ended tickets for an inspector; return the draw and its tickets.

    `by`: a sign-in name, "cli" or "system". Each draw stands in the tickets' histories and in the journal. Raises
    SupervisionRefused.
    """
    if supervision is None:
        raise SupervisionRefused("no_section")
    if inspector.role != "inspector":
        raise SupervisionRefused("not_inspector", login=inspector.login, name=inspector.name)
    if wish.since >= wish.until:
        raise SupervisionRefused("bad_period")
    if wish.size.most is not None and not 1 <= wish.size.most <= MOST:
        raise SupervisionRefused("bad_count", most=MOST, count=wish.size.most)
    frame = _frame(db, inspector, wish)
    size = replace(wish.size, most=min(wish.size.most or MOST, MOST))
    drawn = choose(frame, size, wish.seed)
    made = _insert(db, supervision, inspector, replace(wish, size=size), frame, by, now)
    for each in drawn:
        _draw_one(db, made, each, inspector, now)
    numbers = [each.ticket_id for each in drawn]
    told: dict[str, Any] = {"inspector": inspector.login, "since": wish.since, "until": wish.until, "queue": wish.queue}
    told |= {"of": len(frame), "seed": wish.seed, "checklist": made.edition, "tickets": numbers}
    record(db, f"inspection_draw:{made.id}", "records drawn", by, now, after=told)
    return made, numbers


def _frame(db: Connection, inspector: Staff, wish: DrawWish) -> list[EndedTicket]:
    """What may be drawn; raises SupervisionRefused where that is nothing."""
    ended = _ended(wish)
    query = select(tickets.c.id, tickets.c.holder_id, tickets.c.tier).where(*ended).order_by(tickets.c.id)
    found = db.execute(query.where(*_theirs_to_inspect(inspector.id))).all()
    if not found:
        any_ended = db.scalar(select(tickets.c.id).where(*ended).limit(1)) is not None
        raise SupervisionRefused("nothing_left" if any_ended else "nothing_ended")
    return [EndedTicket(*row) for row in found]


def _ended(wish: DrawWish) -> list[ColumnElement[bool]]:
    at = func.coalesce(tickets.c.resolved_at, tickets.c.closed_at)
    ended = [tickets.c.state.in_(("resolved", "closed")), at >= wish.since, at < wish.until]
    ended += [tickets.c.holder_id.is_not(None), tickets.c.merged_into.is_(None)]
    return ended if wish.queue is None else [*ended, tickets.c.queue == wish.queue]


def _theirs_to_inspect(inspector_id: int) -> list[ColumnElement[bool]]:
    """Conditions: they had no hand in it, it is not closed to them, nor scored, nor drawn for them before."""
    known = or_(inspections.c.inspector_id == inspector_id, inspections.c.state == "scored")
    drawn = exists().where(inspections.c.ticket_id == tickets.c.id, known)
    return [~had_a_hand(inspector_id), ~tickets.c.closed_to.contains(of_ids([inspector_id])), ~drawn]


def had_a_hand(staff_id: int) -> ColumnElement[bool]:
    """Return the condition on tickets that a person held, resolved, wrote on, opened or helped with them."""
    me = of_ids([staff_id])
    acted = exists().where(ticket_events.c.ticket_id == tickets.c.id, ticket_events.c.staff_id == staff_id)
    asked = exists().where(ticket_tasks.c.ticket_id == tickets.c.id, ticket_tasks.c.people.contains(me))
    noted = exists().where(notes.c.ticket_id == tickets.c.id, notes.c.staff_id == staff_id)
    held = or_(*(column == staff_id for column in (tickets.c.holder_id, tickets.c.assignee_id, tickets.c.opened_by)))
    return or_(func.coalesce(held, False), tickets.c.helpers.contains(me), acted, noted, asked)


def _insert(
    db: Connection,
    supervision: Supervision,
    inspector: Staff,
    wish: DrawWish,
    frame: list[EndedTicket],
    by: str,
    now: datetime,
) -> Draw:
    checklist = supervision.checklist
    values: dict[str, Any] = {
        "inspector_id": inspector.id,
        "by": by,
        "at": now,
        "since": wish.since,
        "until": wish.until,
    }
    values |= {"queue": wish.queue, "share": wish.size.share, "least": wish.size.least, "most": wish.size.most}
    values |= {"seed": wish.seed, "edition": checklist.edition, "checklist": checklist.as_json()}
    values["frame"] = [[each.ticket_id, each.agent_id, each.tier] for each in frame]
    number = db.execute(insert(inspection_draws).values(**values).returning(inspection_draws.c.id)).scalar_one()
    made = get_draw(db, number)
    assert made is not None, "just written"
    return made


def _draw_one(db: Connection, made: Draw, each: EndedTicket, inspector: Staff, now: datetime) -> None:
    old = ticket_store.lock_ticket(db, each.ticket_id)
    new = replace(old, drawn_for=of_ids(ids_in(old.drawn_for) | {inspector.id}))
    history.save_change(db, old, new, "drawn", now)
    row: dict[str, Any] = {
        "draw_id": made.id,
        "ticket_id": old.id,
        "inspector_id": inspector.id,
        "agent_id": each.agent_id,
    }
    row |= {"tier": each.tier, "queue": old.queue, "state": "drawn"}
    db.execute(insert(inspections).values(**row, answers={}, remarks={}, overall=""))
