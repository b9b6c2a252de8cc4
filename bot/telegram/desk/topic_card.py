"""A topic's name and its pinned card: the ticket's data, as far as it fits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.undeliverable import unreachable_words
from bot.telegram.sending.rich_text import RichText
from bot.transcript.conversations import Conversation
from bot.wording import ticket_topic as words
from bot.wording.labels import state_label
from bot.wording.moments import dated
from bot.wording.outside_chat import ELSEWHERE, TALK, customer_outside
from bot.wording.tasks import short_label
from bot.wording.utf16 import cut
from escalation.customers.model import Customer
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task import TicketTask

TITLE = 128  # characters of a topic's name
SUBJECT, SUGGESTED = 600, 400  # UTF-16 units shown of each
MARKS = {1: "🔴", 2: "🟠", 3: "🟡"}  # by the tier's rank; 🚨 is danger


@dataclass(frozen=True, slots=True)
class Facts:
    """The data of a card."""

    ticket: Ticket
    customer: Customer | None
    conversation: Conversation
    clocks: Sequence[DeadlineRow]
    holder: str | None = None
    assignee: str | None = None
    made: int = 1  # how many times a topic was made for it
    incident: str | None = None  # the service interruption it belongs to
    contacts: Sequence[str] = ()  # numbers and addresses that the customer gave, starred until somebody has claimed it
    candidates: Sequence[str] = ()  # contacts whose number the customer gave, names starred until it is claimed
    asked: Sequence[TicketTask] = ()  # what colleagues were asked for and have not answered
    console: str = ""  # its page there
    tells_talk: bool = True  # whether what is said is copied here


def title(policy: Policy, facts: Facts) -> str:
    """Return the topic's name: 「🔴特 #12 瑞成科技 王工 · 打印机卡纸」."""
    ticket = facts.ticket
    head = f"{mark(policy, ticket)}{ticket.tier[:1]} #{ticket.id} {customer_outside(policy, facts.customer)}"
    subject = " ".join((starred(ticket.subject) or ticket.topic or "").split())
    named = f"{head[:90]} · {subject}" if subject else head[:TITLE]
    return named if len(named) <= TITLE else f"{named[: TITLE - 1].rstrip()}…"


def card(policy: Policy, facts: Facts, now: datetime) -> RichText:
    """Return the card; it gives instants, not time left, so that it changes only with the ticket."""
    ticket, told = facts.ticket, RichText()
    if facts.made > 1:
        told.plain(f"{words.MADE_AGAIN}\n\n")
    told.bold(f"{mark(policy, ticket)} {ticket.tier} · #{ticket.id} {customer_outside(policy, facts.customer)}").plain(
        "\n"
    )
    if facts.conversation.unreachable_at is not None:
        told.bold(f"⚠️ {unreachable_words(facts.conversation.address)}").plain("\n")
    for name, said in _lines(policy, facts, now):
        told.bold(f"{name}：").plain(f"{said}\n")
    _clocks(told, policy, facts, now)
    subject = cut(starred(ticket.subject).strip(), SUBJECT) or words.SEE_ATTACHMENT
    told.bold(f"\n{words.QUESTION}").plain(f"{subject}\n")
    if ticket.suggested and ticket.is_open:
        told.bold(words.SUGGESTED_ANSWER).plain(f"{cut(ticket.suggested.strip(), SUGGESTED)}\n")
    if facts.console:
        told.link(words.OPEN_IN_CONSOLE, facts.console).plain("\n")
    told.text = told.text.rstrip()
    return told.within()


def mark(policy: Policy, ticket: Ticket) -> str:
    """Return the tier's coloured sign; critical urgency has its own."""
    if policy.urgency_of(ticket.urgency).critical:
        return "🚨"
    return MARKS.get(policy.tier_of(ticket.tier).rank, "⚪")


def _lines(policy: Policy, facts: Facts, now: datetime) -> Iterator[tuple[str, str]]:
    ticket, talk = facts.ticket, facts.conversation
    yield words.STATE, _state(policy, facts, now)
    urgency = policy.urgency_of(ticket.urgency).label
    yield words.QUEUE, words.queue_line(ticket.queue, urgency, complaint=ticket.complaint)
    if policy.outside_chat.tier_reason:
        yield words.TIER_REASON, ticket.tier_reason
    if policy.outside_chat.entitlements and (entitled := policy.tier_of(ticket.tier).entitlements):
        yield words.ENTITLEMENTS, "、".join(entitled)
    yield words.CHANNEL, words.channel_line(ticket.channel or talk.channel, talk.proof)
    if facts.contacts:
        yield words.CONTACTS, "、".join(facts.contacts)
    if facts.candidates:
        yield words.CANDIDATES, "、".join(facts.candidates)
    yield words.TOPIC, words.topic_line(ticket.topic, ticket.reason)
    if facts.incident:
        yield words.INCIDENT, facts.incident
    if facts.asked:
        yield words.ASKED, "、".join(_asked(policy, task) for task in facts.asked) + words.ANSWER_THERE
    if ticket.complaint and policy.complaint_causes:
        yield words.CAUSE, ticket.cause or words.CAUSE_UNKNOWN
    if ticket.rating is not None:
        reason = starred(ticket.rating_reason or "") if facts.tells_talk else ""
        yield words.RATING, words.rating_line(ticket.rating, reason)
    if not facts.tells_talk:
        yield TALK, ELSEWHERE


def _asked(policy: Policy, task: TicketTask) -> str:
    until = words.ASKED_UNTIL.format(due=dated(policy, task.due_at)) if task.due_at is not None else ""
    return short_label(task) + until


def _state(policy: Policy, facts: Facts, now: datetime) -> str:
    ticket, state = facts.ticket, state_label(facts.ticket)
    if facts.holder:
        state += f" · {facts.holder}"
    if facts.assignee and ticket.assigned_until is not None and ticket.assigned_until > now:
        state += words.ASSIGNED.format(assignee=facts.assignee, until=dated(policy, ticket.assigned_until))
    if ticket.waits_since is not None:
        state += words.WAITS_FOR_CUSTOMER
    if ticket.urged:
        state += words.URGED.format(times=ticket.urged)
    if ticket.reopened:
        state += words.REOPENED.format(times=ticket.reopened)
    return state


def _clocks(told: RichText, policy: Policy, facts: Facts, now: datetime) -> None:
    running = sorted((row for row in facts.clocks if row.state == "open"), key=lambda row: row.due_at)
    if not running:
        return
    told.bold(words.DEADLINES).plain("\n")
    for row in running:
        due = dated(policy, row.due_at)
        if row.paused_at is not None:
            told.plain(words.PAUSED.format(label=row.label, due=due))
        elif row.due_at > now:
            kind = words.LATEST if row.kind == "promise" else words.TARGET
            told.plain(words.AHEAD.format(kind=kind, due=due, label=row.label))
        elif row.kind == "promise":
            told.bold(words.BREACHED.format(label=row.label)).plain(words.BREACHED_AT.format(due=due))
        else:
            told.plain(words.TARGET_PASSED.format(label=row.label, due=due))
