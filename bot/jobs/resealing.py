"""Seals in steps, while the service runs, what was written before it was sealed, or with another key."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    column,
    delete,
    insert,
    select,
    table,
    tuple_,
    update,
)

from bot.jobs.sealed_values import SealedTable, sealed_tables
from bot.rules import Rules
from bot.storage.reseal_table import reseals
from escalation.tickets.history_guard import content_may_change
from escalation.vault import Vault, VaultError

log = logging.getLogger(__name__)

AT_ONCE = 200  # rows in one transaction …
FILES_AT_ONCE = 4
SECONDS = 0.05  # … and how long it may take: messages get in between


@dataclass(frozen=True, slots=True)
class Pass:
    """How far the rows of a table are sealed with a key."""

    table_name: str
    key_id: str
    after: list[Any]
    missed: bool
    done: bool
    unreadable: int
    keys: list[str] = field(default_factory=list)
    counted_at: datetime | None = None


def is_due(db: Connection, rules: Rules, _now: datetime) -> bool:
    """Whether anything is left to be sealed; takes over keys that were added to the vault's file meanwhile."""
    rules.vault.refresh()
    return any(not each.done for each in passes(db, rules.vault))


def seal_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Seal rows for `SECONDS`; return how many were looked at, at least 1 while there is something left."""
    return take_step(db, rules.vault, now)


def take_step(db: Connection, vault: Vault, now: datetime) -> int:
    """Do what `seal_some` does, with this vault."""
    ends, looked = time.monotonic() + SECONDS, 0
    for at, found in zip(sealed_tables(vault), passes(db, vault), strict=True):
        if found.done:
            continue
        rows, reached = _take_step(db, vault, at, found, ends)
        _save(db, replace(reached, keys=list(vault.key_ids), counted_at=now))
        if reached.done and reached.unreadable:
            log.warning("Values of the table %s that no key here opens: %s.", at.name, reached.unreadable)
        looked += max(rows, 1)
        if not reached.done or time.monotonic() > ends:  # small tables share a transaction
            break
    return looked


def passes(db: Connection, vault: Vault) -> Sequence[Pass]:
    """Return how far each table is sealed with the vault's current key, in the order of their names.

    Where something could not be opened, a key that has come since has everything looked at again.
    """
    kept = {row.table_name: Pass(*row) for row in db.execute(select(reseals))}
    started = (
        Pass(each.name, vault.current, [], missed=False, done=False, unreadable=0) for each in sealed_tables(vault)
    )
    return [kept[each.table_name] if _is_of(kept.get(each.table_name), vault) else each for each in started]


def _is_of(found: Pass | None, vault: Vault) -> bool:
    if found is None or found.key_id != vault.current:
        return False
    return not found.unreadable or set(vault.key_ids) <= set(found.keys)


def _take_step(db: Connection, vault: Vault, at: SealedTable, found: Pass, ends: float) -> tuple[int, Pass]:
    """Seal rows of a table until the clock shows `ends`; return how many were looked at, and how far it is."""
    has_files = any(each.name == "content" and at.name == "attachments" for each in at.columns)
    limit = FILES_AT_ONCE if has_files else AT_ONCE
    keys = db.execute(_keys_after(at, found.after, limit)).all()
    rows = {tuple(row[: len(at.keys)]): row for row in db.execute(_rows(db, at, keys))} if keys else {}
    looked = 0
    for key in keys:
        row = rows.get(tuple(key))
        if row is None:
            found = replace(found, missed=True)
        else:
            found = replace(found, unreadable=found.unreadable + _renew(db, vault, at, row))
        looked, found = looked + 1, replace(found, after=list(key))
        if time.monotonic() > ends:
            break
    if looked == len(keys) < limit:
        found = replace(found, after=[], missed=False, done=not found.missed)
    return looked, found


def _renew(db: Connection, vault: Vault, at: SealedTable, row: Row[Any]) -> int:
    """Seal what is not sealed with the current key in a row; return how many values no key opens."""
    values: dict[str, Any] = {}
    unreadable = 0
    for each in at.columns:
        stored = getattr(row, each.name)
        if stored is None or each.how.is_current(stored):
            continue
        try:
            values[each.name] = each.how.renewed(stored, row, vault)
        except VaultError:
            unreadable += 1
    if values:
        _write(db, at, row, values)
    return unreadable


def _write(db: Connection, at: SealedTable, row: Row[Any], values: Mapping[str, Any]) -> None:
    bare = _bare(at)
    mine = [bare.c[name] == getattr(row, name) for name in at.keys]
    change = update(bare).where(*mine).values(values)
    if at.name == "ticket_events":
        with content_may_change(db):
            db.execute(change)
    else:
        db.execute(change)


def _keys_after(at: SealedTable, after: Sequence[Any], limit: int) -> Select[Any]:
    columns = [at.table.c[name] for name in at.keys]
    query = select(*columns).order_by(*columns).limit(limit)
    return query.where(_is_after(columns, after)) if after else query


def _is_after(columns: Sequence[ColumnElement[Any]], after: Sequence[Any]) -> ColumnElement[bool]:
    return columns[0] > after[0] if len(columns) == 1 else tuple_(*columns) > tuple_(*after)


def _rows(db: Connection, at: SealedTable, keys: Sequence[Row[Any]]) -> Select[Any]:
    """These rows as they are stored; without those that another transaction holds, which must not be waited for."""
    bare = _bare(at)
    columns = [bare.c[name] for name in (*at.keys, *at.reads, *(each.name for each in at.columns))]
    names = [bare.c[name] for name in at.keys]
    among = [tuple(key) for key in keys]
    mine = names[0].in_([key[0] for key in among]) if len(names) == 1 else tuple_(*names).in_(among)
    query = select(*columns).where(mine)
    return query.with_for_update(skip_locked=True) if db.dialect.name == "postgresql" else query


def _bare(at: SealedTable) -> Any:
    """The table without the types that seal."""
    plain = [column(name, at.table.c[name].type) for name in (*at.keys, *at.reads)]
    return table(at.name, *plain, *(column(each.name, each.stored) for each in at.columns))


def _save(db: Connection, found: Pass) -> None:
    db.execute(delete(reseals).where(reseals.c.table_name == found.table_name))
    values = {each.name: getattr(found, each.name) for each in fields(found)}
    db.execute(insert(reseals).values(values))
