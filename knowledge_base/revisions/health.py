"""Checks of a knowledge base by its own left-out predictions; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, IndexedPhrasing

HEALTHY = 0.5  # share of its own phrasings, each asked as if unknown, that should find their question
_ENOUGH = 30  # phrasings whose question has others; a share of fewer says nothing
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Phrasings of one question that, left out, another question would answer with high confidence."""

    question: Article
    rival: Article
    phrasings: tuple[str, ...]

    def __str__(self) -> str:
        some = ", ".join(f'"{phrasing}"' for phrasing in self.phrasings[:3])
        more = f" and {len(self.phrasings) - 3} more" if len(self.phrasings) > 3 else ""
        return (
            f'Questions "{self.question.id}" and "{self.rival.id}" fight: {some}{more} of the first would be answered '
            "by the second."
        )


def contradictions_of(index: Index) -> tuple[Contradiction, ...]:
    """Return the contradictions between questions, those with the most phrasings first."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for number, rival in index.levels[-1].contradictions:
        entry = index.entries[number]
        if entry.phrasing == entry.article.question:  # where the question itself stands is right by definition
            continue
        found[entry.place, index.entries[index.firsts[rival]].place].append(entry.phrasing)
    contradictions = (
        Contradiction(index.articles[place], index.articles[rival], tuple(phrasings))
        for (place, rival), phrasings in found.items()
    )
    return tuple(sorted(contradictions, key=lambda fight: (-len(fight.phrasings), fight.question.id, fight.rival.id)))


def _rehearsed(index: Index) -> int:
    sizes = np.bincount(index.question_of, minlength=1)
    return int(sizes[sizes > 1].sum())


def problems_of(index: Index) -> Iterator[str]:
    """Yield a whole sentence per problem, for the editor of the knowledge base."""
    accuracy = index.levels[-1].self_accuracy
    if accuracy is not None and accuracy < HEALTHY and _rehearsed(index) >= _ENOUGH:
        yield (
            f"Each asked as if it were unknown, {accuracy:.0%} of the phrasings find their own question; "
            f"below {HEALTHY:.0%} many are probably filed under the wrong one."
        )
    yield from map(_misfiled, index.suspects[:_NAMED])
    if len(index.suspects) > _NAMED:
        yield f"{len(index.suspects) - _NAMED} more phrasings are left out as probably filed under the wrong question."
    contradictions = contradictions_of(index)
    yield from map(str, contradictions[:_NAMED])
    if len(contradictions) > _NAMED:
        yield f"{len(contradictions) - _NAMED} more pairs of questions fight."


def _misfiled(suspect: tuple[IndexedPhrasing, Article]) -> str:
    entry, probable = suspect
    return (
        f'"{entry.phrasing}" of question "{entry.article.id}" probably belongs to "{probable.id}"; it is left out '
        "until it is moved or worded differently."
    )
