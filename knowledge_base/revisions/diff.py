"""Differences of two revisions: questions added, removed and changed, as text and as JSON; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from knowledge_base.articles import Article

_FIELDS = ("category", "question", "answer", "night_answer", "tiers", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Change:
    """A question of both revisions that differs."""

    before: Article
    after: Article

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that differ, except the similar questions."""
        return tuple(name for name in _FIELDS if getattr(self.before, name) != getattr(self.after, name))

    @property
    def added(self) -> tuple[str, ...]:
        """The similar questions added."""
        return tuple(text for text in self.after.similar if text not in self.before.similar)

    @property
    def removed(self) -> tuple[str, ...]:
        """The similar questions removed."""
        return tuple(text for text in self.before.similar if text not in self.after.similar)

    def __bool__(self) -> bool:
        return bool(self.fields or self.added or self.removed)


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two revisions; the order of questions does not count."""

    added: tuple[Article, ...]
    removed: tuple[Article, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        return f"{len(self.added)} added, {len(self.removed)} removed, {len(self.changed)} changed"


def compare(before: Iterable[Article], after: Iterable[Article]) -> Difference:
    """Return the difference; questions are the same when their ids are."""
    old, new = ({article.id: article for article in side} for side in (before, after))
    both = (Change(old[name], article) for name, article in new.items() if name in old)
    return Difference(
        added=tuple(article for name, article in new.items() if name not in old),
        removed=tuple(article for name, article in old.items() if name not in new),
        changed=tuple(change for change in both if change),
    )


def as_lines(difference: Difference, zone: ZoneInfo) -> Iterator[str]:
    """Yield the difference as lines for people: + added, - removed, ~ changed; instants in `zone`."""
    for article in difference.added:
        yield from _whole("+", article, zone)
    for article in difference.removed:
        yield from _whole("-", article, zone)
    for change in difference.changed:
        yield from _changed(change, zone)


def as_json(difference: Difference, zone: ZoneInfo) -> dict[str, Any]:
    """Return the difference for programs; instants in `zone`."""
    return {
        "added": [_plain(article, zone) for article in difference.added],
        "removed": [_plain(article, zone) for article in difference.removed],
        "changed": [
            {
                "id": change.after.id,
                "question": change.after.question,
                "fields": {name: _sides(change, name, zone) for name in change.fields},
                "similar": {"added": list(change.added), "removed": list(change.removed)},
            }
            for change in difference.changed
        ],
    }


def _whole(sign: str, article: Article, zone: ZoneInfo) -> Iterator[str]:
    yield f"{sign} {article.id} · {article.category} · {article.question}"
    for text in article.similar:
        yield f"    similar: {text}"
    for name in _FIELDS[2:]:
        if getattr(article, name):
            yield from _indented(f"    {name}: ", getattr(article, name), zone)


def _changed(change: Change, zone: ZoneInfo) -> Iterator[str]:
    yield f"~ {change.after.id} · {change.after.category} · {change.after.question}"
    for name in change.fields:
        yield from _indented(f"    - {name}: ", getattr(change.before, name), zone)
        yield from _indented(f"    + {name}: ", getattr(change.after, name), zone)
    yield from (f"    - similar: {text}" for text in change.removed)
    yield from (f"    + similar: {text}" for text in change.added)


def _indented(label: str, value: Any, zone: ZoneInfo) -> Iterator[str]:
    """A text of several lines goes on below its beginning."""
    shown = _json(value, zone)
    text = ", ".join(shown) if isinstance(shown, list) else shown
    first, *rest = (text or "(none)").split("\n")
    yield label + first
    yield from (" " * len(label) + line for line in rest)


def _sides(change: Change, name: str, zone: ZoneInfo) -> dict[str, Any]:
    sides = {"before": change.before, "after": change.after}
    return {side: _json(getattr(article, name), zone) for side, article in sides.items()}


def _plain(article: Article, zone: ZoneInfo) -> dict[str, Any]:
    return {"id": article.id} | {name: _json(getattr(article, name), zone) for name in ("similar", *_FIELDS)}


def _json(value: str | Sequence[str] | datetime | None, zone: ZoneInfo) -> Any:
    match value:
        case datetime():
            return value.astimezone(zone).isoformat()
        case None | str():
            return value
        case _:
            return list(value)
