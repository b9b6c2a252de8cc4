"""Buttons below the bot's messages."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Button
from bot.wording.choices import FoundHelpful, FoundUnhelpful, Meant, NotMeant, PersonChosen, payload
from bot.wording.phrases import in_script, say
from bot.wording.survey_choices import DimensionChosen, ScoreChosen, SurveyConsent, SurveyScored
from bot.wording.surveys import BUTTON_AGAIN, BUTTON_STOP
from escalation.policy.model import Policy


def answer_buttons(policy: Policy, article_id: str, language: str) -> tuple[Button, ...]:
    """Return 有帮助 / 没帮助 / 转人工, for an answer."""
    return (
        Button(payload(FoundHelpful(article_id)), say(policy, "button_helpful", language)),
        Button(payload(FoundUnhelpful(article_id)), say(policy, "button_unhelpful", language)),
        person_button(policy, language),
    )


def presumed_buttons(policy: Policy, article_id: str, language: str) -> tuple[Button, ...]:
    """Return 不是 and the buttons of an answer, for one under the question that was understood."""
    return (_not_meant(policy, article_id, language), *answer_buttons(policy, article_id, language))


def asked_back_buttons(policy: Policy, article_id: str, language: str) -> tuple[Button, ...]:
    """Return 是的 / 不是 / 转人工, for a question that is asked back."""
    yes = Button(payload(Meant(article_id)), say(policy, "button_meant", language))
    return (yes, _not_meant(policy, article_id, language), person_button(policy, language))


def _not_meant(policy: Policy, article_id: str, language: str) -> Button:
    return Button(payload(NotMeant(article_id)), say(policy, "button_not_meant", language))


def person_button(policy: Policy, language: str) -> Button:
    """Return 转人工."""
    return Button(payload(PersonChosen()), say(policy, "button_person", language))


def rating_buttons(ticket: int, solution: int) -> tuple[Button, ...]:
    """Return the ratings 1 to 5 of a ticket's solution of this number."""
    return tuple(Button(payload(ScoreChosen(score, ticket, solution)), str(score)) for score in range(1, 6))


def dimension_buttons(policy: Policy, ticket: int, solution: int, language: str) -> tuple[Button, ...]:
    """Return the ratings 1 to 5 of each of the policy's dimensions."""
    return tuple(
        Button(payload(DimensionChosen(ticket, solution, name, score)), in_script(f"{label} {score}", language))
        for name, label in policy.surveys.dimensions.items()
        for score in range(1, 6)
    )


def survey_buttons(survey: int, language: str) -> tuple[Button, ...]:
    """Return the scores 1 to 5 of a quarterly survey, and 不再接收调查."""
    scores = (Button(payload(SurveyScored(survey, "", score)), str(score)) for score in range(1, 6))
    return (*scores, _stop_button(survey, language))


def survey_dimension_buttons(
    policy: Policy, survey: int, dimensions: Sequence[str], language: str
) -> tuple[Button, ...]:
    """Return the scores 1 to 5 of each dimension that a quarterly survey asks, and 不再接收调查."""
    scores = (
        Button(payload(SurveyScored(survey, name, score)), in_script(f"{label} {score}", language))
        for name, label in policy.surveys.dimensions.items()
        if name in dimensions
        for score in range(1, 6)
    )
    return (*scores, _stop_button(survey, language))


def agree_button(survey: int, language: str) -> Button:
    """Return 再次同意, below what is said to whoever wishes no more surveys."""
    return Button(payload(SurveyConsent(survey, wanted=True)), in_script(BUTTON_AGAIN, language))


def _stop_button(survey: int, language: str) -> Button:
    return Button(payload(SurveyConsent(survey, wanted=False)), in_script(BUTTON_STOP, language))
