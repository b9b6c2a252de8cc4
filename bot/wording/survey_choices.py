"""The payloads of the buttons that rate: a solution, a dimension of it, or a quarter; written and parsed here only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from escalation.policy.surveys import DIMENSIONS

SCORES = ("1", "2", "3", "4", "5")
_NUMBER = re.compile("[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScoreChosen:
    """A rating, 1 to 5, of a ticket's solution of this number; the present one's where they are None."""

    score: int
    ticket: int | None = None
    solution: int | None = None


@dataclass(frozen=True, slots=True)
class DimensionChosen:
    """A rating of one dimension of a ticket's solution."""

    ticket: int
    solution: int
    dimension: str
    score: int


@dataclass(frozen=True, slots=True)
class SurveyScored:
    """An answer to a quarterly survey; the overall one where the dimension is empty."""

    survey: int
    dimension: str
    score: int


@dataclass(frozen=True, slots=True)
class SurveyConsent:
    """No more surveys, or surveys again; the number of the survey it stands below, 0 below none."""

    survey: int
    wanted: bool


SurveyChoice = ScoreChosen | DimensionChosen | SurveyScored | SurveyConsent


def survey_payload(choice: SurveyChoice) -> str:
    """Return the payload that a tap hands back; it is stored in transcripts, so its form must not change."""
    match choice:
        case ScoreChosen(score, None, _):
            return f"rate:{score}"
        case ScoreChosen(score, ticket, solution):
            return f"rate:{score}:{ticket}:{solution}"
        case DimensionChosen(ticket, solution, dimension, score):
            return f"dim:{ticket}:{solution}:{dimension}:{score}"
        case SurveyScored(survey, dimension, score):
            return f"survey:{survey}:{dimension or 'all'}:{score}"
        case SurveyConsent(survey, wanted):
            return f"survey:{survey}:{'again' if wanted else 'stop'}"
        case _:
            assert_never(choice)


def parse_survey_choice(text: str) -> SurveyChoice | None:
    """Parse a payload; None if it is none of these."""
    match text.split(":"):
        case ["rate", score] if score in SCORES:
            return ScoreChosen(int(score))
        case ["rate", score, ticket, solution] if score in SCORES and _are_numbers(ticket, solution):
            return ScoreChosen(int(score), int(ticket), int(solution))
        case ["dim", ticket, solution, name, score] if (
            score in SCORES and name in DIMENSIONS and _are_numbers(ticket, solution)
        ):
            return DimensionChosen(int(ticket), int(solution), name, int(score))
        case ["survey", survey, name, score] if (
            score in SCORES and (name == "all" or name in DIMENSIONS) and _are_numbers(survey)
        ):
            return SurveyScored(int(survey), "" if name == "all" else name, int(score))
        case ["survey", survey, ("again" | "stop") as wish] if survey == "0" or _are_numbers(survey):
            return SurveyConsent(int(survey), wish == "again")
        case _:
            return None


def _are_numbers(*texts: str) -> bool:
    return all(_NUMBER.fullmatch(each) for each in texts)
