"""What would go today if it were let go: how much of which class, since when, and what is left on which ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.privacy import expired_contacts
from bot.privacy.retention import before_of, judged, old_rows, rows_left
from bot.privacy.retention_kinds import KINDS, RetentionKind
from bot.privacy.retention_named import NAMED, NamedKind, judged_after, place_of
from bot.privacy.retention_rules import Left
from bot.privacy.retention_store import passes
from bot.rules import Rules
from escalation.customers.holds import RetentionHold

AT_ONCE = 500
GROUNDS: dict[Left, str] = {"complaint": "an open complaint", "open": "an open ticket"}
Read = Callable[..., Any]  # `Database.read_now`


@dataclass
class Preview:
    """Of one kind of rows: how many would go, the day of the oldest, and how many are left on which ground."""

    kind: str
    of_class: str
    before: datetime
    going: int = 0
    oldest: date | None = None
    kept: Counter[str] = field(default_factory=Counter)


def preview(read: Read, rules: Rules, now: datetime) -> Iterator[Preview]:
    """Yield what would go, kind by kind; reads only, in pieces. Nothing where the policy states no periods."""
    if not rules.policy.privacy.retention.is_stated:
        return
    done = read(passes)
    for kind in KINDS:
        found = Preview(kind.name, kind.of_class, before_of(rules, kind.of_class, now))
        through = done[kind.name].through if kind.name in done else 0
        for page, after in ((_left_page, 0), (_old_page, through)):
            last: int | None = after
            while last is not None:
                last, rows = read(page, rules, kind, last, now)
                _count(rules, found, rows)
        yield found
    for named in NAMED:
        yield _named(read, rules, named, now)
    yield _contacts(read, rules, now)


Judged = Sequence[tuple[Row[Any], Left | RetentionHold | None]]


def _left_page(
    db: Connection, rules: Rules, kind: RetentionKind, after: int, now: datetime
) -> tuple[int | None, Judged]:
    ids, rows = rows_left(db, kind, after, AT_ONCE)
    return ids[-1] if ids else None, list(judged(db, rules, rows, before_of(rules, kind.of_class, now), now))


def _old_page(
    db: Connection, rules: Rules, kind: RetentionKind, after: int, now: datetime
) -> tuple[int | None, Judged]:
    before = before_of(rules, kind.of_class, now)
    rows = old_rows(db, kind, after, AT_ONCE, before)
    return rows[-1].id if rows else None, list(judged(db, rules, rows, before, now))


def _count(rules: Rules, found: Preview, rows: Judged) -> None:
    for row, why in rows:
        if why is None:
            day = row.at.astimezone(rules.policy.zone).date()
            found.going, found.oldest = found.going + 1, min(found.oldest or day, day)
        elif why != "not_yet":
            found.kept[_ground(why)] += 1


def _ground(why: Left | RetentionHold) -> str:
    return f"{why.ground} (until {why.until})" if isinstance(why, RetentionHold) else GROUNDS[why]


def _named(read: Read, rules: Rules, kind: NamedKind, now: datetime) -> Preview:
    found, last = Preview(kind.name, kind.of_class, before_of(rules, kind.of_class, now)), ""
    while rows := read(judged_after, rules, kind, last, now):
        last = place_of(rows[-1][0])
        _count(rules, found, rows)
    return found


def _contacts(read: Read, rules: Rules, now: datetime) -> Preview:
    before, day = before_of(rules, expired_contacts.OF_CLASS, now), now.astimezone(rules.policy.zone).date()
    found, last = Preview(expired_contacts.KIND, expired_contacts.OF_CLASS, before), ""
    while rows := read(expired_contacts.dropped, last, before, AT_ONCE):
        last = rows[-1].id
        for row in rows:
            why = read(expired_contacts.why_left, row.id, before, day)
            if why is None:
                left = row.left_at.astimezone(rules.policy.zone).date()
                found.going, found.oldest = found.going + 1, min(found.oldest or left, left)
            elif why != "not_yet":
                found.kept[_ground(why)] += 1
    return found
