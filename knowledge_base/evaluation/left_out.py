"""Messages made of a knowledge base by leaving phrasings out of it, some with their whole question; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge_base.articles import Article
from knowledge_base.files.labelled import LabelledMessage

EVERY = 5  # of the similar questions, every fifth is left out and asked
_WHOLE = 10  # of the articles, at most every tenth is left out as a whole


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The articles that are left, and the messages: what was left out, labelled with what should answer it."""

    articles: tuple[Article, ...]
    messages: tuple[LabelledMessage, ...]


def leave_out(articles: Sequence[Article], foreign: float) -> LeftOut:
    """Leave out every fifth similar question, and whole articles, so that a share `foreign` (0 to 1) has no answer.

    The same every time. Without similar questions nothing is asked; with few articles the share is smaller.
    """
    gone = articles[_WHOLE - 1 :: _WHOLE] if foreign else ()
    whole = {article.id for article in gone}
    kept, asked = [], []
    seen = 0
    for article in articles:
        if article.id in whole:
            continue
        out = [text for place, text in enumerate(article.similar, start=seen + 1) if place % EVERY == 0]
        seen += len(article.similar)
        kept.append(replace(article, similar=tuple(text for text in article.similar if text not in out)))
        asked += [LabelledMessage(text, article.id) for text in out]
    unanswered = list(_in_turn(gone))[: round(len(asked) * foreign / (1 - foreign))]
    return LeftOut(tuple(kept), (*asked, *(LabelledMessage(text, None) for text in unanswered)))


def _in_turn(articles: Sequence[Article]) -> Iterator[str]:
    """The first phrasing of each, then the second of each, and so on."""
    for place in range(max((len(article.phrasings) for article in articles), default=0)):
        yield from (article.phrasings[place] for article in articles if place < len(article.phrasings))
