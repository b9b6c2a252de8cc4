"""What a turn does that answers a quarterly survey in words, or wishes no more of them; pure."""

from __future__ import annotations

from bot.dialogue.acts import Act, AnswerSurvey, Forward, WishSurveys
from bot.dialogue.data_acts import ShowConsents
from bot.dialogue.dimension_words import dimension_scores
from bot.dialogue.plan_rules import is_question
from bot.dialogue.situation import Situation, Turn
from bot.dialogue.survey_words import survey_wish
from knowledge_base.acts.signals import score_of

SURVEY = "survey"


def about_surveys(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    """Return the acts for a turn about surveys alone; None for any other."""
    if turn.file or turn.critical or turn.threatens or "person" in turn.heard:
        return None
    is_open = now.ticket in ("waiting", "claimed")
    if (
        turn.text
        and (wanted := survey_wish(turn.text)) is not None
        and (now.known or (not wanted and now.has_consents))
    ):
        # Of whoever is not known, what they agreed to here can be withdrawn by its button.
        wish = WishSurveys(wanted) if now.known else ShowConsents()
        return (Forward(), wish) if is_open else (wish,)
    return _answered(turn, now) if now.awaiting == SURVEY and not is_open else None


def _answered(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    if turn.rating is not None:
        return (AnswerSurvey((("", turn.rating),)),)
    if not turn.text or is_question(turn) or "unsolved" in turn.heard:
        return None
    given = dimension_scores(turn.text, now.dimensions)
    overall = score_of(given.rest if given is not None else turn.text)
    if given is None and overall is None:
        return None
    scores = (() if overall is None else (("", overall),)) + (given.scores if given is not None else ())
    return (AnswerSurvey(scores, given.wrong if given is not None else ()),)
