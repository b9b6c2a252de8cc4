"""Help, tasks and approvals as pages show them, to the person who looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.wording.labels import customer_label
from bot.wording.tasks import answer_in_words, task_label
from escalation.customers.customer_store import find_customers
from escalation.staff import Staff, staff_names
from escalation.tickets import task_store
from escalation.tickets.access import sees
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task import TicketTask
from escalation.tickets.ticket_store import find_tickets, tickets

SETTLED = 20  # of those answered lately


@dataclass(frozen=True, slots=True)
class TaskCard:
    """Something that was asked for on a ticket."""

    task: TicketTask
    label: str
    asker: str
    answerer: str
    answer: str
    may_answer: bool
    may_withdraw: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class AskedOfMe:
    """A request to this person, with its ticket."""

    card: TaskCard
    ticket: Ticket
    customer: str


@dataclass(frozen=True, slots=True)
class TasksPage:
    """What is asked of a person, what they have asked for, and what they answered lately."""

    asked: tuple[AskedOfMe, ...]
    asking: tuple[AskedOfMe, ...]
    answered: tuple[AskedOfMe, ...]


def cards_of(
    db: Connection, who: Staff, ticket: Ticket, names: Mapping[int, str], now: datetime
) -> tuple[TaskCard, ...]:
    """Return everything asked for on a ticket, open ones first, the newest first among those that are over."""
    found = task_store.tasks_of(db, ticket.id)
    order = sorted(found, key=lambda task: (task.state != "open", task.id if task.state == "open" else -task.id))
    return tuple(_card(who, ticket, task, names, now) for task in order)


def read_tasks_page(db: Connection, rules: Rules, who: Staff, now: datetime) -> TasksPage:
    """Return this person's requests; those of tickets they may not see are left out."""
    mine, asked = task_store.asked_of(who.id), task_store.ticket_tasks.c.asked_by == who.id
    open_mine, asking = task_store.open_tasks(db, mine), task_store.open_tasks(db, asked)
    answered = task_store.settled_tasks(db, SETTLED, task_store.ticket_tasks.c.answered_by == who.id)
    ids = {task.ticket_id for task in (*open_mine, *asking, *answered)}
    seen = {each.id: each for each in find_tickets(db, tickets.c.id.in_(ids), limit=len(ids)) if sees(who, each)}
    contacts = {each.contact_id for each in seen.values() if each.contact_id}
    customers = find_customers(db, rules.vault, rules.policy, contacts, now)
    names = staff_names(db)

    def shown(found: list[TicketTask]) -> tuple[AskedOfMe, ...]:
        known = ((task, seen[task.ticket_id]) for task in found if task.ticket_id in seen)
        return tuple(
            AskedOfMe(
                _card(who, ticket, task, names, now), ticket, customer_label(customers.get(ticket.contact_id or ""))
            )
            for task, ticket in known
        )

    own = [task for task in open_mine if task.asked_by != who.id]
    return TasksPage(shown(own), shown(asking), shown(answered))


def _card(who: Staff, ticket: Ticket, task: TicketTask, names: Mapping[int, str], now: datetime) -> TaskCard:
    is_open = task.state == "open"
    return TaskCard(
        task=task,
        label=task_label(task),
        asker=names.get(task.asked_by, ""),
        answerer=names.get(task.answered_by or 0, ""),
        answer=answer_in_words(task),
        may_answer=is_open and who.id in task.asked and who.id != task.asked_by,
        may_withdraw=is_open and (who.id in (task.asked_by, ticket.holder_id) or who.leads_in(ticket.queue)),
        is_late=task.is_late(now),
    )
