"""Begins, changes and closes improvements, and notes how they go; each on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from escalation.improvement.improvement_rules import (
    Improvement,
    ImprovementWish,
    ProgressEntry,
    checked,
    demand_words,
)
from escalation.improvement.improvement_tables import improvement_progress, improvements
from escalation.improvement.overdue import OverdueImprovement
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.steering import demand_steering, may_steer
from escalation.improvement.targets import demand_known
from escalation.journal.journal_store import record
from escalation.policy.model import Policy
from escalation.staff import Staff, get_staff


def begin(db: Connection, policy: Policy, who: Staff, wish: ImprovementWish, today: date, now: datetime) -> Improvement:
    """Begin an improvement; raises ImprovementRefused."""
    demand_steering(who, wish.finding.queue)
    checked(wish, today)
    demand_known(policy, wish.finding.tier, wish.finding.queue)
    row = {**_finding(wish), **_plan(db, wish), "start_on": today, "made_by": who.login, "made_at": now}
    row |= {"outcome": "", "edits": 0}
    made = int(db.execute(insert(improvements).values(**row).returning(improvements.c.id)).scalar_one())
    record(db, f"improvement:{made}", "improvement begun", who.login, now, after=_told(row))
    return get_improvement(db, made)


def change(
    db: Connection, who: Staff, number: int, wish: ImprovementWish, edits: int, today: date, now: datetime
) -> Improvement:
    """Change cause, measure, person and day as they were after so many edits; raises ImprovementRefused."""
    found = _open_one(db, number)
    demand_steering(who, found.queue)
    checked(wish, None if wish.due_on == found.due_on else today)
    values = _plan(db, wish)
    _update(db, found, edits, values)
    told = f"improvement:{number}"
    before = {name: getattr(found, name) for name in values}
    record(db, told, "improvement changed", who.login, now, before=_told(before), after=_told(values))
    return get_improvement(db, number)


def add_progress(db: Connection, who: Staff, number: int, words: str, now: datetime) -> ProgressEntry:
    """Write how it goes: who does it, or who steers it. Raises ImprovementRefused."""
    found = _open_one(db, number)
    if found.person_id != who.id and not may_steer(who, found.queue):
        raise ImprovementRefused("not_yours")
    row = {"improvement_id": number, "at": now, "staff_id": who.id, "words": demand_words(words)}
    made = db.execute(insert(improvement_progress).values(**row).returning(improvement_progress.c.id)).scalar_one()
    record(db, f"improvement:{number}", "progress written", who.login, now, after={"entry": made})
    return ProgressEntry(int(made), number, now, who.id, str(row["words"]))


def close(db: Connection, who: Staff, number: int, outcome: str, edits: int, today: date, now: datetime) -> Improvement:
    """Close an improvement with what came of it; its effect is measured from the next day on."""
    found = _open_one(db, number)
    demand_steering(who, found.queue)
    values = {"outcome": demand_words(outcome), "closed_on": today, "closed_at": now}
    _update(db, found, edits, values)
    record(db, f"improvement:{number}", "improvement closed", who.login, now, after={"on": today.isoformat()})
    return get_improvement(db, number)


def get_improvement(db: Connection, number: int) -> Improvement:
    """Return an improvement; raises ImprovementRefused (`no_such_improvement`)."""
    found = find_improvements(db, improvements.c.id == number)
    if not found:
        raise ImprovementRefused("no_such_improvement")
    return found[0]


def find_improvements(db: Connection, *where: Any) -> list[Improvement]:
    """Return improvements that satisfy all conditions: open ones first, the nearest day first."""
    order = (improvements.c.closed_at.is_not(None), improvements.c.due_on, improvements.c.id)
    return [Improvement(*row) for row in db.execute(select(improvements).where(*where).order_by(*order))]


def find_overdue(db: Connection, today: date) -> list[OverdueImprovement]:
    """Return the open improvements that are past their day."""
    late = (improvements.c.closed_at.is_(None), improvements.c.due_on < today)
    query = select(improvements.c.id, improvements.c.person_id, improvements.c.due_on).where(*late)
    return [OverdueImprovement(*row) for row in db.execute(query.order_by(improvements.c.id))]


def progress_of(db: Connection, numbers: Sequence[int]) -> Mapping[int, Sequence[ProgressEntry]]:
    """Return the entries of improvements by their numbers, the latest first."""
    found: dict[int, list[ProgressEntry]] = {number: [] for number in numbers}
    mine = improvement_progress.c.improvement_id.in_(numbers)
    for row in db.execute(select(improvement_progress).where(mine).order_by(improvement_progress.c.id.desc())):
        found[row.improvement_id].append(ProgressEntry(*row))
    return found


def _open_one(db: Connection, number: int) -> Improvement:
    found = get_improvement(db, number)
    if found.closed_on is not None:
        raise ImprovementRefused("closed", day=found.closed_on.isoformat())
    return found


def _update(db: Connection, found: Improvement, edits: int, values: Mapping[str, Any]) -> None:
    mine = (improvements.c.id == found.id, improvements.c.edits == edits, improvements.c.closed_at.is_(None))
    if db.execute(update(improvements).where(*mine).values(**values, edits=edits + 1)).rowcount != 1:
        raise ImprovementRefused("changed_meanwhile")


def _finding(wish: ImprovementWish) -> dict[str, Any]:
    found = wish.finding
    names = ("indicator", "period", "value", "tier", "queue")
    return {"finding": found.words.strip(), **{name: getattr(found, name) for name in names}}


def _plan(db: Connection, wish: ImprovementWish) -> dict[str, Any]:
    if wish.person_id is None or get_staff(db, wish.person_id) is None:
        raise ImprovementRefused("person_left")
    plan = {"cause_kind": wish.cause_kind, "cause": wish.cause.strip(), "measure": wish.measure.strip()}
    return {**plan, "person_id": wish.person_id, "department": wish.department.strip(), "due_on": wish.due_on}


_IN_WORDS = frozenset({"finding", "cause", "measure", "outcome", "made_at", "edits"})  # sealed in their row, not here


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in _IN_WORDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}
