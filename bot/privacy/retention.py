"""Lets what has been kept for its period go, once a day, a small batch a transaction; it may die in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import partial
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row

from bot.privacy import expired_contacts, retention_named
from bot.privacy.erase_lines import with_files_in_bounds
from bot.privacy.retention_grounds import lock_surroundings, read_surroundings
from bot.privacy.retention_kinds import BY, KINDS, RetentionKind
from bot.privacy.retention_named import NAMED
from bot.privacy.retention_rules import Left, OldRow
from bot.privacy.retention_store import (
    RetentionPass,
    forget_left,
    left_after,
    lock_pass,
    note_left,
    passes,
    save_pass,
)
from bot.rules import Rules
from escalation.customers.holds import RetentionHold
from escalation.journal import journal_store

TOLD = "told"  # the kind that stands for the line of the journal at the end of a day's pass
_CUSTOMER, _TICKET = "customer:", "ticket:"


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether today's pass is not at its end; reads only. Never where the policy states no periods."""
    if not rules.policy.privacy.retention.is_stated:
        return False
    told = passes(db).get(TOLD)
    return told is None or told.day != day_of(rules, now)


def take_step(db: Connection, rules: Rules, now: datetime) -> int:
    """Let one batch go; return how many rows were looked at, 0 once today's pass is at its end.

    Kinds of which nothing is old are passed over within the same transaction. Nothing goes where the policy states no
    periods.
    """
    if not rules.policy.privacy.retention.is_stated:
        return 0
    day, known = day_of(rules, now), passes(db)
    for kind in KINDS:
        if not _is_done(known.get(kind.name), day):
            found = lock_pass(db, kind.name)
            if found is None:
                return 0
            if looked := _take(db, rules, kind, _of_day(found, day), now):
                return looked
    named = {each.name: partial(retention_named.take, db, rules, each) for each in NAMED}
    for name, take in {**named, expired_contacts.KIND: partial(expired_contacts.take, db, rules)}.items():
        if not _is_done(known.get(name), day):
            found = lock_pass(db, name)
            if found is None:
                return 0
            if looked := take(_of_day(found, day), now):
                return looked
    _tell(db, day, now)
    return 0


def day_of(rules: Rules, now: datetime) -> str:
    """Return the day of an instant by the policy's zone, as a pass notes it."""
    return now.astimezone(rules.policy.zone).date().isoformat()


def old_rows(db: Connection, kind: RetentionKind, after: int, limit: int, before: datetime) -> Sequence[Row[Any]]:
    """Return the next rows above an id, up to the first that is not older than its period."""
    number = kind.rows.selected_columns.id
    rows = db.execute(kind.rows.where(number > after).order_by(number).limit(limit)).all()
    return list(takewhile(lambda row: row.at < before, rows))


def rows_left(db: Connection, kind: RetentionKind, after: int, limit: int) -> tuple[list[int], Sequence[Row[Any]]]:
    """Return the ids of the next rows that were left, and those of them that are still there."""
    ids = left_after(db, kind.name, after, limit)
    number = kind.rows.selected_columns.id
    return ids, db.execute(kind.rows.where(number.in_(ids)).order_by(number)).all() if ids else []


def judged(
    db: Connection, rules: Rules, rows: Sequence[Row[Any]], before: datetime, now: datetime, *, lock: bool = False
) -> Iterator[tuple[Row[Any], Left | RetentionHold | None]]:
    """Yield rows with why they are left; None: they go."""
    belong = [_belongs(row) for row in rows]
    if lock:
        lock_surroundings(db, belong)
    around = read_surroundings(db, belong, now.astimezone(rules.policy.zone).date())
    for row, what in zip(rows, belong, strict=True):
        yield row, "not_yet" if row.waits or row.at >= before else around.left(what, before)


def before_of(rules: Rules, of_class: str, now: datetime) -> datetime:
    """Return the instant before which what is of a class has been kept long enough."""
    return rules.policy.privacy.retention.before(of_class, now, rules.policy.zone)


def _take(db: Connection, rules: Rules, kind: RetentionKind, found: RetentionPass, now: datetime) -> int:
    """Look at the next rows: first again at those that were left, then at what has become old since."""
    before = before_of(rules, kind.of_class, now)
    ids, rows = rows_left(db, kind, found.retried, kind.at_once)
    if ids:
        rows = _in_bounds(db, kind, rows)
        last = rows[-1].id if rows and len(rows) < len(ids) and rows[-1].id < ids[-1] else ids[-1]
        found = replace(found, retried=last)
    else:
        rows = _in_bounds(db, kind, old_rows(db, kind, found.through, kind.at_once, before))
        found = replace(found, through=rows[-1].id if rows else found.through, done=not rows)
    going, left = _parted(db, rules, rows, before, now)
    if going:
        kind.remove(db, going, _at(rules, now), before)
    note_left(db, kind.name, left)
    if ids:
        forget_left(db, kind.name, [each for each in ids if each <= found.retried and each not in left])
    save_pass(db, replace(found, gone=found.gone + len(going)))
    return len(ids or rows)


def _parted(
    db: Connection, rules: Rules, rows: Sequence[Row[Any]], before: datetime, now: datetime
) -> tuple[list[Row[Any]], set[int]]:
    found = list(judged(db, rules, rows, before, now, lock=True)) if rows else []
    return [row for row, why in found if why is None], {row.id for row, why in found if why is not None}


def _in_bounds(db: Connection, kind: RetentionKind, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    return with_files_in_bounds(db, rows) if kind.has_files and rows else rows


def _belongs(row: Row[Any]) -> OldRow:
    subject = getattr(row, "subject", "")
    contact = subject.removeprefix(_CUSTOMER) if subject.startswith(_CUSTOMER) else None
    number = subject.removeprefix(_TICKET) if subject.startswith(_TICKET) else ""
    return OldRow(row.id, int(number) if number.isdigit() else row.ticket, row.talk, contact)


def _is_done(found: RetentionPass | None, day: str) -> bool:
    return found is not None and found.day == day and found.done


def _of_day(found: RetentionPass, day: str) -> RetentionPass:
    return found if found.day == day else replace(found, day=day, retried=0, done=False, gone=0, after_contact=None)


def _at(rules: Rules, now: datetime) -> datetime:
    """The same instant for all that goes on one day, so that a chain's check can count it together."""
    local = now.astimezone(rules.policy.zone)
    return datetime.combine(local.date(), time(), local.tzinfo).astimezone(UTC)


def _tell(db: Connection, day: str, now: datetime) -> None:
    """End the day's pass, and say in the journal what went."""
    found = lock_pass(db, TOLD)
    if found is None or found.day == day:
        return
    save_pass(db, replace(found, day=day, done=True))
    gone = {name: each.gone for name, each in passes(db).items() if each.day == day and each.gone}
    if gone:
        journal_store.record(db, BY, "kept long enough", "system", now, after=gone)
