"""A plan, a progress report, an invitation to accept or a result is sent to the customer, and is a fact by that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.agents.reply import Reply, Written, deliver, demand_sendable
from bot.delivery.customer_messages import hears_nothing
from bot.dialogue.step_facts import OBJECTION
from bot.rules import Rules
from bot.transcript import message_store, processed_keys
from bot.transcript.conversations import Conversation, save_conversation
from bot.wording.refusals import REFUSALS
from bot.wording.sent_steps import DRAFT, draft, step_buttons
from escalation.policy.model import Policy
from escalation.staff import Staff, staff_names
from escalation.tickets import deadline_store, facts, history, lifecycle, plans, sent_steps, ticket_store
from escalation.tickets.events import Event
from escalation.tickets.fact_menu import makes_sense
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.sent_steps import ANSWERS, SentKind

CALL_COUNTS_FOR = timedelta(hours=2)  # what was told by telephone is recorded within this time
_FACTS: dict[SentKind, str] = {
    "plan": "plan_explained",
    "progress": "progress_reported",
    "invitation": "acceptance_invited",
    "result": "result_told",
}
TOLD = frozenset(_FACTS.values())


@dataclass(frozen=True, slots=True)
class SendStep:
    """Send the customer the latest plan, progress, an invitation to accept, or the result, in these words.

    `key` is its idempotency key. `cause`: of a complaint whose result is told.
    """

    kind: SentKind
    text: str
    key: str
    written: Written | None = None
    cause: str | None = None


def send_step(
    db: Connection,
    rules: Rules,
    who: Staff,
    ticket_id: int,
    conversation: Conversation,
    action: SendStep,
    now: datetime,
) -> Sequence[Event]:
    """Send it as the ticket's holder, with the buttons that answer it, and record the fact; once per key.

    The conversation must be locked. Raises `Refused` ("no_plan", "finished", or as
    `demand_sendable`, `deliver` and `facts.record`).
    """
    ticket, version = ticket_store.lock_ticket(db, ticket_id), None
    if action.kind in ("plan", "progress") and not ticket.is_open:
        raise Refused("finished")
    if action.kind == "plan":
        made = [plan for plan in plans.plans_of(db, ticket_id) if plan.made_at >= ticket.received_at]
        if not made:
            lifecycle.demand_holder(ticket, who.id)
            raise Refused("no_plan")
        version = made[-1].version
    demand_sendable(db, conversation, Reply(action.text, action.key), now)
    if not processed_keys.remember_key(db, "console", f"{ticket_id}:{action.key}", now):
        return []
    if conversation.awaiting == OBJECTION and ANSWERS[action.kind]:  # what comes next is about what is asked now
        conversation = replace(conversation, awaiting=None)
        save_conversation(db, conversation, now)
    there = (conversation.id, conversation.contact_id)
    step = sent_steps.insert_sent(db, ticket_id, there, action.kind, version, who.id, now)
    buttons = step_buttons(step, action.kind, conversation.language)
    reply = Reply(action.text, action.key, action.written, buttons=buttons)
    answered = deliver(db, rules, who, ticket_id, conversation, reply, now)
    line = message_store.latest(db, conversation.id, 1)[0].id
    sent_steps.change_sent(db, step, line=line)
    told = {"step": step, "version": version, "line": line}
    names = _facts_of(db, rules.policy, answered.ticket, action.kind)
    return [
        answered,
        *(facts.record(db, rules.policy, ticket_id, who, each, now, action.cause, **told) for each in names),
    ]


def _facts_of(db: Connection, policy: Policy, ticket: Ticket, kind: SentKind) -> list[str]:
    """The facts that sending it is: an invitation, and a result, say that the work is done as well."""
    found, running = [_FACTS[kind]], deadline_store.open_milestones(db, ticket.id)
    if kind == "result" and not makes_sense(policy, ticket, "result_told", running):
        found = []
    if kind in ("invitation", "result") and not _was_done(db, ticket):
        found.insert(0, "work_done")
    return [each for each in found if each in policy.facts]


def _was_done(db: Connection, ticket: Ticket) -> bool:
    """Whether the work was recorded as done, and nobody has objected since."""
    kinds = [row.kind for row in history.history_of(db, ticket.id) if row.at >= ticket.received_at]
    last = next((kind for kind in reversed(kinds) if kind in ("work_done", "not_accepted")), "")
    return last == "work_done"


def draft_of(db: Connection, rules: Rules, ticket_id: int, kind: SentKind, now: datetime) -> str:
    """Return the draft of what may be sent on a ticket, or why there is none, for its agent in a messenger."""
    ticket = ticket_store.get_ticket(db, ticket_id)
    made = [plan for plan in plans.plans_of(db, ticket_id) if plan.made_at >= ticket.received_at]
    text = draft(rules.policy, kind, ticket, made[-1] if made else None, staff_names(db), now)
    return DRAFT.format(text=text) if text else REFUSALS["no_plan"]


def demand_told(db: Connection, conversation: Conversation, ticket_id: int, fact: str, now: datetime) -> None:
    """Raise Refused (`send_it`) for a fact that is sent to the customer and may not be ticked (`may_tick`)."""
    if fact in TOLD and not may_tick(db, conversation, ticket_id, now):
        raise Refused("send_it")


def may_tick(db: Connection, conversation: Conversation, ticket_id: int, now: datetime) -> bool:
    """Whether the customer was told by other means: no message reaches them, or they were called a short time ago."""
    since = now - CALL_COUNTS_FOR
    called = any(row.kind == "called" and row.at >= since for row in history.history_of(db, ticket_id))
    return called or hears_nothing(db, conversation)
