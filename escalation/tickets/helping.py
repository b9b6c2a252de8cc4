"""Colleagues are asked on a ticket for help, a task or an approval; they answer, or it is no longer needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.tiers import HELP_ASKED, HELP_GIVEN
from escalation.sla.deadlines import start
from escalation.sla.steps import step_due_at
from escalation.staff import Staff, get_staff
from escalation.tickets import clocks, deadline_store, facts, history, task_store, ticket_store
from escalation.tickets.access import demand_visible
from escalation.tickets.id_list import of_ids
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.task import TicketTask
from escalation.tickets.task_events import TaskAnswered, TaskAsked, TaskWithdrawn
from escalation.tickets.task_lapse import cancel_help_clock, save_helpers, task_told
from escalation.tickets.task_rules import (
    TaskWish,
    demand_answerer,
    demand_askable,
    demand_asker,
    demand_open,
    demand_within_limit,
    text_of,
)
from escalation.tickets.task_sweep import reminders

MOST_OPEN = 20  # on one ticket


def ask(db: Connection, policy: Policy, ticket_id: int, who: Staff, wish: TaskWish, now: datetime) -> TaskAsked:
    """Ask colleagues as the holder, or for a task as a lead of its queue; they see the ticket until it ends.

    Help starts the clock of internal support unless it runs for earlier help; each request has reminders of its own.
    Raises Refused (`empty`, `too_long`, `due_in_the_past`, `unknown_approval`, `nobody_to_ask`, `closed_to_them`,
    `beyond_their_limit`, `too_many_tasks`, `finished`, `not_holder`, …).
    """
    words = text_of(wish.text)
    old = ticket_store.lock_ticket(db, ticket_id)
    demand_asker(old, who, wish.kind)
    people = demand_askable(policy, old, who, wish)
    earlier = [task for task in task_store.tasks_of(db, ticket_id) if task.state == "open"]
    if len(earlier) >= MOST_OPEN:
        raise Refused("too_many_tasks")
    knows_help = wish.kind == "help" and HELP_ASKED in policy.facts
    carries = knows_help and not any(task.carries for task in earlier)
    if carries:
        facts.record(db, policy, ticket_id, who, HELP_ASKED, now)
    due = _due(db, policy, old, now, carries=carries) if wish.kind == "help" else wish.due_at
    if due is not None and due <= now:
        raise Refused("due_in_the_past")
    steps = reminders(now, due, policy.remind_before, tells_asker=not carries) if due is not None else []
    task = TicketTask(
        id=0,
        ticket_id=ticket_id,
        kind=wish.kind,
        asked_of=wish.asked_of,
        people=of_ids(one.id for one in people),
        asked_by=who.id,
        asked_at=now,
        text=words,
        matter=wish.matter,
        amount=wish.amount,
        due_at=due,
        schedule=steps,
        step=0,
        next_at=step_due_at(steps, due, 0) if due is not None else None,
        carries=carries,
        state="open",
    )
    task = replace(task, id=task_store.insert_task(db, task))
    return TaskAsked(save_helpers(db, task, "task_asked", who.id, now), task, who.name)


def answer(
    db: Connection,
    policy: Policy,
    task_id: int,
    who: Staff,
    text: str,
    agreed: bool | None,
    now: datetime,
) -> TaskAnswered:
    """Answer as one who was asked; an approval with `agreed`, and with the reason where it is not given.

    Raises Refused (`unknown_task`, `disabled`, `forbidden`, `own_approval`, `own_request`, `not_asked`,
    `already_answered`, `task_withdrawn`, `task_over`, `no_decision`, `no_reason`, `beyond_your_limit`, `empty`,
    `too_long`).
    """
    task = _open_task(db, task_id)
    if get_staff(db, who.id) is None:
        raise Refused("disabled")
    demand_answerer(task, who)
    demand_visible(who, ticket_store.get_ticket(db, task.ticket_id))
    if task.kind != "approval":
        agreed = None
    elif agreed is None:
        raise Refused("no_decision")
    elif agreed:
        demand_within_limit(policy, task, who)
    elif not text.strip():
        raise Refused("no_reason")
    words = "" if agreed and not text.strip() else text_of(text)
    task_store.settle_task(db, task, "answered", now, answer=words, agreed=agreed, answered_by=who.id)
    ticket = ticket_store.get_ticket(db, task.ticket_id)
    history.log(
        db, ticket.id, "task_answered", now, who.id, **task_told(task), **({} if agreed is None else {"agreed": agreed})
    )
    if task.carries:
        history.log(db, ticket.id, HELP_GIVEN, now, who.id)
        clocks.record_fact(db, policy, ticket, HELP_GIVEN, now)
    done = replace(task, state="answered", answer=words, agreed=agreed, answered_by=who.id, settled_at=now)
    return TaskAnswered(ticket, done, who.name)


def withdraw(db: Connection, policy: Policy, task_id: int, who: Staff, now: datetime) -> TaskWithdrawn:
    """Withdraw what was asked for, as who asked, the ticket's holder or a lead of its queue.

    Who was asked for nothing else there sees the ticket no longer. Raises Refused (`unknown_task`, `not_asker`,
    `already_answered`, `task_withdrawn`, `task_over`).
    """
    task = _open_task(db, task_id)
    ticket = ticket_store.get_ticket(db, task.ticket_id)
    demand_visible(who, ticket)
    if who.id not in (task.asked_by, ticket.holder_id) and not who.leads_in(ticket.queue):
        raise Refused("not_asker")
    demand_open(task)
    task_store.settle_task(db, task, "withdrawn", now)
    ticket = save_helpers(db, task, "task_withdrawn", who.id, now)
    cancel_help_clock(db, policy, ticket, task, who.id, now)
    return TaskWithdrawn(ticket, replace(task, state="withdrawn", settled_at=now), who.name)


def end_with_ticket(db: Connection, ticket_id: int, now: datetime) -> None:
    """End what is still asked for on a ticket that ends; it is locked in this transaction."""
    for task in task_store.tasks_of(db, ticket_id):
        if task.state == "open":
            task_store.settle_task(db, task, "ended", now)


def demand_no_help_waits(db: Connection, ticket_id: int, fact: str) -> None:
    """Raise Refused (`answer_the_help`) for a fact that is recorded by the answer to help that was asked for."""
    waits = any(task.carries and task.state == "open" for task in task_store.tasks_of(db, ticket_id))
    if fact in (HELP_ASKED, HELP_GIVEN) and waits:
        raise Refused("answer_the_help")


def _due(db: Connection, policy: Policy, ticket: Ticket, now: datetime, *, carries: bool) -> datetime | None:
    """When help is due: with the ticket's clock of internal support, or by a clock like it."""
    tier = policy.tier_of(ticket.tier)
    milestone = next((one for one in tier.milestones if one.starts_on == HELP_ASKED), None)
    if milestone is None:
        return None
    if carries:
        return deadline_store.due_of(db, ticket.id, milestone.id)
    return start(policy, tier, policy.urgency_of(ticket.urgency), milestone, now, queue=ticket.queue).due_at


def _open_task(db: Connection, task_id: int) -> TicketTask:
    """The task, its ticket locked; whether it is open is asked after the rights."""
    found = task_store.get_task(db, task_id)
    if found is None:
        raise Refused("unknown_task")
    ticket_store.lock_ticket(db, found.ticket_id)
    task = task_store.get_task(db, task_id)
    assert task is not None, "tasks are never deleted"
    return task
