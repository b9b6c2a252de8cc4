"""Which notices still tell a person of something to act on, and which of them say the latest of one fact."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from bot.notifications.notice_tables import notices
from escalation.roles import is_lead
from escalation.staff import Staff
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.ticket_store import tickets

OF_DEADLINES = ("warning", "breach", "overdue", "reminder", "check_in")
# A ticket that waits to be taken: the newest of these says it all, and whoever takes it makes them needless.
OF_TAKING = ("new", "assigned", "unclaimed", "nobody", "reopened", "rerouted", "reassigned")
# To be read even if the ticket they are filed under has ended or is in other hands.
TO_BE_READ = (
    *("withdrawn", "report", "incident", "storm", "morning", "left"),
    *("answered", "task_withdrawn", "task_lapsed", "customer_answer", "customer_silent", "unhappy", "inspection"),
)
_FOR_EVERYBODY = ("critical", "overdue")  # also for those to whom a waiting ticket was not assigned


def first_line(people: Iterable[Staff], queue: str) -> frozenset[int]:
    """Return the ids of who takes a queue's tickets: its agents; without any its leads, then whoever else works it."""
    here = [one for one in people if one.works(queue)]
    agents = [one for one in here if one.role == "agent"]
    leads = [one for one in here if one.role == "lead" and is_lead(one.role, one.queues)]
    return frozenset(one.id for one in agents or leads or here)


def queues_taken(people: Sequence[Staff], who: Staff, queues: Sequence[str]) -> list[str]:
    """Return those of `queues` whose tickets this person takes."""
    return [queue for queue in queues if who.id in first_line(people, queue)]


def still_current(who: Staff) -> ColumnElement[bool]:
    """Return the condition on notices, joined with their tickets and deadlines, that somebody still has to act.

    Gone are those of a deadline that has ended, of a ticket that has ended, and of a ticket that others have claimed
    since or are to claim.
    """
    kind = notices.c.kind
    is_open = tickets.c.state.in_(("waiting", "claimed"))
    runs = or_(deadlines.c.state == "open", and_(notices.c.deadline_id.is_(None), is_open))
    matters = or_(and_(kind.in_(OF_DEADLINES), runs), and_(kind.not_in(OF_DEADLINES), is_open))
    to_take = or_(notices.c.audience == "queue", kind.in_(OF_TAKING))
    told_since = and_(tickets.c.claimed_at.is_not(None), notices.c.at > tickets.c.claimed_at)
    untaken = or_(~to_take, tickets.c.holder_id.is_(None), tickets.c.holder_id == who.id, told_since)
    given = and_(kind == "assigned", or_(tickets.c.assignee_id == who.id, tickets.c.holder_id == who.id))
    free = or_(notices.c.audience != "queue", kind.in_(_FOR_EVERYBODY), tickets.c.assignee_id.is_(None))
    mine = or_(given, and_(kind != "assigned", or_(free, tickets.c.assignee_id == who.id)))
    return or_(kind.in_(TO_BE_READ), and_(matters, untaken, mine))


def latest_of_each_fact(rows: Iterable[Any]) -> list[Any]:
    """Return the rows, newest first, without those that a newer one of the same fact has overtaken."""
    seen: set[Hashable] = set()
    found = []
    for row in rows:
        fact = _fact(row)
        if fact not in seen:
            seen.add(fact)
            found.append(row)
    return found


def _fact(row: Any) -> Hashable:
    if row.kind in OF_DEADLINES and row.deadline_id is not None:
        return row.ticket_id, row.deadline_id
    if row.kind in OF_TAKING:
        return row.ticket_id, "taking"
    if row.kind == "morning":  # each lists everything that is left
        return "morning"
    if row.kind in ("urge", "customer_silent"):
        return row.ticket_id, row.kind
    return str(row.ref)
