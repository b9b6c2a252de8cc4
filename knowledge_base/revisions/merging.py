"""Brings a draft up to date: what it changed, upon what was published meanwhile; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from knowledge_base.articles import Article
from knowledge_base.revisions.diff import Change

_FIELDS = ("category", "question", "answer", "tiers", "valid_from", "valid_until", "night_answer")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question that both sides changed in ways that exclude each other; None: it was retired there."""

    article_id: str
    ours: Article | None
    theirs: Article | None

    @property
    def change(self) -> Change | None:
        """What differs from theirs to ours, where both still have the question."""
        return Change(self.theirs, self.ours) if self.theirs is not None and self.ours is not None else None


@dataclass(frozen=True, slots=True)
class MergedDraft:
    """The draft upon what is published, and what somebody must decide."""

    articles: tuple[Article, ...]
    conflicts: tuple[Conflict, ...]


def merge(
    base: Sequence[Article], ours: Sequence[Article], theirs: Sequence[Article], mine: Collection[str] = ()
) -> MergedDraft:
    """Return what is published (`theirs`) with what the draft (`ours`) changed since both were `base`.

    Fields that only one side changed are taken from it, and phrasings that either added or removed. Of a conflict
    theirs counts, or ours where its id is among `mine`.
    """
    before, draft, published = ({one.id: one for one in side} for side in (base, ours, theirs))
    found: dict[str, Article | None] = {}
    conflicts: list[Conflict] = []
    for article_id in dict.fromkeys((*published, *draft)):
        sides = (before.get(article_id), draft.get(article_id), published.get(article_id))
        merged, excludes = _merged(*sides, prefers_ours=article_id in mine)
        found[article_id] = merged
        if excludes:
            conflicts.append(Conflict(article_id, sides[1], sides[2]))
    return MergedDraft(tuple(one for one in found.values() if one is not None), tuple(conflicts))


def _merged(
    base: Article | None, ours: Article | None, theirs: Article | None, *, prefers_ours: bool
) -> tuple[Article | None, bool]:
    if ours in (theirs, base):
        return theirs, False
    if theirs == base:
        return ours, False
    if base is None or ours is None or theirs is None:
        return (ours if prefers_ours else theirs), True
    return _fields_of(base, ours, theirs, prefers_ours=prefers_ours)


def _fields_of(base: Article, ours: Article, theirs: Article, *, prefers_ours: bool) -> tuple[Article, bool]:
    merged, excludes = theirs, False
    for name in _FIELDS:
        was, mine, other = (getattr(side, name) for side in (base, ours, theirs))
        if mine in (was, other):
            continue
        excludes = excludes or other != was
        if other == was or prefers_ours:
            merged = replace(merged, **{name: mine})
    gone = {*base.similar} - {*ours.similar}
    added = [text for text in ours.similar if text not in base.similar and text not in theirs.similar]
    return replace(merged, similar=(*(text for text in theirs.similar if text not in gone), *added)), excludes
