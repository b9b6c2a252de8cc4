"""What customers can ask about themselves: who we think they are, their service, their ticket, their personal data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection

from bot.delivery.undeliverable import mark_reachable
from bot.dialogue.customer import customer_of
from bot.dialogue.handoff import hand_over
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.written_line import source_of
from bot.messages import Button, Incoming
from bot.rules import Rules
from bot.transcript import conversations, processed_keys
from bot.transcript.conversations import Conversation
from bot.transcript.received_lines import add_received
from bot.wording import about_me as words
from bot.wording import data_wishes
from bot.wording.choices import DataWishChosen, Wish, payload
from bot.wording.matter_titles import is_unsaid
from bot.wording.moments import by
from bot.wording.phrases import in_script
from bot.wording.provisional import MAY_MOVE
from escalation.policy.model import Policy
from escalation.policy.tiers import FIRST_CONTACT
from escalation.tickets import deadline_store, facts, history, ticket_store
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.moved_deadlines import is_provisional

EXPORT, FORGET, LEAVE = (payload(DataWishChosen(wish)) for wish in get_args(Wish))
WISHES: dict[str, Wish] = {EXPORT: "export", FORGET: "forget"}


def about_me(db: Connection, rules: Rules, conversation: Conversation, now: datetime) -> str:
    """Return what we know of the customer, their service and open ticket, without internal names."""
    policy = rules.policy
    customer, decision = customer_of(db, rules, conversation, now)
    lines = [words.who(customer, conversation.proof), words.service_of(policy, policy.tier_of(decision.tier))]
    lines.append(_matter(db, policy, _open_ticket(db, conversation), now))
    lines += [words.YOUR_DATA] if customer is not None else [words.RECOGNISE, words.YOUR_DATA]
    return in_script("\n".join(lines), conversation.language)


def question(choice: str, language: str) -> tuple[str, list[Button]]:
    """Return the confirmation question before a personal-data request, with its buttons."""
    wish = WISHES[choice]
    labels = {choice: data_wishes.LABELS[wish], LEAVE: data_wishes.LABELS["leave"]}
    buttons = [Button(each, in_script(label, language)) for each, label in labels.items()]
    return in_script(data_wishes.QUESTIONS[wish], language), buttons


def decide(db: Connection, rules: Rules, message: Incoming, now: datetime) -> None:
    """Process the tap below that question: the request becomes a ticket, or part of the open one."""
    turn = begin_tap(db, rules, message, now)
    if turn is None:
        return
    if message.choice == LEAVE:
        turn.send(in_script(data_wishes.LEFT, turn.conversation.language))
    else:
        _register(turn, WISHES[message.choice])
    conversations.save_conversation(db, turn.conversation, now)


def begin_tap(db: Connection, rules: Rules, message: Incoming, now: datetime) -> TurnContext | None:
    """Write a tap down and return its turn, the conversation locked; None for one that was processed before."""
    conversation = conversations.lock_conversation(db, message.channel, message.address, now)
    if not processed_keys.remember_key(db, message.channel, message.key, now):
        return None
    add_received(db, conversation, source_of(message), "", now, kind="choice", choice=message.choice)
    if conversation.unreachable_at is not None:
        mark_reachable(db, message.channel, message.address, now)
        conversation = replace(conversation, unreachable_at=None)
    conversation = replace(conversation, origin=message.origin or conversation.origin)
    ticket = _open_ticket(db, conversation)
    return TurnContext(db, rules, conversation, customer_of(db, rules, conversation, now), now, ticket, asked=True)


def _register(turn: TurnContext, wish: Wish) -> None:
    ticket = turn.ticket
    if ticket is None:
        turn.ticket, turn.text = last_ticket(turn), data_wishes.LABELS[wish]
        hand_over(turn, wish, lambda: promise(turn, data_wishes.REGISTERED[wish]))
        return
    asked = f"{wish}_asked"
    if ticket.reason == wish or asked in {row.kind for row in history.history_of(turn.db, ticket.id)}:
        promise(turn, data_wishes.ALREADY)
        return
    facts.customer_wrote(turn.db, turn.policy, ticket.id, turn.now)
    history.log(turn.db, ticket.id, asked, turn.now)
    promise(turn, data_wishes.REGISTERED[wish])


def promise(turn: TurnContext, sentence: str) -> None:
    """Send a sentence with the moment that is promised for the turn's ticket, where it is still ahead."""
    promised = _still_promised(turn.db, turn.policy, turn.its_ticket(), turn.now)
    may_move = turn.if_it_may_move(FIRST_CONTACT) if promised is not None else ""
    turn.send(in_script(data_wishes.told(sentence, promised) + may_move, turn.conversation.language))


def _matter(db: Connection, policy: Policy, ticket: Ticket | None, now: datetime) -> str:
    if ticket is None:
        return words.NOTHING_OPEN
    subject = "" if is_unsaid(ticket.subject) else ticket.subject  # that title is for staff
    promised = _still_promised(db, policy, ticket, now)
    may_move = promised is not None and is_provisional(db, ticket.id, FIRST_CONTACT)
    return words.open_ticket(subject, promised) + (MAY_MOVE if may_move else "")


def _still_promised(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> str | None:
    due = deadline_store.promised(db, ticket.id)
    return by(policy, due, now) if due is not None and due > now else None


def _open_ticket(db: Connection, conversation: Conversation) -> Ticket | None:
    ticket = ticket_store.lock_ticket(db, conversation.ticket_id) if conversation.ticket_id is not None else None
    return ticket if ticket is not None and ticket.is_open else None


def last_ticket(turn: TurnContext) -> Ticket | None:
    """Return the resolved ticket that a new one closes."""
    last = turn.conversation.ticket_id
    return ticket_store.lock_ticket(turn.db, last) if last is not None else None
