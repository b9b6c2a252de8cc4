"""Check regressions: messages that must keep their answers, asked exactly as customers ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.dialogue.turn import turn_of
from bot.rules import Rules
from knowledge_base.articles import Article
from knowledge_base.matching.index import Index
from knowledge_base.matching.ranking import is_visible
from knowledge_base.revisions.regressions import Regression, failure_of


def complaints(rules: Rules, index: Index, wanted: Iterable[Regression], now: datetime) -> dict[Regression, str]:
    """Return the regressions that this index does not meet, each with a sentence saying what it does instead."""
    rules = replace(rules, index=index)
    found = ((one, _complaint(rules, one, now)) for one in wanted)
    return {one: said for one, said in found if said}


def _complaint(rules: Rules, wanted: Regression, now: datetime) -> str | None:
    """Asked as every kind of customer who may see the article, at an instant when it is valid."""
    articles = {article.id: article for article in rules.index.articles}
    article = articles.get(wanted.expected or "")
    if article is not None and article.valid_until is not None and article.valid_until <= now:
        return None  # it had its time; nobody is owed it any more
    at = max(now, article.valid_from) if article is not None and article.valid_from is not None else now
    kinds = [tier for tier in _kinds(rules, articles.values()) if article is None or is_visible(article, tier, at)]
    for tier in kinds:
        verdict = turn_of(rules, wanted.text, rules.rank(wanted.text, tier, at), settled=True).verdict
        if said := failure_of(wanted, verdict, articles):
            return said if tier == kinds[0] else f"{said[:-1]} for {tier}."
    return None


def _kinds(rules: Rules, articles: Iterable[Article]) -> Iterator[str]:
    """One tier for each kind of customer: tiers that no article names see the same."""
    named = {tier for article in articles for tier in article.tiers}
    yield from [tier for tier in rules.policy.tiers if tier not in named][:1]
    yield from (tier for tier in rules.policy.tiers if tier in named)
