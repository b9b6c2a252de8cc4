"""A tap on a score or a dimension that names the solution it is for, however old the line it stands below."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue import dimensions, intake, satisfaction
from bot.dialogue.intake import Receipt
from bot.dialogue.self_service import begin_tap
from bot.dialogue.turn_context import TurnContext
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript import conversations, processed_keys
from bot.transcript.conversations import Conversation
from bot.wording import surveys as words
from bot.wording.buttons import rating_buttons
from bot.wording.phrases import in_script
from bot.wording.survey_choices import DimensionChosen, ScoreChosen, parse_survey_choice
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ratings import solution_of

SolutionChosen = ScoreChosen | DimensionChosen


def may_rate(db: Connection, rules: Rules, message: Incoming) -> bool:
    """Whether a tap names a solution of whoever taps, and a dimension that is still rated. Reads only."""
    found = conversations.find_conversation(db, message.channel, message.address)
    chosen = parse_survey_choice(message.choice)
    if found is None or not isinstance(chosen, SolutionChosen) or chosen.ticket is None:
        return False
    if isinstance(chosen, DimensionChosen) and chosen.dimension not in rules.policy.surveys.dimensions:
        return False
    try:
        return _is_theirs(db, ticket_store.get_ticket(db, chosen.ticket), found)
    except Refused:
        return False


def take_rating_tap(db: Connection, rules: Rules, message: Incoming, now: datetime) -> Receipt:
    """Rate what a tap names that `may_rate`, once per key, or say why that is past."""
    talk = conversations.lock_conversation(db, message.channel, message.address, now)
    chosen = parse_survey_choice(message.choice)
    assert isinstance(chosen, SolutionChosen), "the door has looked"
    ticket = ticket_store.get_ticket(db, chosen.ticket or 0)
    if isinstance(chosen, ScoreChosen) and talk.ticket_id == ticket.id and _past(rules, ticket, chosen, now) is None:
        return intake.receive(db, rules, message, None, now)
    turn = begin_tap(db, rules, message, now)
    line = processed_keys.message_of_key(db, message.channel, message.key)
    if turn is None:
        return Receipt(talk.id, line, duplicate=True)
    turn.ticket = ticket_store.lock_ticket(db, ticket.id)
    _rate(turn, chosen)
    conversations.save_conversation(db, turn.conversation, now)
    return Receipt(turn.conversation.id, line, duplicate=False)


def _rate(turn: TurnContext, chosen: SolutionChosen) -> None:
    ticket, language = turn.its_ticket(), turn.conversation.language
    match _past(turn.rules, ticket, chosen, turn.now):
        case "open":
            turn.say("rated_meanwhile")
        case "solved anew":
            turn.send(in_script(words.SOLVED_ANEW, language), rating_buttons(ticket.id, solution_of(ticket)))
        case "too late":
            turn.send(in_script(words.TOO_LATE, language))
        case _ if isinstance(chosen, DimensionChosen):
            dimensions.rate_dimensions(turn, {chosen.dimension: chosen.score})
        case _ if ticket.rating is not None:
            satisfaction.rate_again(turn, chosen.score)
        case _:
            satisfaction.keep(turn, chosen.score)
            turn.send(in_script(words.RATED_LATER.format(score=chosen.score), language))


def _past(rules: Rules, ticket: Ticket, chosen: SolutionChosen, now: datetime) -> str | None:
    """Why the solution can no longer be rated; None while it can."""
    if ticket.is_open:
        return "open"
    ended = ticket.ended_at
    late = ended is None or now - ended > rules.policy.dialogue.reopen_within
    if late or ticket.merged_into is not None or not satisfaction.may_be_rated(ticket):
        return "too late"
    return "solved anew" if chosen.solution != solution_of(ticket) else None


def _is_theirs(db: Connection, ticket: Ticket, talk: Conversation) -> bool:
    """Whether a ticket is of whoever writes here; its conversation may have become part of another since."""
    same = talk.contact_id is not None and ticket.contact_id == talk.contact_id
    return same or conversations.get_conversation(db, ticket.conversation_id).id == talk.id
