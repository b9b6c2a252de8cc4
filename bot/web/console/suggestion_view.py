"""How often suggested answers were sent or declined, for the page of the knowledge base."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.transcript.suggestion_verdicts import count_verdicts
from knowledge_base.articles import Article

COUNTED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SuggestedCounts:
    """How often a question's answer, suggested to agents, was sent as it is, in other words, or declined."""

    question: str
    adopted: int
    edited: int
    declined: int


def suggested_counts(db: Connection, articles: Iterable[Article], now: datetime) -> list[SuggestedCounts]:
    """Return the counts of each question since `COUNTED`, the most often declined first."""
    named = {article.id: article.question for article in articles}
    found = [
        SuggestedCounts(named.get(name, name), each.get("adopted", 0), each.get("edited", 0), each.get("declined", 0))
        for name, each in count_verdicts(db, now - COUNTED).items()
    ]
    return sorted(found, key=lambda each: (-each.declined, -each.adopted - each.edited, each.question))
