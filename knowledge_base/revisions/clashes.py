"""What no revision may contain: an id used twice, a phrasing under two questions; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge_base.articles import Article
from knowledge_base.matching.index import key_of
from knowledge_base.text.normalise import FILLERS


def clashes(articles: Iterable[Article]) -> Iterator[str]:
    """Yield a whole sentence for each clash."""
    ids: set[str] = set()
    owners: dict[str, tuple[str, str]] = {}
    for article in articles:
        if article.id in ids:
            yield f'The id "{article.id}" is used twice; give every question an id of its own.'
        ids.add(article.id)
        for phrasing in article.phrasings:
            owner, first = owners.setdefault(key_of(phrasing, FILLERS), (article.id, phrasing))
            if owner != article.id:
                same = f'"{phrasing}" under question "{article.id}" asks the same as "{first}" under "{owner}"'
                yield f"{same}; keep it under one question."
