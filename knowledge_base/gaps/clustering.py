"""Groups questions that the knowledge base lacks, the most frequent first; pure."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, key_of
from knowledge_base.matching.ranking import Candidate, rank
from knowledge_base.text.normalise import phonetic_key

Reason = Literal["unanswered", "suggested", "rejected", "human"]
REASONS: tuple[Reason, ...] = get_args(Reason)

ALIKE = 0.6  # of the weight of both: on the sample's own phrasings 4 of 5 such pairs ask the same thing
HINTED = 0.4  # enough when customers named the same question for both, by a tap or by 没帮助
PAIR = 0.6  # what two neighbouring syllables weigh against one just as rare
COMPARED = 20  # leaders that a question is held against
RANKED = 50  # clusters whose nearest questions are looked up: nobody reads on without dealing with these first
EXAMPLES = 5

_UNIT = re.compile(r"[0-9a-z]+|.", re.DOTALL)
_CLAUSE = re.compile(r"[\s，。！？；、,!?;：:…~～]+")
_MASKED = re.compile(r"[0-9A-Za-z@.]*\*[0-9A-Za-z@.*]*")


@dataclass(frozen=True, slots=True)
class Gap:
    """A masked message without a helpful answer; `article_id`: the article rejected, or chosen in the end."""

    id: int
    at: datetime
    reason: Reason
    text: str
    reply: str | None = None
    article_id: str | None = None
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Messages that ask the same. `id` is the smallest of `gaps`, so that it stays as others join."""

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

    @property
    def wording(self) -> str:
        """Return the question without masked parts, for a new article; empty when nothing is left."""
        return unmasked(self.text)


def cluster(gaps: Iterable[Gap], index: Index, *, ranked: int = RANKED) -> tuple[Cluster, ...]:
    """Group gaps by what they ask, the most frequent first, then the newest; those answered by now are left out."""
    known, counts = _vocabulary(index.articles, index.fillers)
    groups = [group for group in _grouped(gaps, index.fillers) if group.key not in known or group.was_rejected]
    _weigh(groups, counts, len(index.articles))
    clusters = [_cluster(merged) for merged in _merged(groups)]
    clusters.sort(key=lambda each: (-each.count, -each.newest.timestamp(), each.id))
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


@dataclass
class _Group:
    """Gaps of one wording; `parts` with what each of them weighs, the rarest first."""

    key: str
    gaps: list[Gap]
    parts: dict[str, float] = field(default_factory=dict)
    weight: float = 0.0
    hints: set[str] = field(default_factory=set)

    @property
    def was_rejected(self) -> bool:
        return any(gap.reason == "rejected" for gap in self.gaps)


@lru_cache(maxsize=2)
def _vocabulary(articles: tuple[Article, ...], fillers: tuple[str, ...]) -> tuple[frozenset[str], Counter[str]]:
    """The keys of every phrasing, and in how many questions each part occurs; worked out once for a revision."""
    keys = [{key_of(phrasing, fillers) for phrasing in article.phrasings} for article in articles]
    counts = Counter(part for some in keys for part in frozenset().union(*(_parts(key) for key in some)))
    return frozenset().union(*keys), counts


def _weigh(groups: Iterable[_Group], known: Counter[str], questions: int) -> None:
    """The fewer questions of the knowledge base, and the fewer of these, hold a part, the more it says."""
    parts = {group.key: _parts(group.key) for group in groups}
    counts = known + Counter(part for some in parts.values() for part in some)
    total = questions + len(parts)
    for group in groups:
        weights = {part: _share(part) * math.log(1 + total / counts[part]) for part in parts[group.key]}
        group.parts = dict(sorted(weights.items(), key=lambda each: -each[1]))
        group.weight = sum(weights.values())
        group.hints = {gap.article_id for gap in group.gaps if gap.article_id}


def _share(part: str) -> float:
    return PAIR if "\0" in part else 1.0


def _parts(key: str) -> frozenset[str]:
    """Syllables, Latin words and numbers, and neighbouring pairs: by sound, so that 发票 and 发飘 are the same."""
    units = _UNIT.findall(phonetic_key(key))
    return frozenset(units).union(f"{left}\0{right}" for left, right in pairwise(units))


def _grouped(gaps: Iterable[Gap], fillers: tuple[str, ...]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for gap in gaps:
        if key := key_of(gap.text, fillers):
            groups.setdefault(key, _Group(key, [])).gaps.append(gap)
    return list(groups.values())


def _merged(groups: Iterable[_Group]) -> list[list[_Group]]:
    """Each wording joins the most alike among the more frequent ones; comparing only with leaders makes no chains."""
    merged: list[list[_Group]] = []
    held: dict[str, list[int]] = {}  # part → places in `merged`
    for group in sorted(groups, key=_by_frequency):
        found = _leader_of(group, merged, held)
        if found is not None:
            merged[found].append(group)
            continue
        for part in group.parts:
            held.setdefault(part, []).append(len(merged))
        merged.append([group])
    return merged


def _by_frequency(group: _Group) -> tuple[bool, int, float, str]:
    """A wording that holds nothing masked can stand for the others as it is."""
    newest = max(gap.at for gap in group.gaps)
    return ("*" in group.gaps[0].text, -len(group.gaps), -newest.timestamp(), group.key)


def _leader_of(group: _Group, merged: Sequence[Sequence[_Group]], held: Mapping[str, list[int]]) -> int | None:
    best, found = 0.0, None
    for place in _worth_a_look(group, held):
        leader = merged[place][0]
        shared = sum(group.parts[part] for part in group.parts.keys() & leader.parts.keys())
        alike = 2 * shared / (group.weight + leader.weight)
        enough = HINTED if group.hints & leader.hints else ALIKE
        if alike >= enough and alike > best:
            best, found = alike, place
    return found


def _worth_a_look(group: _Group, held: Mapping[str, list[int]]) -> list[int]:
    """Who is alike by HINTED shares one of the rarer parts: common ones, held by many, need not be followed."""
    rest, least = group.weight, group.weight * HINTED / (2 - HINTED)
    seen: dict[int, float] = {}
    for part, weight in group.parts.items():
        if rest < least:
            break
        rest -= weight
        for place in held.get(part, ()):
            seen[place] = seen.get(place, 0.0) + weight
    return heapq.nlargest(COMPARED, seen, key=seen.__getitem__)


def _cluster(groups: Sequence[_Group]) -> Cluster:
    gaps = sorted((gap for group in groups for gap in group.gaps), key=lambda gap: (gap.at, gap.id))
    wordings = [_newest_wording(group) for group in groups]
    return Cluster(
        id=min(gap.id for gap in gaps),
        text=wordings[0],
        count=len(gaps),
        newest=gaps[-1].at,
        examples=tuple(wordings[1 : EXAMPLES + 1]),
        reasons={reason: count for reason in REASONS if (count := sum(gap.reason == reason for gap in gaps))},
        tapped=_articles(gap for gap in gaps if gap.reason == "suggested"),
        rejected=_articles(gap for gap in gaps if gap.reason == "rejected"),
        reply=_best_reply(groups[0].gaps) or _best_reply(gaps),
        gaps=tuple(sorted(gap.id for gap in gaps)),
    )


def _newest_wording(group: _Group) -> str:
    return max(group.gaps, key=lambda gap: (gap.at, gap.id)).text


def _articles(gaps: Iterable[Gap]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(gap.article_id for gap in gaps if gap.article_id).most_common())


def _best_reply(gaps: Iterable[Gap]) -> str | None:
    """The newest that holds nothing masked, so that it can be taken as it is; else the newest."""
    replies = [gap for gap in gaps if gap.reply]
    best = max(replies, key=lambda gap: ("*" not in (gap.reply or ""), gap.at, gap.id), default=None)
    return best.reply if best else None
