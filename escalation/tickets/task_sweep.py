"""Takes the due steps of tasks; every replica may sweep, and each step is taken once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from escalation.policy.model import Policy
from escalation.sla.steps import DueStep, EscalationStep, due_step, step_due_at
from escalation.tickets import history
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task import TicketTask
from escalation.tickets.task_events import TaskDue, TaskLapsed
from escalation.tickets.task_lapse import lapse, lapsed_among
from escalation.tickets.task_store import TASK_COLUMNS, ticket_tasks
from escalation.tickets.ticket_store import TICKET_COLUMNS, tickets

_KINDS = {"warning": "task_due", "breach": "task_late"}  # of lines of the history


def reminders(asked_at: datetime, due_at: datetime, before: timedelta, *, tells_asker: bool) -> list[dict[str, Any]]:
    """Return the steps of a task as a row holds them: before its end, or half way to a nearer one, and at its end."""
    early = min(before, (due_at - asked_at) / 2)
    late = ("asked", "asker") if tells_asker else ("asked",)
    steps = (EscalationStep("warning", -early, ("asked",)), EscalationStep("breach", timedelta(0), late))
    return [step.as_json() for step in steps]


def take_due_tasks(db: Connection, policy: Policy, now: datetime, limit: int) -> list[TaskDue | TaskLapsed]:
    """Take the due steps of up to `limit` tasks, one each, within this transaction; locks as `sweep.take_due_steps`.

    What nobody who was asked can answer any more lapses instead.
    """
    rows = _due(db, now, limit)
    lapsed = {task.id: task for task in lapsed_among(db, ((_ticket(row), _task(row)) for row in rows))}
    steps = _take_steps(db, [row for row in rows if _task(row).id not in lapsed and _is_step(db, row, now)], now)
    return [*(lapse(db, policy, task, now) for task in lapsed.values()), *steps]


def _is_step(db: Connection, row: Row[Any], now: datetime) -> bool:
    """Whether a step is due, and not only a look at who can answer: then it waits for its step again."""
    task = _task(row)
    at = step_due_at(task.schedule, task.due_at, task.step) if task.due_at is not None else None
    if at is not None and at <= now:
        return True
    _go_on(db, task, next_at=at)
    return False


def _take_steps(db: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[TaskDue]:
    taken = []
    for row in rows:
        task, found = _task(row), _move(row, now)
        late = {"breached_at": task.due_at} if found.kind == "breach" else {}
        if _go_on(db, task, step=found.step, next_at=found.next_at, **late):
            taken.append((row, found))
    if taken:
        history.log_many(db, [_line(row, found, now) for row, found in taken])
    return [TaskDue(_ticket(row), _task(row), each.kind, each.scheduled_at, now, each.to) for row, each in taken]


def _go_on(db: Connection, task: TicketTask, **values: Any) -> bool:
    """False when it is to be looked at again since it was read: whoever was asked may be disabled by now."""
    unchanged = (ticket_tasks.c.id == task.id, ticket_tasks.c.next_at == task.next_at)
    return db.execute(update(ticket_tasks).where(*unchanged).values(**values)).rowcount == 1


def _due(db: Connection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    due = (ticket_tasks.c.state == "open", ticket_tasks.c.next_at <= now)
    order = (ticket_tasks.c.next_at, ticket_tasks.c.id)
    columns = [column.label(f"t_{column.name}") for column in TASK_COLUMNS]
    query = select(*TICKET_COLUMNS, *columns).join_from(ticket_tasks, tickets, tickets.c.id == ticket_tasks.c.ticket_id)
    query = query.where(*due).order_by(*order)
    if db.dialect.name == "sqlite":
        return db.execute(query.limit(limit)).all()
    # Locked first, read afterwards: a join that locks may still show a task as it was before it waited.
    locks = select(tickets.c.id).join_from(ticket_tasks, tickets, tickets.c.id == ticket_tasks.c.ticket_id)
    locks = locks.where(*due).order_by(*order).limit(limit)
    held = set(db.scalars(locks.with_for_update(skip_locked=True, of=tickets, key_share=True)))
    return db.execute(query.where(tickets.c.id.in_(held))).all() if held else []


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(*row[: len(TICKET_COLUMNS)])


def _task(row: Row[Any]) -> TicketTask:
    return TicketTask(*row[len(TICKET_COLUMNS) :])


def _move(row: Row[Any], now: datetime) -> DueStep:
    task = _task(row)
    assert task.due_at is not None, "only a task with an end has steps"
    assert task.next_at is not None, "only tasks with a step to come are read"
    return due_step(task.schedule, task.due_at, task.step, task.next_at, now, acknowledged=False)


def _line(row: Row[Any], found: DueStep, now: datetime) -> history.HistoryEntry:
    task = _task(row)
    late = round((now - found.scheduled_at).total_seconds(), 3)
    data = {"task": task.id, "asked_of": task.asked_of, "late_s": late}
    return history.HistoryEntry(task.ticket_id, _KINDS[found.kind], now, None, data)
