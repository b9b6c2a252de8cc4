"""A customer answers what they were sent: approval or objection, acceptance or not; each is a fact of the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.tickets import clocks, history, plans, sent_steps, ticket_store
from escalation.tickets.asked_steps import sent_in_matter
from escalation.tickets.facts import stop_waiting
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.sent_steps import SentStep, StepAnswer
from escalation.tickets.step_events import StepAnswered

FACT_OF: dict[StepAnswer, str] = {
    "agreed": "confirmed",
    "objected": "objected",
    "accepted": "accepted",
    "problem": "not_accepted",
}
Fault = Literal["already", "outdated", "being_revised", "over", "not_asked"]


class AnswerRefused(Exception):  # a refusal is an answer, not a fault
    """An answer that does not count; `fault` says why, `step` to what it was given, `latest` the present version."""

    def __init__(self, fault: Fault, step: SentStep, latest: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.step, self.latest = fault, step, latest


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: the conversation they write in, its contact and channel, and the line in which they say so."""

    conversation_id: int
    contact_id: str | None
    channel: str
    line: int | None


def is_asked(step: SentStep, conversation_id: int, contact_id: str | None) -> bool:
    """Whether it was sent to this person; `conversation_id`: the one that its conversation has become part of."""
    return step.conversation_id == conversation_id and step.contact_id in (None, contact_id)


def answer(
    db: Connection, policy: Policy, step: SentStep, given: StepAnswer, who: Answerer, now: datetime
) -> StepAnswered:
    """Record a customer's answer as a fact; the ticket no longer waits for them. Another answer later counts anew.

    Raises AnswerRefused for the same answer a second time, a plan that has been revised, or a matter that is over.
    """
    old = _present_ticket(db, step)
    _demand_current(db, step, given, old)
    ticket, fact = old, FACT_OF[given]
    if ticket.waits_since is not None:
        ticket = stop_waiting(db, policy, ticket, fact, now)
    told = {"step": step.id, "version": step.version, "line": who.line}
    history.save_change(db, old, ticket, fact, now, contact_id=who.contact_id, channel=who.channel, **told)
    if given == "objected":
        plans.mark_latest(db, step.ticket_id, "objected_at", now)
    clocks.record_fact(db, policy, ticket, fact, now)
    sent_steps.change_sent(db, step.id, answer=given, answered_at=now, answer_line=who.line, reason_line=None)
    return StepAnswered(ticket, step.kind, given, step.version)


def explain(db: Connection, ticket_id: int, who: Answerer, now: datetime) -> StepAnswered | None:
    """Note the words with which a customer explains an objection, or what is still wrong; None if there was none."""
    ticket = ticket_store.lock_ticket(db, ticket_id)
    objected = [step for step in sent_in_matter(db, ticket_id) if step.answer in ("objected", "problem")]
    step = objected[-1] if objected else None
    if step is None or step.answer is None or step.reason_line is not None:
        return None
    sent_steps.change_sent(db, step.id, reason_line=who.line)
    history.log(db, ticket_id, "objection_said", now, step=step.id, version=step.version, line=who.line)
    return StepAnswered(ticket, step.kind, step.answer, step.version, explained=True)


def _present_ticket(db: Connection, step: SentStep) -> Ticket:
    """The step's ticket, or the one it goes on in; locked."""
    ticket = ticket_store.lock_ticket(db, step.ticket_id)
    while ticket.merged_into is not None:
        ticket = ticket_store.lock_ticket(db, ticket.merged_into)
    return ticket


def _demand_current(db: Connection, step: SentStep, given: StepAnswer, ticket: Ticket) -> None:
    ended = not ticket.is_open and (step.kind == "plan" or ticket.is_withdrawn)
    if ended or step.sent_at < ticket.received_at or (given == "problem" and ticket.state == "closed"):
        raise AnswerRefused("over", step)
    if step.kind == "plan":
        latest = len(plans.plans_of(db, step.ticket_id))
        if step.version is not None and step.version < latest:
            told = any(each.version == latest for each in sent_steps.sent_on(db, step.ticket_id))
            raise AnswerRefused("outdated" if told else "being_revised", step, latest)
    if step.answer == given:
        raise AnswerRefused("already", step)
