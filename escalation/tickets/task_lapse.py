"""Who helps with a ticket by what was asked for, and what lapses because nobody who was asked can answer any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.tiers import HELP_WITHDRAWN
from escalation.staff import all_staff
from escalation.tickets import clocks, history, task_store, ticket_store
from escalation.tickets.id_list import of_ids
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task import TicketTask
from escalation.tickets.task_events import TaskLapsed


def lapsed_among(db: Connection, due: Iterable[tuple[Ticket, TicketTask]]) -> list[TicketTask]:
    """Return those open tasks that nobody who was asked can answer: the ticket is closed to them, or they are disabled.

    A role or queue that somebody loses does not count: being asked is what lets them see the ticket.
    """
    due = list(due)
    here = {one.id for one in all_staff(db)} if due else set()
    return [task for ticket, task in due if not (task.asked & here) - ticket.closed]


def lapse(db: Connection, policy: Policy, task: TicketTask, now: datetime) -> TaskLapsed:
    """Withdraw an open task by nobody's word, its ticket locked; whoever asked must ask somebody else."""
    task_store.settle_task(db, task, "withdrawn", now)
    ticket = save_helpers(db, task, "task_lapsed", None, now)
    cancel_help_clock(db, policy, ticket, task, None, now)
    return TaskLapsed(ticket, replace(task, state="withdrawn", settled_at=now))


def cancel_help_clock(
    db: Connection, policy: Policy, ticket: Ticket, task: TicketTask, staff_id: int | None, now: datetime
) -> None:
    """End the clock of internal support with the request that started it."""
    if task.carries:
        history.log(db, ticket.id, HELP_WITHDRAWN, now, staff_id)
        clocks.record_fact(db, policy, ticket, HELP_WITHDRAWN, now)


def save_helpers(db: Connection, task: TicketTask, kind: str, staff_id: int | None, now: datetime) -> Ticket:
    """Write down who helps with the ticket now: whoever was asked for something that was not withdrawn."""
    old = ticket_store.lock_ticket(db, task.ticket_id)
    kept = (each for each in task_store.tasks_of(db, task.ticket_id) if each.state in ("open", "answered"))
    since = (each for each in kept if each.asked_at >= old.received_at)  # not from before a reopening
    ticket = replace(old, helpers=of_ids(one for each in since for one in each.asked))
    history.save_change(db, old, ticket, kind, now, staff_id, **task_told(task))
    return ticket


def task_told(task: TicketTask) -> dict[str, object]:
    """Return what a line of the history says of a task."""
    return {"task": task.id, "what": task.kind, "asked_of": task.asked_of}
