"""What customers can ask about themselves: who we think they are, their service, their ticket, their personal data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection

from bot.delivery.customer_messages import send_to_customer
from bot.delivery.undeliverable import mark_reachable
from bot.dialogue.customer import customer_of
from bot.dialogue.data_wishes import stands_in
from bot.dialogue.handoff import hand_over
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.written_line import source_of
from bot.messages import Button, Incoming
from bot.rules import Rules
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.conversations import Conversation
from bot.transcript.received_lines import add_received
from bot.wording import about_me as words
from bot.wording import data_wishes
from bot.wording.choices import DataWishChosen, Wish, payload
from bot.wording.matter_titles import is_unsaid
from bot.wording.moments import by
from bot.wording.phrases import in_script
from bot.wording.provisional import MAY_MOVE
from escalation.customers import data_requests
from escalation.customers.data_requests import CUSTOMER, RequestKind
from escalation.policy.model import Policy
from escalation.policy.tiers import FIRST_CONTACT
from escalation.tickets import deadline_store, facts, history, ticket_store
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.moved_deadlines import is_provisional

EXPORT, FORGET, LEAVE = (payload(DataWishChosen(wish)) for wish in get_args(Wish))
WISHES: dict[str, Wish] = {EXPORT: "export", FORGET: "forget"}
COMMANDS = {"/export": EXPORT, "/forget": FORGET}  # as they are written on the chat page
DATA_REQUESTS: dict[Wish, RequestKind] = {"export": "export", "forget": "erase"}


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


def is_proven(db: Connection, message: Incoming) -> bool:
    """Whether it is known whose address a message comes from."""
    found = conversations.find_conversation(db, message.channel, message.address)
    return found is not None and found.contact_id is not None


def decide(db: Connection, rules: Rules, message: Incoming, now: datetime) -> None:
    """Process the tap below that question: the request becomes a ticket, or part of the open one."""
    turn = begin_tap(db, rules, message, now)
    if turn is None:
        return
    if message.choice == LEAVE:
        turn.send(in_script(data_wishes.LEFT, turn.conversation.language))
    else:
        register(turn, WISHES[message.choice])
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


def ask_on_page(db: Connection, message: Incoming, now: datetime) -> int | None:
    """Answer /export or /forget written on the chat page: the question, or how to prove who one is; the line's id.

    None for a message that was processed before.
    """
    conversation = conversations.lock_conversation(db, message.channel, message.address, now)
    if not processed_keys.remember_key(db, message.channel, message.key, now):
        return None
    line = add_received(db, conversation, source_of(message), message.text, now)
    message_store.mark_considered(db, conversation.id)
    if conversation.contact_id is None:
        send_to_customer(db, conversation, in_script(data_wishes.PROVE_ON_PAGE, conversation.language), now)
    else:
        text, buttons = question(COMMANDS[message.text.strip().lower()], conversation.language)
        send_to_customer(db, conversation, text, now, buttons)
    return line


def register(turn: TurnContext, wish: Wish) -> None:
    """Register a wish about the customer's data as part of the open ticket, or as one of its own, and say so."""
    if _asked_too_often(turn, wish):
        turn.send(in_script(data_wishes.TOO_OFTEN, turn.conversation.language))
        return
    ticket = turn.ticket
    if ticket is None or not ticket.is_open:
        turn.ticket, turn.text = last_ticket(turn), data_wishes.LABELS[wish]
        hand_over(turn, wish, lambda: promise(turn, _registered(turn, wish)))
        return
    if _is_asked(turn, ticket, wish):
        promise(turn, data_wishes.ALREADY)
        return
    facts.customer_wrote(turn.db, turn.policy, ticket.id, turn.now)
    ticket = turn.ticket = ticket_store.lock_ticket(turn.db, ticket.id)
    asked_again = replace(ticket, subject=data_wishes.unmarked(ticket.subject, wish))
    history.save_change(turn.db, ticket, asked_again, f"{wish}_asked", turn.now)
    turn.ticket = asked_again
    promise(turn, _registered(turn, wish))


def _is_asked(turn: TurnContext, ticket: Ticket, wish: Wish) -> bool:
    """Whether the wish is in the ticket; one that a ticket was opened for in free words is not registered yet."""
    if wish == "leave" or not stands_in(turn.db, ticket, wish):
        return False
    logged = f"{wish}_asked" in {row.kind for row in history.history_of(turn.db, ticket.id)}
    return logged or ticket.reason == wish


def _registered(turn: TurnContext, wish: Wish) -> str:
    """Note the wish of a proven customer with the day it is due; what they are told, which names the day.

    A stranger's is noted once it is known whose data it is about.
    """
    told, contact_id = data_wishes.REGISTERED[wish], turn.conversation.contact_id
    if contact_id is None:
        return told
    due = turn.policy.answers_request_by(turn.now)
    asked = (DATA_REQUESTS[wish], contact_id, turn.conversation.channel, CUSTOMER, turn.now, due)
    data_requests.add_request(turn.db, *asked, ticket_id=turn.its_ticket().id)
    return told + data_wishes.answered_by(due.astimezone(turn.policy.zone).date())


def _asked_too_often(turn: TurnContext, wish: Wish) -> bool:
    """Whether the customer's data was asked for as often today as the policy allows."""
    contact_id, midnight = turn.conversation.contact_id, turn.now.astimezone(turn.policy.zone)
    if wish != "export" or contact_id is None:
        return False
    since = midnight.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(turn.now.tzinfo)
    asked = data_requests.count_since(turn.db, contact_id, "export", since)
    return asked >= turn.policy.privacy.exports_a_day


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
