"""Lifts the database's guard over histories for what may change of a line: its content, sealed anew or erased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_GUARD = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'ticket_events_no_update'"
_LIFTED = "SELECT set_config('jiedai.content_changes', '{}', true)"


@contextmanager
def content_may_change(db: Connection) -> Iterator[None]:
    """Let the content of lines be changed until the end, in this transaction; what else a line holds stays guarded.

    On SQLite, where one transaction writes at a time, the whole guard is away for as long.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(_LIFTED.format("on"))
        yield
        db.exec_driver_sql(_LIFTED.format("off"))
        return
    guard = db.exec_driver_sql(_GUARD).scalar_one_or_none()
    if guard is not None:
        db.exec_driver_sql("DROP TRIGGER ticket_events_no_update")
    yield
    if guard is not None:
        db.exec_driver_sql(guard)
