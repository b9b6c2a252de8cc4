"""Which category of the knowledge base a message is about, by all of its questions together; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from knowledge_base.matching.index import Index
from knowledge_base.matching.ranking import read_by


def category_scores(text: str, index: Index) -> Mapping[str, float]:
    """Return a score per category, about 1 for the one that a message is about and 0 for others; empty without words.

    The classifier is linear in its labels: what it gives all questions of a category together is what it would give
    the category. Raises what an encoder raises.
    """
    level = index.levels[-1]
    if not index.entries or level.classifier is None or not index.prepare(text).key:
        return {}
    sight = read_by(level, text, index)
    found: Counter[str] = Counter()
    for question, score in enumerate(sight.scores(level).tolist()):
        found[index.entries[index.firsts[question]].article.category] += score
    return found
