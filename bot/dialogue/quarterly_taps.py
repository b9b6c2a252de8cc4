"""Taps on a quarterly survey: a score, a score of a dimension, no more surveys, or surveys again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.intake import Receipt
from bot.dialogue.self_service import begin_tap
from bot.dialogue.survey_answers import OVERALL, answer_survey, wish_surveys
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript import conversations, processed_keys
from bot.transcript.conversations import Conversation
from bot.wording.survey_choices import SurveyConsent, SurveyScored, parse_survey_choice
from escalation.surveys import survey_store
from escalation.surveys.survey_store import Survey


def may_answer_survey(db: Connection, rules: Rules, message: Incoming) -> bool:
    """Whether a tap is on a survey that whoever taps was sent, and on what is still asked. Reads only."""
    found = conversations.find_conversation(db, message.channel, message.address)
    chosen = parse_survey_choice(message.choice)
    if found is None or not isinstance(chosen, SurveyScored | SurveyConsent):
        return False
    if isinstance(chosen, SurveyConsent) and chosen.survey == 0:
        return found.contact_id is not None
    if isinstance(chosen, SurveyScored) and chosen.dimension not in (OVERALL, *rules.policy.surveys.dimensions):
        return False
    survey = survey_store.get_survey(db, chosen.survey)
    return survey is not None and _is_theirs(db, survey, found)


def take_survey_tap(db: Connection, rules: Rules, message: Incoming, now: datetime) -> Receipt:
    """Carry out a tap that `may_answer_survey`, once per key, and say what came of it."""
    turn = begin_tap(db, rules, message, now)
    line = processed_keys.message_of_key(db, message.channel, message.key)
    if turn is None:
        found = conversations.find_conversation(db, message.channel, message.address)
        return Receipt(found.id if found is not None else 0, line, duplicate=True)
    chosen = parse_survey_choice(message.choice)
    if isinstance(chosen, SurveyConsent):
        wish_surveys(turn, wanted=chosen.wanted, survey_id=chosen.survey or None)
    elif isinstance(chosen, SurveyScored):
        answer_survey(turn, survey_store.get_survey(db, chosen.survey), {chosen.dimension: chosen.score})
    conversations.save_conversation(db, turn.conversation, now)
    return Receipt(turn.conversation.id, line, duplicate=False)


def _is_theirs(db: Connection, survey: Survey, talk: Conversation) -> bool:
    """Whether a survey was sent to whoever writes here; its conversation may have become part of another since."""
    same = talk.contact_id is not None and survey.contact_id == talk.contact_id
    return same or conversations.get_conversation(db, survey.conversation_id).id == talk.id
