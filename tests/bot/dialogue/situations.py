"""Turns and situations as plan() takes them, for tests of its rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.dialogue.intents import Intent
from bot.dialogue.situation import Situation, Turn
from knowledge_base.articles import Article
from knowledge_base.matching.decide import Answered, Unknown, Unsure
from knowledge_base.matching.ranking import Candidate


def candidate(number: int = 1, *, exact: bool = False, sure: float = 0.4) -> Candidate:
    article = Article(f"a{number}", "订单", f"问题{number}", (), f"答案{number}")
    return Candidate(article, article.question, 1.0 if exact else sure, exact)


def said(intent: Intent | None = None, **known: Any) -> Turn:
    return Turn(intent=intent, **{"verdict": Unknown(), "text": "话", **known})


def hears(*acts: str, doubted: tuple[str, ...] = (), **known: Any) -> Turn:
    """A text in which these acts are heard, and those in `doubted` may be meant."""
    return said(heard=frozenset(acts), doubted=frozenset(doubted), **known)


WITH_BOT = Situation(
    bot="answers",
    ticket="none",
    awaiting=None,
    misses=0,
    bot_answers=0,
    last_answer=None,
    rejected=frozenset(),
    misses_at_most=2,
    answers_at_most=None,
    overheld=False,
    can_reopen=False,
    can_rate=False,
    can_rate_later=False,
    complaint_already=False,
    rated_low=False,
    critical_already=False,
)
WAITING = replace(WITH_BOT, ticket="waiting")
CLAIMED = replace(WITH_BOT, ticket="claimed")
RESOLVED = replace(WITH_BOT, ticket="resolved", awaiting="more", can_reopen=True, can_rate=True)
OWN_PERSON = replace(WITH_BOT, bot="suggests")
SURE = Answered(candidate(sure=0.97))
EXACT = Answered(candidate(exact=True))
UNSURE = Unsure(tuple(candidate(number) for number in range(1, 6)))
