"""Groups questions that the knowledge base lacks, those that most customers ask first; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from knowledge_base.articles import Article
from knowledge_base.gaps.average_link import linked
from knowledge_base.gaps.wording_space import WordingSpace, space_of
from knowledge_base.matching.index import Index, key_of
from knowledge_base.matching.ranking import Candidate, rank
from knowledge_base.model.similarity import Floats

Reason = Literal["unanswered", "suggested", "rejected", "human"]
REASONS: tuple[Reason, ...] = get_args(Reason)

RANKED = 50  # clusters whose nearest questions are looked up: nobody reads on without dealing with these first
EXAMPLES = 5

_CLAUSE = re.compile(r"[\s，。！？；、,!?;：:…~～]+")
_MASKED = re.compile(r"[0-9A-Za-z@.]*\*[0-9A-Za-z@.*]*")


@dataclass(frozen=True, slots=True)
class Gap:
    """A masked message without a helpful answer.

    `article_id`: the article rejected, or chosen in the end. `customer`: who asked, the same text for the same
    customer; None: not known, and each such message counts as a customer of its own. `answered_at`: when its question
    was published, as `answered_by`; None while it is open.
    """

    id: int
    at: datetime
    reason: Reason
    text: str
    reply: str | None = None
    article_id: str | None = None
    ticket_id: int | None = None
    customer: str | None = None
    tier: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None

    @property
    def asker(self) -> str:
        """Whom the message counts for."""
        return self.customer or f"message {self.id}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Messages that ask the same. `id` is the smallest of `gaps`, so that it stays as others join.

    `customers`: how many of which tier asked, each once, by the tier they had last; messages of which that is not
    known stand under None. Where the question had been answered before, `gaps` holds those messages too; all other
    figures are of the messages that are open.
    """

    id: int
    text: str
    count: int
    newest: datetime
    examples: tuple[str, ...]  # other wordings
    reasons: Mapping[Reason, int]
    tapped: tuple[tuple[str, int], ...]  # questions the customers chose from the suggestions, and how often
    rejected: tuple[tuple[str, int], ...]  # questions whose answers were no help
    reply: str | None  # what a person answered
    gaps: tuple[int, ...]
    nearest: tuple[Candidate, ...] = ()
    customers: Mapping[str | None, int] = field(default_factory=dict)
    answered_at: datetime | None = None  # it had been answered then, and was asked again
    answered_by: str | None = None  # by this article

    @property
    def askers(self) -> int:
        """How many customers asked."""
        return sum(self.customers.values())

    @property
    def wording(self) -> str:
        """Return the question without masked parts, for a new article; empty when nothing is left."""
        return unmasked(self.text)


def cluster(gaps: Iterable[Gap], index: Index, *, ranked: int = RANKED) -> tuple[Cluster, ...]:
    """Group gaps by what they ask, those of most customers first, then the most frequent and newest.

    Answered gaps are given along, so that a question keeps its number when it is asked again; without an open message
    a group is left out. Raises what an encoder raises.
    """
    groups = _grouped(gaps, index)
    clusters = [_cluster(several) for several in _merged(groups, index) if any(group.open for group in several)]
    clusters.sort(key=lambda each: (-each.askers, -each.count, -each.newest.timestamp(), each.id))
    near = [replace(each, nearest=rank(each.text, index, limit=5)) for each in clusters[:ranked]]
    return (*near, *clusters[ranked:])


def masked_part(text: str, source: str) -> str:
    """Return masked data (138****0001) that a text took over from its source message; empty without any."""
    known = set(_MASKED.findall(source))
    return next((part for part in _MASKED.findall(text) if part in known or "**" in part), "")


def unmasked(text: str) -> str:
    """Return the clauses without masked data: 「我叫***，发票怎么开」 → 「发票怎么开」."""
    if "*" not in text:
        return text
    return "，".join(clause for clause in _CLAUSE.split(text) if clause and "*" not in clause)


@dataclass(frozen=True, slots=True)
class _Group:
    """Gaps of one wording, in the order they came."""

    key: str
    gaps: tuple[Gap, ...]

    @property
    def open(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.answered_at is None)

    @property
    def newest_wording(self) -> str:
        return self.gaps[-1].text


def _grouped(gaps: Iterable[Gap], index: Index) -> list[_Group]:
    """By wording, the oldest first, whatever order they are given in."""
    groups: dict[str, list[Gap]] = {}
    for gap in sorted(gaps, key=lambda gap: gap.id):
        key = key_of(gap.text, index.fillers)
        if key and not _was_answered(gap, key, index):
            groups.setdefault(key, []).append(gap)
    return [_Group(key, tuple(sorted(mine, key=lambda gap: (gap.at, gap.id)))) for key, mine in groups.items()]


def _was_answered(gap: Gap, key: str, index: Index) -> bool:
    """Messages kept before it was noted who asked were not settled when their wording was published otherwise."""
    return gap.customer is None and gap.reason != "rejected" and gap.answered_at is None and key in index.exact


def _merged(groups: Sequence[_Group], index: Index) -> list[list[_Group]]:
    if not groups:
        return []
    space = space_of(index)
    vectors = space.vectors([group.newest_wording for group in groups])
    marks = _telling([_solutions(group, index) for group in groups], vectors, space)
    found = linked(vectors, space.enough, marks, space.enough - space.hinted)
    return [[groups[place] for place in places] for places in found]


def _solutions(group: _Group, index: Index) -> frozenset[str]:
    """What solved it: the article tapped, refused, sent by an agent or published for it, or an agent's own words."""
    articles = (name for gap in group.gaps for name in (gap.article_id, gap.answered_by) if name)
    tapped = frozenset(f"article {name}" for name in articles)
    return tapped | {_sent(gap.reply, index) for gap in group.gaps if gap.reply}


def _sent(reply: str, index: Index) -> str:
    article = _known_answers(index.articles).get(reply.strip())
    return f"article {article}" if article else f"reply {key_of(reply, index.fillers)}"


def _telling(marks: Sequence[frozenset[str]], vectors: Floats, space: WordingSpace) -> list[frozenset[str]]:
    """Leave out what is said to everybody: its messages are no more alike than those of different questions."""
    holders: dict[str, list[int]] = {}
    for place, mine in enumerate(marks):
        for mark in mine:
            holders.setdefault(mark, []).append(place)
    telling = {mark for mark, places in holders.items() if _mean_likeness(vectors[places]) >= space.hinted}
    return [mine & telling for mine in marks]


def _mean_likeness(vectors: Floats) -> float:
    """Of all pairs; −1 where there is none."""
    pairs = len(vectors) * (len(vectors) - 1)
    total = vectors.sum(0)
    return float(total @ total - np.square(vectors).sum()) / pairs if pairs else -1.0


def _cluster(groups: Sequence[_Group]) -> Cluster:
    gaps = sorted((gap for group in groups for gap in group.open), key=lambda gap: (gap.at, gap.id))
    asked = sorted((group for group in groups if group.open), key=_by_frequency)
    answered = max((gap for group in groups for gap in group.gaps if gap.answered_at), key=_when, default=None)
    came_back = answered is not None and gaps[-1].at >= _when(answered)
    wordings = [group.open[-1].text for group in asked]
    return Cluster(
        id=min(gap.id for group in groups for gap in group.gaps),
        text=wordings[0],
        count=len(gaps),
        newest=gaps[-1].at,
        examples=tuple(wordings[1 : EXAMPLES + 1]),
        reasons={reason: count for reason in REASONS if (count := sum(gap.reason == reason for gap in gaps))},
        tapped=_articles(gap for gap in gaps if gap.reason == "suggested"),
        rejected=_articles(gap for gap in gaps if gap.reason == "rejected"),
        reply=_best_reply(asked[0].open) or _best_reply(gaps),
        gaps=tuple(sorted(gap.id for group in groups for gap in group.gaps)),
        customers=Counter({gap.asker: gap.tier for gap in gaps}.values()),
        answered_at=answered.answered_at if answered and came_back else None,
        answered_by=answered.answered_by if answered and came_back else None,
    )


def _by_frequency(group: _Group) -> tuple[bool, int, int, float, str]:
    """What most customers wrote stands for the others; before it, a wording that holds nothing masked."""
    askers = len({gap.asker for gap in group.open})
    return ("*" in group.open[0].text, -askers, -len(group.open), -group.open[-1].at.timestamp(), group.key)


def _when(gap: Gap) -> datetime:
    return gap.answered_at or gap.at


@lru_cache(maxsize=2)
def _known_answers(articles: tuple[Article, ...]) -> Mapping[str, str]:
    return {article.answer.strip(): article.id for article in articles}


def _articles(gaps: Iterable[Gap]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(gap.article_id for gap in gaps if gap.article_id).most_common())


def _best_reply(gaps: Iterable[Gap]) -> str | None:
    """The newest that holds nothing masked, so that it can be taken as it is; else the newest."""
    replies = [gap for gap in gaps if gap.reply]
    best = max(replies, key=lambda gap: ("*" not in (gap.reply or ""), gap.at, gap.id), default=None)
    return best.reply if best else None
