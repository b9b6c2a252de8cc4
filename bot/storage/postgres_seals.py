"""PostgreSQL's seals in two round trips: what a transaction changed beside the seals there are, and the new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from bot.storage.commit_notice import CHANNEL
from bot.storage.seal_table import Key

NOTED = "jiedai_noted"
# Those that are not there yet are made, those that are there locked, in the order of their keys: no two transactions
# wait for each other, and of two that begin one the second sees the first's. What cancels out is no change.
_CHANGED = f"""
WITH noted AS (
  SELECT kind, coalesce(number, 0) AS number, coalesce(name, '') AS name, tbl, row_text, sum(sign)::int AS net
  FROM pg_temp.{NOTED} GROUP BY 1, 2, 3, 4, 5 HAVING sum(sign) <> 0
), held AS (
  INSERT INTO seals (kind, number, name, parts, seal)
  SELECT DISTINCT kind, number, name, '', '' FROM noted ORDER BY 1, 2, 3
  ON CONFLICT (kind, number, name) DO UPDATE SET parts = seals.parts
  RETURNING kind, number, name, parts, seal
)
SELECT kind, number, name, tbl, row_text, net, held.parts, held.seal FROM noted JOIN held USING (kind, number, name)
"""
_SAVED_AND_TOLD = f"""
WITH saved AS (
  UPDATE seals s SET parts = n.parts, seal = n.seal
  FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[]) AS n (kind, number, name, parts, seal)
  WHERE s.kind = n.kind AND s.number = n.number AND s.name = n.name RETURNING 1
)
SELECT pg_notify('{CHANNEL}', %s) FROM (SELECT count(*) FROM saved) AS counted
"""
_FOUND = "jiedai_seals"  # in a connection's info
_TOLD = f"SELECT pg_notify('{CHANNEL}', %s)"

Change = tuple[Key, str, str, int]  # what it belongs to, its table, the row's text, how often it came (+) or went (-)


def changed(db: Connection) -> tuple[list[Change], dict[Key, tuple[str, str]]]:
    """Return what this transaction changed, and parts and seal of what it belongs to, which stay locked."""
    changes: list[Change] = []
    held: dict[Key, tuple[str, str]] = {}
    if not _has_seals(db):
        return changes, held
    for kind, number, name, table, text, net, parts, seal in db.exec_driver_sql(_CHANGED):
        key = (kind, number, name)
        changes.append((key, table, text, net))
        if parts:
            held[key] = (parts, seal)
    return changes, held


def _has_seals(db: Connection) -> bool:
    """Whether the database has been migrated as far as there are seals; once for a connection that has found them."""
    if not db.info.get(_FOUND):
        db.info[_FOUND] = db.exec_driver_sql("SELECT to_regclass('seals') IS NOT NULL").scalar_one()
    return bool(db.info[_FOUND])


def save(db: Connection, rows: Sequence[tuple[str, int, str, str, str]], notice: str) -> None:
    """Write seals that `changed` has locked, and tell other processes of the commit to come."""
    if not rows:
        db.exec_driver_sql(_TOLD, (notice,))
        return
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    db.exec_driver_sql(_SAVED_AND_TOLD, (*columns, notice))
