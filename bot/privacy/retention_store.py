"""How far each kind of row is looked at for what has been kept long enough, and which rows were left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection, delete, select, update

from bot.storage.retention_tables import retention_left, retention_passes
from bot.storage.upsert import insert_or_nothing


@dataclass(frozen=True, slots=True)
class RetentionPass:
    """How far a day's pass over one kind of rows is."""

    kind: str
    day: str = ""
    retried: int = 0
    through: int = 0
    done: bool = False
    gone: int = 0
    after_contact: str | None = None


_PASS = [retention_passes.c[f.name] for f in fields(RetentionPass)]
_BEGUN = insert_or_nothing(retention_passes)
_LEFT = insert_or_nothing(retention_left)


def passes(db: Connection) -> dict[str, RetentionPass]:
    """Return the latest pass of each kind that was ever begun."""
    return {row.kind: RetentionPass(*row) for row in db.execute(select(*_PASS))}


def lock_pass(db: Connection, kind: str) -> RetentionPass | None:
    """Return the latest pass of a kind, locked; None while another transaction works on it."""
    _BEGUN.run(db, _values(RetentionPass(kind)))
    query = select(*_PASS).where(retention_passes.c.kind == kind).with_for_update(skip_locked=True)
    row = db.execute(query).one_or_none()
    return RetentionPass(*row) if row is not None else None


def save_pass(db: Connection, found: RetentionPass) -> None:
    """Write how far a locked pass is."""
    mine = retention_passes.c.kind == found.kind
    db.execute(update(retention_passes).where(mine).values(**_values(found)))


def left_after(db: Connection, kind: str, after: int, limit: int) -> list[int]:
    """Return the next rows of a kind that were left."""
    mine = (retention_left.c.kind == kind, retention_left.c.row > after)
    return list(db.scalars(select(retention_left.c.row).where(*mine).order_by(retention_left.c.row).limit(limit)))


def note_left(db: Connection, kind: str, rows: Collection[int]) -> None:
    """Note rows that are to be looked at again."""
    if rows:
        _LEFT.run(db, [{"kind": kind, "row": each} for each in sorted(rows)])


def forget_left(db: Connection, kind: str, rows: Sequence[int]) -> None:
    """Forget rows that are gone."""
    if rows:
        db.execute(delete(retention_left).where(retention_left.c.kind == kind, retention_left.c.row.in_(rows)))


def _values(found: RetentionPass) -> dict[str, object]:
    return {f.name: getattr(found, f.name) for f in fields(found)}
