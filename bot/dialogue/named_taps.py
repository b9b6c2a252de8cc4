"""Taps that name what they are for by its number (a step of a ticket, a solution, a survey) count however old."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue import consenting, quarterly_taps, step_taps, survey_taps
from bot.dialogue.intake import Receipt
from bot.messages import Incoming
from bot.rules import Rules
from bot.wording.choices import ConsentChosen, ConsentsAsked, StepAnswerChosen, parse_choice
from bot.wording.survey_choices import DimensionChosen, ScoreChosen, SurveyConsent, SurveyScored

_Other = SurveyScored | SurveyConsent | ConsentsAsked | ConsentChosen


def is_named(choice: str) -> bool:
    """Whether the payload of a button names what it is for."""
    chosen = parse_choice(choice)
    named_score = isinstance(chosen, ScoreChosen) and chosen.ticket is not None
    return named_score or isinstance(chosen, StepAnswerChosen | DimensionChosen | _Other)


def may_take(db: Connection, rules: Rules, tap: Incoming) -> bool:
    """Whether what a tap names was offered to whoever taps. Reads only."""
    if isinstance(parse_choice(tap.choice), StepAnswerChosen):
        return step_taps.may_answer(db, tap)
    if isinstance(parse_choice(tap.choice), ConsentsAsked | ConsentChosen):
        return consenting.may_consent(rules, tap)
    if isinstance(parse_choice(tap.choice), SurveyScored | SurveyConsent):
        return quarterly_taps.may_answer_survey(db, rules, tap)
    return survey_taps.may_rate(db, rules, tap)


def take_named(db: Connection, rules: Rules, tap: Incoming, now: datetime) -> Receipt:
    """Carry out a tap that `may_take`, once per key."""
    if isinstance(parse_choice(tap.choice), StepAnswerChosen):
        return step_taps.take_step_answer(db, rules, tap, now)
    if isinstance(parse_choice(tap.choice), ConsentsAsked | ConsentChosen):
        return consenting.take_consent_tap(db, rules, tap, now)
    if isinstance(parse_choice(tap.choice), SurveyScored | SurveyConsent):
        return quarterly_taps.take_survey_tap(db, rules, tap, now)
    return survey_taps.take_rating_tap(db, rules, tap, now)
