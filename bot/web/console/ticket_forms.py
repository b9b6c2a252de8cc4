"""The forms of the ticket page, parsed into actions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import zip_longest

from starlette.datastructures import FormData

from bot.agents.actions import (
    Acknowledge,
    Action,
    Claim,
    Consult,
    Correct,
    MakePlan,
    NameSubjects,
    Note,
    Record,
    Release,
    ReopenTicket,
    Reply,
    Report,
    Resolve,
    SendStep,
    SetUrgency,
    TickStep,
    Transfer,
    Undo,
)
from bot.agents.causes import NoteCause
from bot.agents.danger_alarm import ConfirmDanger
from bot.agents.objections import DecideObjection
from bot.tickets.merging import MergeInto
from bot.web.console.access import field as one
from bot.web.console.form_values import NotFilledIn, local_instant
from bot.web.console.objection_forms import read_decision
from bot.web.console.reply_forms import read_new_words, read_taking_back
from bot.web.console.task_forms import read_answer, read_help, read_task, read_withdrawal
from bot.web.errors import Problem
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.tickets.correcting import Correction
from escalation.tickets.facts import MAX_STEPS
from escalation.tickets.plans import Plan, PlanStep
from escalation.tickets.sent_steps import sent_kind

ROWS = 5  # empty steps a page without a script offers

_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a refused form contained, to be shown again."""

    move: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, move: str, form: FormData) -> Typed:
        """Return the fields of a form, without those that the page adds itself."""
        names = set(form) - {"csrf", "key"}
        return cls(move, {name: [each for each in form.getlist(name) if isinstance(each, str)] for name in names})

    def get(self, move: str, name: str, default: str = "") -> str:
        """Return the field of this form; `default` for any other form."""
        values = self.fields.get(name) if self.move == move else None
        return values[0] if values else default


def read_action(move: str, form: FormData, zone: tzinfo) -> Action | MergeInto | DecideObjection:
    """Return the action of a form; raises Problem (404) for an unknown `move`, NotFilledIn for an incomplete form."""
    if move == "plan":
        return _plan(form, zone)
    if move == "ask":
        return read_task(form, zone)
    if move == "consult":
        return _consult(form, zone)
    if move.startswith("send_") and (kind := sent_kind(move.removeprefix("send_"))) is not None:
        return SendStep(kind, clean(one(form, "text")), _key(form), cause=one(form, "cause") or None)
    if move not in _ACTIONS:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    return _ACTIONS[move](form)


def plan_rows(typed: Typed, plan: Plan | None, zone: tzinfo, now: datetime) -> list[tuple[str, str, str]]:
    """Return the rows of the plan form: as typed, or the present plan's steps still to come, and empty ones."""
    if typed.move == "plan":
        kept = _rows(typed.fields.get("what", ()), typed.fields.get("by", ()))
        whose = [*typed.fields.get("whose", ()), *[""] * len(kept)]
        rows = [(what, by, whose[at]) for at, (what, by) in enumerate(kept)]
    else:
        coming = [step for step in plan.steps_to_come if step.by > now] if plan else []
        rows = [(step.what, f"{step.by.astimezone(zone):%Y-%m-%dT%H:%M}", _whose(step, plan)) for step in coming]
    return rows + [("", "", "")] * min(max(ROWS - len(rows), 2), MAX_STEPS - len(rows))


def _whose(step: PlanStep, plan: Plan | None) -> str:
    """The person of a step as its form names them: none for whoever is responsible for the plan."""
    return "" if step.staff_id is None or (plan and step.staff_id == plan.responsible_id) else str(step.staff_id)


def _plan(form: FormData, zone: tzinfo) -> MakePlan:
    responsible = one(form, "responsible")
    if not _NUMBER.fullmatch(responsible):
        raise NotFilledIn(refusals.PLAN_NO_RESPONSIBLE)
    rows, whose = _rows(_texts(form, "what"), _texts(form, "by")), _texts(form, "whose")
    named = [*whose, *[""] * len(rows)]
    steps = [
        _step(number, what, by, zone, named[number - 1]) for number, (what, by) in enumerate(rows, 1) if what or by
    ]
    return MakePlan(int(responsible), tuple(steps))


def _consult(form: FormData, zone: tzinfo) -> Consult:
    at = local_instant(one(form, "held_at"), zone)
    if at is None:
        raise NotFilledIn(refusals.CONSULT_NO_TIME)
    return Consult(one(form, "fact"), clean(one(form, "whom")), at, clean(one(form, "outcome")))


def _step(number: int, what: str, by: str, zone: tzinfo, whose: str) -> PlanStep:
    if not what:
        raise NotFilledIn(refusals.PLAN_NO_WORDS.format(number=number))
    at = local_instant(by, zone)
    if at is None:
        raise NotFilledIn(refusals.PLAN_NO_TIME.format(number=number))
    return PlanStep(what, at, int(whose) if _NUMBER.fullmatch(whose) else None)


def _rows(what: Sequence[str], by: Sequence[str]) -> list[tuple[str, str]]:
    return [(clean(words).strip(), at.strip()) for words, at in zip_longest(what, by, fillvalue="")]


def _texts(form: FormData, name: str) -> list[str]:
    return [each for each in form.getlist(name) if isinstance(each, str)]


def _key(form: FormData) -> str:
    key = one(form, "key")
    if not re.fullmatch("[0-9A-Za-z-]{8,64}", key):
        raise Problem(422, refusals.FORM_EXPIRED)
    return key


def _transfer(form: FormData) -> Transfer:
    colleague = one(form, "to")
    return Transfer(one(form, "queue"), int(colleague) if _NUMBER.fullmatch(colleague) else None)


def _correct(form: FormData) -> Correct:
    """Only what differs from what the page showed: whatever somebody else has set meanwhile stays."""
    fields = ("subject", "topic", "complaint", "gravity", "incident")
    typed = {name: clean(one(form, name)).strip() for name in fields if name in form}
    new = {name: text for name, text in typed.items() if text != clean(one(form, f"was_{name}")).strip()}
    incident = new.get("incident")
    correction = Correction(
        subject=new.get("subject"),
        topic=new.get("topic"),
        complaint=new["complaint"] == "yes" if "complaint" in new else None,
        gravity=new.get("gravity"),
        reason=clean(one(form, "reason")),
    )
    if incident is not None and not _NUMBER.fullmatch(incident or "0"):
        raise Problem(422, refusals.FORM_EXPIRED)
    return Correct(correction, int(incident or 0) if incident is not None else None)


def _merge(form: FormData) -> MergeInto:
    number = one(form, "into").strip().removeprefix("#")
    if not _NUMBER.fullmatch(number) or int(number) == 0:
        raise NotFilledIn(refusals.MERGE_NO_NUMBER)
    return MergeInto(int(number))


def _subjects(form: FormData) -> NameSubjects:
    chosen = _texts(form, "about")
    if not chosen:
        raise NotFilledIn(refusals.SUBJECTS_NONE)
    if "none" in chosen and len(chosen) > 1:
        raise NotFilledIn(refusals.SUBJECTS_BOTH)
    return NameSubjects(tuple(int(each) for each in chosen if _NUMBER.fullmatch(each)))


_ACTIONS: Mapping[str, Callable[[FormData], Action | MergeInto | DecideObjection]] = {
    "claim": lambda _form: Claim(),
    "release": lambda _form: Release(),
    "acknowledge": lambda _form: Acknowledge(),
    "reply": lambda form: Reply(clean(one(form, "text")), _key(form), reopens=bool(one(form, "reopens"))),
    "note": lambda form: Note(clean(one(form, "text"))),
    "record": lambda form: Record(one(form, "fact"), one(form, "cause") or None, clean(one(form, "words")).strip()),
    "why": lambda form: NoteCause(one(form, "of"), one(form, "cause"), clean(one(form, "words"))),
    "words": lambda form: Record(one(form, "fact"), one(form, "cause") or None, clean(one(form, "words"))),
    "transfer": _transfer,
    "resolve": lambda form: Resolve(one(form, "cause") or None, clean(one(form, "why")).strip()),
    "help": read_help,
    "answer": read_answer,
    "withdraw": read_withdrawal,
    "grade": lambda form: SetUrgency(one(form, "urgency"), clean(one(form, "reason"))),
    "correct": _correct,
    "reword": read_new_words,
    "take_back": read_taking_back,
    "reopen": lambda form: ReopenTicket(hold=bool(one(form, "hold"))),
    "danger": lambda _form: ConfirmDanger(),
    "tick": lambda form: TickStep(int(one(form, "step")) if _NUMBER.fullmatch(one(form, "step")) else 0),
    "undo": lambda _form: Undo(),
    "report": lambda form: Report(clean(one(form, "text"))),
    "merge": _merge,
    "objection": read_decision,
    "subjects": _subjects,
}
