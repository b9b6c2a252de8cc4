"""A customer who is waited for is reminded, then the ticket's holder; where the policy says so, the ticket closes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.delivery.customer_messages import hears_nothing
from bot.dialogue.customer import customer_of
from bot.dialogue.turn_context import TurnContext
from bot.rules import Rules
from bot.transcript import conversations
from bot.wording import silent_customers as words
from bot.wording.moments import by
from bot.wording.phrases import in_script
from bot.wording.sent_steps import step_buttons
from escalation.policy.waiting import WaitingRules
from escalation.tickets import customer_waits, ending, history, plans, ticket_store
from escalation.tickets.asked_steps import asked_in_matter
from escalation.tickets.customer_waits import CustomerWait
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.sent_steps import SentStep
from escalation.tickets.step_events import CustomerSilent
from escalation.working_hours.working_time import NeverOpenError

BATCH = 20  # waits in one transaction


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether a step of some wait is due. Reads only."""
    return rules.policy.waiting is not None and customer_waits.are_due(db, now)


def take_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Take the due steps of some waits; returns of how many."""
    due = customer_waits.due_waits(db, now, BATCH)
    # In one order, so that two replicas never wait for each other.
    for wait in sorted(due, key=lambda each: ticket_store.get_ticket(db, each.ticket_id).conversation_id):
        _take(db, rules, wait, now)
    return len(due)


def _take(db: Connection, rules: Rules, wait: CustomerWait, now: datetime) -> None:
    seen, waiting = ticket_store.get_ticket(db, wait.ticket_id), rules.policy.waiting
    talk = conversations.lock_conversation_by_id(db, seen.conversation_id)
    ticket = ticket_store.lock_ticket(db, wait.ticket_id)
    if not customer_waits.is_as_read(db, wait):
        return
    if waiting is None or ticket.waits_since != wait.since or not ticket.is_open:
        customer_waits.end_wait(db, wait.ticket_id)
        return
    opens = _opening(rules, waiting, now)
    if opens > now:
        customer_waits.put_off(db, wait, wait.step, opens)
        return
    turn = TurnContext(db, rules, talk, customer_of(db, rules, talk, now), now, ticket)
    heard = not hears_nothing(db, talk)
    if wait.step == 0:
        if heard:
            _remind(turn, waiting, wait)
        # From now on, not from when it was due: after an outage, or holidays, nobody is closed on the same day.
        customer_waits.put_off(db, wait, 1, now + (waiting.remind_holder - waiting.remind_customer))
    elif wait.step == 1:
        history.log(db, ticket.id, "holder_reminded", now, since=wait.since.isoformat())
        turn.announce(CustomerSilent(ticket, wait.since))
        customer_waits.put_off(db, wait, 2, now + (waiting.close_after - waiting.remind_holder))
    else:
        if heard and closes(rules, waiting, ticket):
            _close(turn)
        else:  # a person decides: they hear so once more, and from then on it is theirs
            turn.announce(CustomerSilent(ticket, wait.since))
        customer_waits.end_wait(db, wait.ticket_id)
    conversations.save_conversation(db, turn.conversation, now)


def closes(rules: Rules, waiting: WaitingRules, ticket: Ticket) -> bool:
    """Whether a ticket closes by itself: by its tier, and neither a complaint nor a critical matter."""
    critical = rules.policy.urgency_of(ticket.urgency).critical
    return ticket.tier in waiting.closes and not ticket.complaint and not critical


def _remind(turn: TurnContext, waiting: WaitingRules, wait: CustomerWait) -> None:
    ticket, language = turn.its_ticket(), turn.conversation.language
    step = _awaited(turn.db, ticket)
    text = words.reminder(step.kind if step is not None else None)
    if closes(turn.rules, waiting, ticket):
        text += words.CLOSES.format(by=by(turn.policy, _closing(waiting, turn.now), turn.now))
    more: Any = step_buttons(step.id, step.kind, language) if step is not None else ()
    turn.send(in_script(text, language), more)
    history.log(turn.db, ticket.id, "customer_reminded", turn.now, since=wait.since.isoformat())


def _closing(waiting: WaitingRules, reminded_at: datetime) -> datetime:
    """When a ticket closes whose customer is reminded at this instant."""
    return reminded_at + (waiting.close_after - waiting.remind_customer)


def _awaited(db: Connection, ticket: Ticket) -> SentStep | None:
    """What the customer has not answered yet; nothing of a plan that is being revised."""
    step = next(iter(asked_in_matter(db, ticket)), None)
    if step is None or step.answer is not None:
        return None
    outdated = step.kind == "plan" and step.version != len(plans.plans_of(db, step.ticket_id))
    return None if outdated else step


def _close(turn: TurnContext) -> None:
    since = turn.its_ticket().waits_since
    turn.send(in_script(words.CLOSED, turn.conversation.language))
    closed = ending.lapse(turn.db, turn.policy, turn.its_ticket().id, turn.now)
    turn.ticket = closed.ticket
    turn.remember(awaiting=None, follow_up_at=None, raised_at=None)
    turn.announce(CustomerSilent(closed.ticket, since or turn.now, closed=True))


def _opening(rules: Rules, waiting: WaitingRules, now: datetime) -> datetime:
    try:
        return rules.policy.calendars[waiting.hours].next_opening(now)
    except NeverOpenError:  # a mistake in a calendar must not keep the matter open for ever
        return now
