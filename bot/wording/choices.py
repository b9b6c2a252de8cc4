"""The payloads of customers' buttons: written and parsed here only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, assert_never, get_args

from bot.wording.survey_choices import (
    DimensionChosen,
    ScoreChosen,
    SurveyChoice,
    SurveyConsent,
    SurveyScored,
    parse_survey_choice,
    survey_payload,
)
from escalation.policy.privacy_notice import PURPOSES
from escalation.tickets.sent_steps import StepAnswer
from knowledge_base.articles import DIGEST, digest_of

LONGEST_ID = 64  # characters of an article's id
MOST_BYTES = 64  # of a payload: what Telegram takes
Wish = Literal["export", "forget", "leave"]
OBJECTION = "objection"
CONSENTS = "consents"
_STEP = re.compile("[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonChosen:
    """转人工."""


@dataclass(frozen=True, slots=True)
class FoundHelpful:
    """The answer of this article helped."""

    article: str


@dataclass(frozen=True, slots=True)
class FoundUnhelpful:
    """The answer of this article did not help."""

    article: str


@dataclass(frozen=True, slots=True)
class QuestionChosen:
    """One of the suggested questions was meant."""

    article: str


@dataclass(frozen=True, slots=True)
class Meant:
    """The question that was asked back is the one that was meant."""

    article: str


@dataclass(frozen=True, slots=True)
class NotMeant:
    """The question that was understood, or asked back, is not the one that was meant."""

    article: str


@dataclass(frozen=True, slots=True)
class DataWishChosen:
    """A request about one's own personal data, or its withdrawal; offered in Telegram only."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class ObjectionChosen:
    """An objection to how one's service was decided."""


@dataclass(frozen=True, slots=True)
class ConsentsAsked:
    """What may be agreed to is asked for."""


@dataclass(frozen=True, slots=True)
class ConsentChosen:
    """A purpose is agreed to, or no longer."""

    purpose: str
    given: bool


@dataclass(frozen=True, slots=True)
class StepAnswerChosen:
    """An answer to what was sent in the course of a ticket, by its number."""

    step: int
    answer: StepAnswer


AboutArticle = FoundHelpful | FoundUnhelpful | QuestionChosen | Meant | NotMeant
_ABOUT_ARTICLE: Mapping[str, Callable[[str], AboutArticle]] = {
    "helpful": FoundHelpful,
    "unhelpful": FoundUnhelpful,
    "ask": QuestionChosen,
    "meant": Meant,
    "notmeant": NotMeant,
}

OfData = DataWishChosen | ConsentsAsked | ConsentChosen
Choice = PersonChosen | AboutArticle | SurveyChoice | OfData | ObjectionChosen | StepAnswerChosen


def payload(choice: Choice) -> str:  # noqa: C901, PLR0912  # one line per kind, so that every kind is seen
    """Return the payload that a tap hands back; it is stored in transcripts, so its form must not change.

    An article's id that has no room in it is a digest, from which `Rules.named` tells the id.
    """
    match choice:
        case PersonChosen():
            return "person"
        case FoundHelpful(article):
            return _about("helpful", article)
        case FoundUnhelpful(article):
            return _about("unhelpful", article)
        case QuestionChosen(article):
            return _about("ask", article)
        case Meant(article):
            return _about("meant", article)
        case NotMeant(article):
            return _about("notmeant", article)
        case ScoreChosen() | DimensionChosen() | SurveyScored() | SurveyConsent():
            return survey_payload(choice)
        case DataWishChosen(wish):
            return f"self:{wish}"
        case ConsentsAsked():
            return CONSENTS
        case ConsentChosen(purpose, given):
            return f"consent:{'give' if given else 'withdraw'}:{purpose}"
        case ObjectionChosen():
            return OBJECTION
        case StepAnswerChosen(step, answer):
            return f"step:{step}:{answer}"
        case _:
            assert_never(choice)


def _about(verb: str, article: str) -> str:
    plain = f"{verb}:{article}"
    has_room = len(plain.encode()) <= MOST_BYTES and not article.startswith(DIGEST)
    return plain if has_room else f"{verb}:{digest_of(article)}"


def parse_choice(text: str) -> Choice | None:
    """Parse a payload; None if it is none of ours. Whether the button is still valid is checked elsewhere.

    Its article may be a digest, as `payload` writes it.
    """
    verb, _, target = text.partition(":")
    if text == "person":
        return PersonChosen()
    if text == OBJECTION:
        return ObjectionChosen()
    if verb in (CONSENTS, "consent"):
        return _parse_consent(text)
    if verb in ("rate", "dim", "survey"):
        return parse_survey_choice(text)
    if verb == "self":
        return next((DataWishChosen(wish) for wish in get_args(Wish) if wish == target), None)
    if verb == "step":
        return _parse_step(target)
    return _ABOUT_ARTICLE[verb](target) if verb in _ABOUT_ARTICLE and 0 < len(target) <= LONGEST_ID else None


def _parse_consent(text: str) -> ConsentsAsked | ConsentChosen | None:
    if text == CONSENTS:
        return ConsentsAsked()
    _, act, purpose = [*text.split(":"), "", ""][:3]
    known = act in ("give", "withdraw") and purpose in PURPOSES and text == f"consent:{act}:{purpose}"
    return ConsentChosen(purpose, act == "give") if known else None


def _parse_step(target: str) -> StepAnswerChosen | None:
    number, _, given = target.partition(":")
    answer = next((each for each in get_args(StepAnswer) if each == given), None)
    if answer is None or not _STEP.fullmatch(number):
        return None
    return StepAnswerChosen(int(number), answer)
