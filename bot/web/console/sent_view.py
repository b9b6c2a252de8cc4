"""What a ticket's page shows of what its customer was sent, and the drafts of what may be sent next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.agents.sent_steps import TOLD, may_tick
from bot.rules import Rules
from bot.transcript.message_store import Message, get_messages
from bot.web.console.ticket_view import TicketView
from bot.wording import sent_steps as words
from bot.wording.choices import parse_choice
from escalation.staff import Staff
from escalation.tickets.asked_steps import sent_in_matter
from escalation.tickets.owed import Owed, owed_at_end
from escalation.tickets.sent_steps import ANSWERS, SentKind, SentStep


@dataclass(frozen=True, slots=True)
class SentLine:
    """One message that was sent, and its answer in the customer's words, if they wrote any."""

    step: SentStep
    label: str
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class SentView:
    """The messages that were sent, and what this person may send: the draft of each kind."""

    lines: tuple[SentLine, ...]
    drafts: Mapping[SentKind, str]
    owed: tuple[Owed, ...]  # what is left out if the ticket ends now
    not_ticked: frozenset[str]  # facts that are sent, and not ticked


def read_sent(db: Connection, rules: Rules, who: Staff, shown: TicketView, now: datetime) -> SentView:
    """Return what was sent on the ticket of this page, and the drafts its holder may send."""
    steps = sent_in_matter(db, shown.ticket.id)
    said = get_messages(db, {each for step in steps for each in (step.answer_line, step.reason_line) if each})
    lines = tuple(_line(step, said) for step in reversed(steps))
    owed = owed_at_end(db, rules.policy, shown.ticket) if shown.mode == "mine" else ()
    ticks = may_tick(db, shown.conversation, shown.ticket.id, now)
    return SentView(lines, _drafts(rules, who, shown, now), owed, frozenset() if ticks else TOLD)


def _line(step: SentStep, said: Mapping[int, Message]) -> SentLine:
    unanswered = words.UNANSWERED if ANSWERS[step.kind] else ""
    answer = words.ANSWERED[step.answer] if step.answer is not None else unanswered
    lines = [said[each] for each in (step.answer_line, step.reason_line) if each is not None and each in said]
    spoken = dict.fromkeys(line.words for line in lines if parse_choice(line.meta.get("choice", "")) is None)
    return SentLine(step, words.named(step.kind, step.version), answer, "；".join(filter(None, spoken)))


def _drafts(rules: Rules, who: Staff, shown: TicketView, now: datetime) -> dict[SentKind, str]:
    ticket = shown.ticket
    plans = [plan for plan in shown.plans if plan.made_at >= ticket.received_at]
    latest = plans[-1] if plans else None
    kinds: Sequence[SentKind] = ("plan", "progress", "result", "invitation") if shown.mode == "mine" else ()
    if shown.mode == "finished" and ticket.state == "resolved" and (shown.leads or ticket.holder_id == who.id):
        kinds = ("result", "invitation")
    if shown.untold:
        kinds = ()
    made = {each: words.draft(rules.policy, each, ticket, latest, shown.names, now) for each in kinds}
    return {each: text for each, text in made.items() if text}
