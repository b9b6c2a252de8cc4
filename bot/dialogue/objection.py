"""A customer objects to how their service was decided: one tap, and a person looks into it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.handoff import hand_over
from bot.dialogue.intake import Receipt
from bot.dialogue.self_service import begin_tap, last_ticket, promise
from bot.dialogue.turn_context import TurnContext
from bot.messages import Button, Incoming
from bot.rules import Rules
from bot.tickets import objections
from bot.transcript import conversations, processed_keys
from bot.wording import objections as words
from bot.wording.buttons import person_button
from bot.wording.choices import ObjectionChosen, payload
from bot.wording.phrases import in_script
from escalation.customers.model import Customer
from escalation.customers.organisation_lookup import organisation_of
from escalation.tickets import facts


def objection_button(language: str) -> Button:
    """Return the button by which a customer objects."""
    return Button(payload(ObjectionChosen()), in_script(words.LABEL, language))


def take_objection(db: Connection, rules: Rules, message: Incoming, now: datetime) -> Receipt:
    """Open a ticket for the objection of a known customer, or make it part of their open one; once per key.

    A stranger hears how to be recognised. Locks the organisation, then the conversation.
    """
    found = conversations.find_conversation(db, message.channel, message.address)
    house = organisation_of(db, found.contact_id) if found is not None and found.contact_id is not None else None
    if house is not None:
        objections.lock_organisation(db, house)
    turn = begin_tap(db, rules, message, now)
    line = processed_keys.message_of_key(db, message.channel, message.key)
    if turn is None:
        return Receipt(found.id if found is not None else 0, line, duplicate=True)
    if turn.customer is None:
        language = turn.conversation.language
        turn.send(in_script(words.STRANGER, language), [person_button(turn.policy, language)])
    else:
        _register(turn, turn.customer)
    conversations.save_conversation(db, turn.conversation, now)
    return Receipt(turn.conversation.id, line, duplicate=False)


def _register(turn: TurnContext, customer: Customer) -> None:
    ticket = turn.ticket
    if ticket is None:
        turn.ticket = last_ticket(turn)
        hand_over(turn, objections.OBJECTION, lambda: promise(turn, words.REGISTERED))
        return
    if objections.has_undecided(turn.db, ticket.id):
        promise(turn, words.ALREADY)
        return
    facts.customer_wrote(turn.db, turn.policy, ticket.id, turn.now)
    by = f"customer {customer.contact.id}"
    objections.raise_objection(turn.db, customer.organisation.id, ticket.id, by, turn.now)
    promise(turn, words.REGISTERED)
