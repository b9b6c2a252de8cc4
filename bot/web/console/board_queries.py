"""Queries of the board, whose number does not grow with the number of tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from bot.notifications import notice_inbox
from bot.rules import Rules
from bot.web.console import desk_list
from bot.web.console.deadline_view import fault_in_words
from bot.web.console.desk_list import DeskView, Show, is_work
from escalation.policy.model import Policy
from escalation.staff import Staff, staff_names
from escalation.staffing import roster_store
from escalation.staffing.choose import AgentCandidate
from escalation.staffing.on_duty import read_people
from escalation.tickets.access import visible_to
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.queries import late_promises
from escalation.tickets.ticket_store import tickets


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """How many tickets with work left a queue has, and how many of them with a breached promise."""

    queue: str
    about: str
    tickets: int
    late: int


@dataclass(frozen=True, slots=True)
class CalendarAlert:
    """A calendar without working time ahead, and the tickets whose deadlines cannot be computed."""

    what: str
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What stands around one person's list of tickets."""

    queues: tuple[QueueSummary, ...]
    counts: Mapping[Show, int]
    late: int  # in all of their queues
    faults: tuple[CalendarAlert, ...]
    unread: int  # notices


def read_board(db: Connection, rules: Rules, who: Staff, queues: Sequence[str], view: DeskView, now: datetime) -> Board:
    """Return what stands around the list: counts, the queues with breached promises first, faults of the calendar."""
    summaries = _queues(db, rules.policy, who, now)
    counts = desk_list.count_shows(db, who, view, now)
    unread = notice_inbox.count_unread(db, who, queues)
    late = sum(each.late for each in summaries)
    return Board(summaries, counts, late, _faults(db, who, now), unread)


def on_duty(db: Connection, now: datetime) -> list[tuple[str, AgentCandidate]] | None:
    """Return who is on shift now, with names and their number of tickets; None without a roster."""
    if not roster_store.in_use(db):
        return None
    names = staff_names(db)
    return [(names[one.staff_id], one) for one in read_people(db, now).candidates if one.on_duty]


def _faults(db: Connection, who: Staff, now: datetime) -> tuple[CalendarAlert, ...]:
    faulty = (deadlines.c.state == "open", deadlines.c.fault.is_not(None))
    query = select(deadlines.c.fault, deadlines.c.ticket_id).join(tickets, tickets.c.id == deadlines.c.ticket_id)
    found: dict[str, set[int]] = {}
    for fault, number in db.execute(query.where(*faulty, is_work(now), visible_to(who))):
        found.setdefault(fault_in_words(fault), set()).add(number)
    return tuple(CalendarAlert(what, tuple(sorted(numbers))) for what, numbers in sorted(found.items()))


def _queues(db: Connection, policy: Policy, who: Staff, now: datetime) -> tuple[QueueSummary, ...]:
    """Queues with breached promises first, then those with tickets, in the policy's order.

    A queue that the policy no longer names still shows its own.
    """
    late = func.sum(case((late_promises(now), 1), else_=0))
    query = select(tickets.c.queue, func.count(), late).where(is_work(now), visible_to(who)).group_by(tickets.c.queue)
    found = {queue: (count, int(broken)) for queue, count, broken in db.execute(query)}
    mine = [queue for queue in policy.queues if who.reads_all or who.works(queue)]
    about = {queue: each.about for queue, each in policy.queues.items()}
    named = dict.fromkeys((*mine, *sorted(found)))
    summaries = [QueueSummary(queue, about.get(queue, ""), *found.get(queue, (0, 0))) for queue in named]
    return tuple(sorted(summaries, key=lambda each: (not each.late, not each.tickets)))
