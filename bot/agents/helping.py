"""Colleagues asked on a ticket: whom a wish of the form or the terminal means, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.rules import Rules
from escalation.policy.model import Policy
from escalation.staff import Staff, get_staff
from escalation.staffing.who_is_asked import people_behind
from escalation.tickets import helping, task_store, ticket_store
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.task import TaskKind
from escalation.tickets.task_events import TaskAnswered, TaskAsked, TaskWithdrawn
from escalation.tickets.task_rules import TaskWish


@dataclass(frozen=True, slots=True)
class AskHelp:
    """Ask for internal support: a contact of the policy, or a colleague by staff id."""

    of: str | int
    text: str


@dataclass(frozen=True, slots=True)
class AskTask:
    """Ask a department of the policy, or a colleague by staff id, for a task or an approval, by `due_at`.

    `matter` and `amount` (in fen): of an approval of money.
    """

    kind: TaskKind
    of: str | int
    text: str
    due_at: datetime
    matter: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerTask:
    """Answer what one was asked for; an approval with `agreed`."""

    task: int
    text: str
    agreed: bool | None = None


@dataclass(frozen=True, slots=True)
class WithdrawTask:
    """Withdraw what was asked for."""

    task: int


Helping = AskHelp | AskTask | AnswerTask | WithdrawTask


def carry_out(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, action: Helping, now: datetime
) -> TaskAsked | TaskAnswered | TaskWithdrawn:
    """Ask, answer or withdraw on a ticket whose conversation is locked.

    Raises Refused as `helping.ask`, `helping.answer` and `helping.withdraw`, and for names that mean nobody.
    """
    policy = rules.policy
    match action:
        case AskHelp() | AskTask():
            ticket = ticket_store.get_ticket(db, ticket_id)
            return helping.ask(db, policy, ticket_id, who, _wish_of(db, policy, ticket, action, now), now)
        case AnswerTask(number, text, agreed):
            _demand_of(db, ticket_id, number)
            return helping.answer(db, policy, number, who, text, agreed, now)
        case WithdrawTask(number):
            _demand_of(db, ticket_id, number)
            return helping.withdraw(db, policy, number, who, now)
        case _:
            assert_never(action)


def ticket_of(db: Connection, task_id: int) -> int:
    """Return the number of a task's ticket; raises Refused (`unknown_task`)."""
    found = task_store.get_task(db, task_id)
    if found is None:
        raise Refused("unknown_task")
    return found.ticket_id


def colleague(db: Connection, staff_id: int) -> Staff:
    """Return a colleague who may sign in; raises Refused (`unknown_staff`)."""
    found = get_staff(db, staff_id)
    if found is None:
        raise Refused("unknown_staff")
    return found


def _demand_of(db: Connection, ticket_id: int, task_id: int) -> None:
    if ticket_of(db, task_id) != ticket_id:
        raise Refused("unknown_task")


def _wish_of(db: Connection, policy: Policy, ticket: Ticket, wish: AskHelp | AskTask, now: datetime) -> TaskWish:
    match wish:
        case AskHelp(of, text):
            name, people = _meant(db, policy, ticket, of, "help", now)
            return TaskWish("help", name, people, text)
        case AskTask(kind, of, text, due_at, matter, amount):
            name, people = _meant(db, policy, ticket, of, kind, now)
            return TaskWish(kind, name, people, text, due_at, matter, amount)
        case _:
            assert_never(wish)


def _meant(
    db: Connection, policy: Policy, ticket: Ticket, of: str | int, kind: TaskKind, now: datetime
) -> tuple[str, tuple[Staff, ...]]:
    """The name of who is asked, and everybody behind it."""
    if isinstance(of, int):
        found = colleague(db, of)
        return found.name, (found,)
    contact = policy.support.get(of) if kind == "help" else policy.departments.get(of)
    if contact is None:
        raise Refused("unknown_support" if kind == "help" else "unknown_department")
    return of, people_behind(db, contact, ticket, now)
