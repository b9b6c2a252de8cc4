"""A tap on a button below what a customer was sent in the course of their ticket."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue import step_facts
from bot.dialogue.acts import Reopen
from bot.dialogue.execute import execute
from bot.dialogue.intake import Receipt
from bot.dialogue.self_service import begin_tap
from bot.dialogue.turn_context import TurnContext
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript import conversations, processed_keys
from bot.transcript.conversations import Conversation
from bot.wording import sent_steps as words
from bot.wording.choices import StepAnswerChosen, parse_choice
from bot.wording.phrases import in_script
from escalation.customers.organisation_lookup import organisation_of
from escalation.tickets import facts, sent_steps, ticket_store
from escalation.tickets.sent_steps import ANSWERS, SentStep, StepAnswer
from escalation.tickets.step_answers import AnswerRefused


def may_answer(db: Connection, message: Incoming) -> bool:
    """Whether a tap is on something that was sent to this customer, or to a colleague of theirs. Reads only."""
    found = conversations.find_conversation(db, message.channel, message.address)
    chosen = parse_choice(message.choice)
    step = sent_steps.get_sent(db, chosen.step) if isinstance(chosen, StepAnswerChosen) else None
    if (
        found is None
        or step is None
        or not isinstance(chosen, StepAnswerChosen)
        or chosen.answer not in ANSWERS[step.kind]
    ):
        return False
    return step_facts.is_theirs(db, step, found) or _is_of_colleague(db, step, found)


def take_step_answer(db: Connection, rules: Rules, message: Incoming, now: datetime) -> Receipt:
    """Record the answer of a tap that `may_answer`, once per key, and say what came of it."""
    turn = begin_tap(db, rules, message, now)
    line = processed_keys.message_of_key(db, message.channel, message.key)
    found = conversations.find_conversation(db, message.channel, message.address)
    if turn is None:
        return Receipt(found.id if found is not None else 0, line, duplicate=True)
    chosen = parse_choice(message.choice)
    assert isinstance(chosen, StepAnswerChosen), "the door has looked"
    step = sent_steps.get_sent(db, chosen.step)
    assert step is not None, "the door has looked, and nothing that was sent is deleted"
    refused: AnswerRefused | None = AnswerRefused("not_asked", step)
    if step_facts.is_theirs(db, step, turn.conversation):
        refused = _answer(turn, step, chosen.answer, line)
    if refused is not None:
        turn.send(in_script(step_facts.refusal(refused, chosen.answer), turn.conversation.language))
    conversations.save_conversation(db, turn.conversation, now)
    return Receipt(turn.conversation.id, line, duplicate=False)


def _answer(turn: TurnContext, step: SentStep, given: StepAnswer, line: int | None) -> AnswerRefused | None:
    """Record it and reply; return why it does not count, with nothing said yet."""
    current = turn.conversation.ticket_id
    try:
        step_facts.record(turn, step, given, line)
    except AnswerRefused as refused:
        return refused
    ticket = turn.its_ticket()
    if given == "problem" and not ticket.is_open and current == ticket.id:
        execute(turn, (Reopen(),))
        return None
    if given == "problem":  # whoever still has a problem is owed a reply
        facts.customer_wrote(turn.db, turn.policy, ticket.id, turn.now)
    turn.send(in_script(words.REPLIES[given], turn.conversation.language))
    return None


def _is_of_colleague(db: Connection, step: SentStep, talk: Conversation) -> bool:
    """Whether it was sent to another contact of the same organisation."""
    asked = step.contact_id or ticket_store.get_ticket(db, step.ticket_id).contact_id
    if asked is None or talk.contact_id is None:
        return False
    return organisation_of(db, asked) is not None and organisation_of(db, asked) == organisation_of(db, talk.contact_id)
