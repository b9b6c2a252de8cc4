"""Questions about the sample content that the bot answers at once, each with the words it may answer in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from bot.app import open_service
from bot.config.settings import Settings
from bot.dialogue.acts import Answer
from bot.dialogue.plan import plan
from bot.dialogue.turn import first_situation, turn_of
from bot.first_start import load_samples
from bot.rules import Rules
from bot.service import Service
from escalation.customers.model import tier_of


@dataclass(frozen=True, slots=True)
class Pool:
    """`by_article`: phrasings, all of which are answered with that article; `answers`: the article of an answer."""

    by_article: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str]

    @property
    def article_of(self) -> Mapping[str, str]:
        """The article that answers a phrasing."""
        return {text: article for article, texts in self.by_article.items() for text in texts}

    def also_in(self, other: Pool) -> Pool:
        """What both have."""
        shared = {
            article: tuple(text for text in texts if text in other.by_article.get(article, ()))
            for article, texts in self.by_article.items()
        }
        return Pool({article: texts for article, texts in shared.items() if texts}, self.answers)

    def several(self, count: int, chance: Random) -> list[str]:
        """So many questions of one customer, no two with the same answer while there are others left."""
        articles: list[str] = []
        while len(articles) < count:
            articles += chance.sample(list(self.by_article), len(self.by_article))
        return [chance.choice(self.by_article[article]) for article in articles[:count]]


@cache
def questions(*, exact: bool, encoder: str = "none") -> Pool:
    """Either word by word as the content has them, or with one character left out, as people type.

    What is word by word needs no matching, whatever the encoder. Acts are read as the programs that are asked read
    them, which have the environment of this process.
    """
    acts = os.environ.get("JIEDAI_ACTS", "")
    with tempfile.TemporaryDirectory(prefix="jiedai-bench-") as folder:
        service = open_service(Settings(data=Path(folder) / "data", encoder=encoder, acts=acts))
        try:
            load_samples(service)
            return _pool(service, exact=exact)
        finally:
            service.database.close()


def _pool(service: Service, *, exact: bool) -> Pool:
    rules, chance = service.rules, Random(5)
    found: dict[str, tuple[str, ...]] = {}
    answers: dict[str, str] = {}
    for article in rules.index.articles:
        texts = [article.question, *article.similar]
        texts = texts if exact else [_mistyped(text, chance) for text in texts]
        kept = tuple(text for text in texts if _is_answered(service, rules, text, article.id, exact=exact))
        if kept:
            found[article.id] = kept
            answers |= {text.strip(): article.id for text in (article.answer, article.night_answer) if text}
    return Pool(found, answers)


def _is_answered(service: Service, rules: Rules, text: str, article: str, *, exact: bool) -> bool:
    now = service.clock()
    tier = tier_of(rules.policy, None, now)
    candidates = rules.rank(text, tier.tier, now)
    situation = replace(first_situation(rules, tier), has_notice=rules.policy.notice is not None)
    acts = plan(turn_of(rules, text, candidates, settled=False), situation)
    match acts:
        case [Answer(candidate)]:
            return candidate.article.id == article and candidate.exact == exact
        case _:
            return False


def _mistyped(text: str, chance: Random) -> str:
    at = chance.randrange(1, max(2, len(text) - 1))
    return text[:at] + text[at + 1 :]


def poisson(
    rate: float, seconds: float, chats: Sequence[int], pool: Pool, chance: Random
) -> list[tuple[float, int, str]]:
    """Who asks what and when: independent customers, so many questions a second in all."""
    dues: list[float] = []
    at = chance.expovariate(rate)
    while at < seconds:
        dues.append(at)
        at += chance.expovariate(rate)
    asking = [chance.choice(chats) for _ in dues]
    theirs = {chat: iter(pool.several(asking.count(chat), chance)) for chat in set(asking)}
    return [(due, chat, next(theirs[chat])) for due, chat in zip(dues, asking, strict=True)]
