"""What waits for a person, as parts of another query: targets to be read, and the nearest day of an improvement."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from escalation.improvement.improvement_tables import improvements, target_reads, targets


def unread_targets(staff_id: ColumnElement[int]) -> ScalarSelect[int]:
    """Return how many announced targets a person has not read yet."""
    mine = (target_reads.c.target_id == targets.c.id, target_reads.c.staff_id == staff_id)
    # Said outright: left to itself, the inner query would read the table of `staff_id` anew, for everybody at once.
    read = select(target_reads.c.target_id).where(*mine).correlate_except(target_reads)
    unread = (targets.c.announced_at.is_not(None), targets.c.ended_at.is_(None), ~read.exists())
    return select(func.count()).select_from(targets).where(*unread).correlate_except(targets).scalar_subquery()


def nearest_day(staff_id: ColumnElement[int]) -> ScalarSelect[date]:
    """Return the nearest day by which an open improvement of a person is to be done; null without one."""
    mine = (improvements.c.person_id == staff_id, improvements.c.closed_at.is_(None))
    return select(func.min(improvements.c.due_on)).where(*mine).correlate_except(improvements).scalar_subquery()
