"""Who may be asked for what on a ticket, and who may answer; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import lifecycle
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.task import TaskKind, TicketTask

FEN = 100  # of a yuan
MAX_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class TaskWish:
    """What is asked for, and of whom: `asked_of` is their name, `people` are they.

    `due_at`: by when; None for help, whose time the policy says. `matter` and `amount` (in fen): of an approval of
    money.
    """

    kind: TaskKind
    asked_of: str
    people: tuple[Staff, ...]
    text: str
    due_at: datetime | None = None
    matter: str = ""
    amount: int | None = None


def text_of(text: str) -> str:
    """Return a text without blanks at its ends; raises Refused (`empty`, `too_long`)."""
    if not text.strip():
        raise Refused("empty")
    if len(text) > MAX_TEXT:
        raise Refused("too_long")
    return text.strip()


def demand_asker(ticket: Ticket, who: Staff, kind: TaskKind) -> None:
    """Raise Refused (`finished`, `not_holder`, …) unless this person may ask: the holder, for a task also a lead."""
    if not ticket.is_open:
        raise Refused("finished")
    if kind == "help" or not who.leads_in(ticket.queue):
        lifecycle.demand_holder(ticket, who.id)


def demand_askable(policy: Policy, ticket: Ticket, who: Staff, wish: TaskWish) -> list[Staff]:
    """Return those of the people who are asked: not who asks, and nobody to whom a complaint is closed.

    Raises Refused (`ask_yourself`, `closed_to_them`, `nobody_to_ask`, `unknown_approval`, `beyond_their_limit`).
    """
    others = [one for one in wish.people if one.id != who.id]
    if wish.people and not others:
        raise Refused("ask_yourself")
    people = [one for one in others if one.id not in ticket.closed]
    if others and not people:
        raise Refused("closed_to_them")
    if not people:
        raise Refused("nobody_to_ask")
    if wish.amount is None:
        return people
    if wish.matter not in policy.approvals:
        raise Refused("unknown_approval")
    limit = max(_limit(policy, wish.matter, one) for one in people)
    if limit * FEN < wish.amount:
        raise Refused("beyond_their_limit", limit=limit)
    return people


def demand_answerer(task: TicketTask, who: Staff) -> None:
    """Raise Refused (`own_approval`, `own_request`, `not_asked`, or as `demand_open`) unless this person may answer."""
    if who.id == task.asked_by:
        raise Refused("own_approval" if task.kind == "approval" else "own_request")
    if who.id not in task.asked:
        raise Refused("not_asked")
    demand_open(task)


def demand_open(task: TicketTask) -> None:
    """Raise Refused (`already_answered`, `task_withdrawn`, `task_over`) for what is no longer asked for."""
    match task.state:
        case "answered":
            raise Refused("already_answered", task.answered_by)
        case "withdrawn":
            raise Refused("task_withdrawn")
        case "ended":
            raise Refused("task_over")
        case "open":
            return


def demand_within_limit(policy: Policy, task: TicketTask, who: Staff) -> None:
    """Raise Refused (`beyond_your_limit`) for an amount above what this person may approve."""
    limit = _limit(policy, task.matter, who)
    if task.amount is not None and limit * FEN < task.amount:
        raise Refused("beyond_your_limit", limit=limit)


def _limit(policy: Policy, matter: str, who: Staff) -> int:
    found = policy.approvals.get(matter)
    return found.limit_of(who.login, who.role) if found is not None else 0
