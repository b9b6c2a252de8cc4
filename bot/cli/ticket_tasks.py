"""`jiedai tickets tasks|answer|withdraw`: help, tasks and approvals asked for on tickets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.agents.actions import Alarm, act_in_sight
from bot.agents.helping import AnswerTask, WithdrawTask, ticket_of
from bot.app import NotReady
from bot.cli.command import ActingAs, argument
from bot.cli.danger_alarms import with_alarm
from bot.cli.errors import english
from bot.cli.output import Result, Table
from bot.cli.session import ForWords, WithoutKnowledge
from bot.cli.staff import person
from bot.rules import Rules
from bot.service import Service
from bot.wording.moments import in_columns
from bot.wording.tasks import short_label, yuan
from escalation.policy.model import Policy
from escalation.staff import staff_names
from escalation.tickets import task_store
from escalation.tickets.lifecycle import Refused
from escalation.tickets.task import TicketTask
from escalation.working_hours.instants import iso

Number = Annotated[int, argument(metavar="N", help="the request's number, as `jiedai tickets tasks` shows it")]


def show(
    service: WithoutKnowledge,
    ticket: Annotated[int | None, argument("--ticket", metavar="N", help="only those of this ticket")] = None,
) -> Result:
    """Return what colleagues are asked for and have not answered, the nearest end first."""
    policy, now = service.rules.policy, service.clock()
    where = () if ticket is None else (task_store.ticket_tasks.c.ticket_id == ticket,)
    found = service.database.read_now(task_store.open_tasks, *where)
    names = service.database.read_now(staff_names)
    return Result([_as_json(task, policy, now, names) for task in found], _in_words(found, policy, now, names))


def answer(
    service: ForWords,
    number: Number,
    acting: ActingAs,
    text: Annotated[str, argument("--text", metavar="TEXT", help="the answer; of an approval what is to be said")] = "",
    agree: Annotated[bool, argument("--agree", help="approve it")] = False,
    refuse: Annotated[bool, argument("--refuse", help="do not approve it; --text says why")] = False,
) -> Result:
    """Answer a request; raises NotReady for a refusal, or if it is both approved and refused."""
    if agree and refuse:
        raise NotReady("Give --agree or --refuse, not both.")
    return _act(service, acting, AnswerTask(number, text, agree if agree or refuse else None))


def withdraw(service: WithoutKnowledge, number: Number, acting: ActingAs) -> Result:
    """Withdraw a request; raises NotReady for a refusal."""
    return _act(service, acting, WithdrawTask(number))


def _act(service: Service, acting: str, action: AnswerTask | WithdrawTask) -> Result:
    try:
        ticket, alarm = service.database.write_now(_carry_out, service.rules, acting, action, service.clock())
    except Refused as refused:
        known = service.database.read_now(task_store.get_task, action.task)
        names = service.database.read_now(staff_names)
        raise NotReady(english(refused, known.ticket_id if known is not None else 0, names)) from None
    done = "answered" if isinstance(action, AnswerTask) else "withdrawn"
    value = {"task": action.task, "ticket": ticket, "state": done} | ({"danger": alarm} if alarm else {})
    return Result(value, with_alarm(service.rules.policy, f"Done: request {action.task} is {done}.", ticket, alarm))


def _carry_out(
    db: Connection, rules: Rules, acting: str, action: AnswerTask | WithdrawTask, now: datetime
) -> tuple[int, Alarm]:
    ticket = ticket_of(db, action.task)
    return ticket, act_in_sight(db, rules, person(db, acting), ticket, action, now).alarm


def _in_words(found: list[TicketTask], policy: Policy, now: datetime, names: dict[int, str]) -> Iterator[str | Table]:
    if not found:
        yield "No open requests."
        return
    rows = [_row(task, policy, now, names) for task in found]
    yield Table(f"Requests · {in_columns(policy, now)}", ["request", "ticket", "what", "by", "until", "late"], rows)


def _row(task: TicketTask, policy: Policy, now: datetime, names: dict[int, str]) -> tuple[str, ...]:
    what = short_label(task) + (f" {task.matter} {yuan(task.amount)}" if task.amount is not None else "")
    until = in_columns(policy, task.due_at) if task.due_at is not None else "–"
    late = "late" if task.is_late(now) else ""
    return (str(task.id), f"#{task.ticket_id}", what, names.get(task.asked_by, ""), until, late)


def _as_json(task: TicketTask, policy: Policy, now: datetime, names: dict[int, str]) -> dict[str, Any]:
    return {
        "task": task.id,
        "ticket": task.ticket_id,
        "kind": task.kind,
        "asked_of": task.asked_of,
        "people": sorted(names.get(each, "") for each in task.asked),
        "asked_by": names.get(task.asked_by, ""),
        "matter": task.matter or None,
        "amount": None if task.amount is None else task.amount / 100,
        "due_at": None if task.due_at is None else iso(task.due_at, policy.zone),
        "late": task.is_late(now),
    }
