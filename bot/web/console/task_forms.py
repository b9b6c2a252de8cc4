"""The forms of help, tasks and approvals, parsed into actions."""

from __future__ import annotations

import re
from datetime import tzinfo

from starlette.datastructures import FormData

from bot.agents.helping import AnswerTask, AskHelp, AskTask, WithdrawTask
from bot.web.console.access import field
from bot.web.console.form_values import NotFilledIn, local_instant
from bot.web.errors import Problem
from bot.wording import refusals, tasks
from bot.wording.sanitise import clean

_NUMBER = re.compile(r"[0-9]{1,9}")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?", re.ASCII)


def read_help(form: FormData) -> AskHelp:
    """Return whom to ask for help: a colleague, if one is chosen, or a contact of the policy."""
    colleague, text = field(form, "to"), clean(field(form, "text"))
    return AskHelp(int(colleague) if _NUMBER.fullmatch(colleague) else field(form, "support"), text)


def read_task(form: FormData, zone: tzinfo) -> AskTask:
    """Return the task or approval asked for; raises NotFilledIn for an incomplete form."""
    of, text = field(form, "of"), clean(field(form, "text"))
    if not of:
        raise NotFilledIn(tasks.NO_TARGET)
    whom: str | int = int(of[1:]) if of.startswith("@") and _NUMBER.fullmatch(of[1:]) else of
    due = local_instant(field(form, "by"), zone)
    if due is None:
        raise NotFilledIn(tasks.NO_DUE)
    match field(form, "kind"):
        case "task":
            return AskTask("task", whom, text, due)
        case "approval":
            matter, amount = field(form, "matter"), read_amount(field(form, "amount"))
            if matter and amount is None:
                raise NotFilledIn(tasks.MATTER_ALONE)
            if amount is not None and not matter:
                raise NotFilledIn(tasks.AMOUNT_ALONE)
            return AskTask("approval", whom, text, due, matter, amount)
        case _:
            raise NotFilledIn(tasks.NO_KIND)


def read_answer(form: FormData) -> AnswerTask:
    """Return an answer; raises Problem for a form without the number of what it answers."""
    decision = {"yes": True, "no": False}.get(field(form, "agreed"))
    return AnswerTask(_task(form), clean(field(form, "text")), decision)


def read_withdrawal(form: FormData) -> WithdrawTask:
    """Return what is withdrawn; raises Problem for a form without its number."""
    return WithdrawTask(_task(form))


def read_amount(text: str) -> int | None:
    """Return an amount in fen; None for an empty field. Raises NotFilledIn for anything else that is no amount."""
    found = text.strip().replace(",", "").replace("，", "").removesuffix(tasks.YUAN).strip()
    if not found:
        return None
    yuan, _, rest = found.partition(".")
    if not _AMOUNT.fullmatch(found) or (fen := int(yuan) * 100 + int(rest.ljust(2, "0") or 0)) == 0:
        raise NotFilledIn(tasks.BAD_AMOUNT)
    return fen


def _task(form: FormData) -> int:
    number = field(form, "task")
    if not _NUMBER.fullmatch(number):
        raise Problem(422, refusals.FORM_EXPIRED)
    return int(number)
