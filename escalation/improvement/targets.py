"""Sets, changes, announces and ends targets, and notes who has read them; each on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from escalation.improvement.improvement_tables import target_reads, targets
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.steering import demand_steering
from escalation.improvement.target_rules import Target, TargetWish, checked
from escalation.journal.journal_store import record
from escalation.policy.model import Policy
from escalation.staff import Staff, get_staff


def add_target(db: Connection, policy: Policy, who: Staff, wish: TargetWish, today: date, now: datetime) -> Target:
    """Set a target; raises ImprovementRefused."""
    demand_steering(who, wish.queue)
    values = _values(db, policy, wish, today)
    row = {**values, "made_by": who.login, "made_at": now, "edits": 0}
    made = int(db.execute(insert(targets).values(**row).returning(targets.c.id)).scalar_one())
    record(db, f"target:{made}", "target set", who.login, now, after=_told(values))
    return get_target(db, made)


def change_target(
    db: Connection, policy: Policy, who: Staff, number: int, wish: TargetWish, edits: int, today: date, now: datetime
) -> Target:
    """Change a target as it was after so many edits; raises ImprovementRefused (`changed_meanwhile`, …)."""
    found = _open_target(db, who, number)
    demand_steering(who, wish.queue)
    values = _values(db, policy, wish, today)
    _update(db, found, edits, values)
    before = {name: getattr(found, name) for name in values}
    record(db, f"target:{number}", "target changed", who.login, now, before=_told(before), after=_told(values))
    return get_target(db, number)


def announce_target(db: Connection, who: Staff, number: int, now: datetime) -> Target:
    """Show a target to all staff until each has read it; raises ImprovementRefused."""
    found = _open_target(db, who, number)
    if found.announced_at is not None:
        raise ImprovementRefused("announced")
    _update(db, found, found.edits, {"announced_at": now})
    record(db, f"target:{number}", "target announced", who.login, now)
    return get_target(db, number)


def end_target(db: Connection, who: Staff, number: int, now: datetime) -> Target:
    """End a target, which stays on record; raises ImprovementRefused."""
    found = _open_target(db, who, number)
    _update(db, found, found.edits, {"ended_at": now})
    record(db, f"target:{number}", "target ended", who.login, now)
    return get_target(db, number)


def read_target(db: Connection, who: Staff, number: int, now: datetime) -> None:
    """Note that a person has read an announced target, once; raises ImprovementRefused."""
    db.execute(select(targets.c.id).where(targets.c.id == number).with_for_update())  # a double tap waits here
    if get_target(db, number).announced_at is None:
        raise ImprovementRefused("not_announced")
    mine = (target_reads.c.target_id == number, target_reads.c.staff_id == who.id)
    if db.scalar(select(target_reads.c.at).where(*mine)) is None:
        db.execute(insert(target_reads).values(target_id=number, staff_id=who.id, at=now))


def get_target(db: Connection, number: int) -> Target:
    """Return a target; raises ImprovementRefused (`no_such_target`)."""
    row = db.execute(select(targets).where(targets.c.id == number)).one_or_none()
    if row is None:
        raise ImprovementRefused("no_such_target")
    return Target(*row)


def find_targets(db: Connection, *where: Any) -> list[Target]:
    """Return targets that satisfy all conditions, those of the highest priority first."""
    priority = (targets.c.impact * targets.c.difficulty).desc()
    query = select(targets).where(*where).order_by(priority, targets.c.goal_on, targets.c.id)
    return [Target(*row) for row in db.execute(query)]


def running_targets(db: Connection) -> list[Target]:
    """Return the targets that nobody has ended."""
    return find_targets(db, targets.c.ended_at.is_(None))


def readers_of(db: Connection, numbers: Sequence[int]) -> Mapping[int, Mapping[int, datetime]]:
    """Return by target who has read it (staff id), and when."""
    found: dict[int, dict[int, datetime]] = {number: {} for number in numbers}
    query = select(target_reads).where(target_reads.c.target_id.in_(numbers)).order_by(target_reads.c.at)
    for row in db.execute(query):
        found[row.target_id][row.staff_id] = row.at
    return found


def _open_target(db: Connection, who: Staff, number: int) -> Target:
    found = get_target(db, number)
    demand_steering(who, found.queue)
    if found.ended_at is not None:
        raise ImprovementRefused("target_ended")
    return found


def _update(db: Connection, found: Target, edits: int, values: Mapping[str, Any]) -> None:
    mine = (targets.c.id == found.id, targets.c.edits == edits, targets.c.ended_at.is_(None))
    if db.execute(update(targets).where(*mine).values(**values, edits=edits + 1)).rowcount != 1:
        raise ImprovementRefused("changed_meanwhile")


def _values(db: Connection, policy: Policy, wish: TargetWish, today: date) -> dict[str, Any]:
    checked(wish, today)
    demand_known(policy, wish.tier, wish.queue)
    if wish.owner_id is None:
        raise ImprovementRefused("no_owner")
    if get_staff(db, wish.owner_id) is None:
        raise ImprovementRefused("owner_left")
    names = ("indicator", "tier", "queue", "start_value", "start_on", "goal_value", "goal_on", "owner_id")
    return {name: getattr(wish, name) for name in (*names, "impact", "difficulty")}


def demand_known(policy: Policy, tier: str | None, queue: str | None) -> None:
    """Raise ImprovementRefused for a tier or queue that the policy has none of."""
    if tier is not None and tier not in policy.tiers:
        raise ImprovementRefused("unknown_tier", tier=tier)
    if queue is not None and queue not in policy.queues:
        raise ImprovementRefused("unknown_queue", queue=queue)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
