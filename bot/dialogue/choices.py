"""Validate tapped buttons: offered in this conversation, and still valid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.customer import customer_of
from bot.dialogue.satisfaction import may_be_rated
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.channel_message_ids import find_for
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from bot.wording.choices import Meant, QuestionChosen, parse_choice
from bot.wording.phrases import quotes
from bot.wording.survey_choices import ScoreChosen
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Ticket
from knowledge_base.articles import Article
from knowledge_base.matching.index import key_of

LOOKED_BACK = 100  # lines; older buttons are known by their message's number


def is_offered(db: Connection, rules: Rules, tap: Incoming, now: datetime) -> bool:
    """Whether a tap counts: processed before, or offered in this conversation and still valid. Reads only."""
    if processed_keys.message_of_key(db, tap.channel, tap.key) is not None:
        return True
    conversation = conversations.find_conversation(db, tap.channel, tap.address)
    line = _offered(db, conversation, tap) if conversation is not None else None
    if conversation is None or line is None:
        return False
    return _still_means(db, rules, conversation, tap.choice, line, now)


def is_score_for_nobody(db: Connection, tap: Incoming) -> bool:
    """Whether a score comes from where nothing was ever handed to a person: the question was somebody else's."""
    chosen = parse_choice(tap.choice)
    if tap.rating is None and not (isinstance(chosen, ScoreChosen) and chosen.ticket is None):
        return False
    if processed_keys.message_of_key(db, tap.channel, tap.key) is not None:
        return False
    conversation = conversations.find_conversation(db, tap.channel, tap.address)
    return conversation is None or conversation.ticket_id is None


def _offered(db: Connection, conversation: Conversation, tap: Incoming) -> Message | None:
    """The line that holds the button; None if there is none."""
    under = find_for(db, tap.address, tap.reply_to)
    if under is not None and under.message_id is not None:
        line = message_store.get_message(db, under.message_id)
        if line.conversation_id == conversation.id and _label(line, tap.choice) is not None:
            return line
    # A message whose number nobody wrote down: the process ended between the send and that.
    lines = reversed(message_store.latest(db, conversation.id, LOOKED_BACK))
    return next((line for line in lines if _label(line, tap.choice) is not None), None)


def _label(line: Message, choice: str) -> str | None:
    buttons = line.meta.get("buttons", ()) if line.author != "customer" else ()
    return next((button["label"] for button in buttons if button["choice"] == choice), None)


def _still_means(
    db: Connection, rules: Rules, conversation: Conversation, choice: str, line: Message, now: datetime
) -> bool:
    match parse_choice(choice):
        case ScoreChosen(ticket=None):
            ticket = ticket_store.get_ticket(db, conversation.ticket_id) if conversation.ticket_id is not None else None
            return ticket is not None and _may_score(rules, ticket, now)
        case QuestionChosen(article) | Meant(article) as chosen:
            found = rules.article(article, customer_of(db, rules, conversation, now)[1].tier, now)
            if isinstance(chosen, Meant):  # 是的 stands below the question
                return found is not None and quotes(line.text, found.question)
            return found is not None and _asks(rules, found, _label(line, choice) or "")
        case _:
            return True


def _may_score(rules: Rules, ticket: Ticket, now: datetime) -> bool:
    """Whether a score is taken, or the customer hears why not: the ticket was reopened meanwhile."""
    if ticket.is_open:
        return ticket.reopened > 0
    ended = ticket.ended_at
    return may_be_rated(ticket) and ended is not None and now - ended <= rules.policy.dialogue.reopen_within


def _asks(rules: Rules, article: Article, label: str) -> bool:
    """Whether a question still is what its button says: its id may have been given to another one meanwhile."""
    wanted = key_of(label, rules.index.fillers)
    return any(key_of(phrasing, rules.index.fillers) == wanted for phrasing in article.phrasings)
