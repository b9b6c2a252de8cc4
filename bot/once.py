"""What happens once, whoever of several replicas is first to see that it is time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.paging import once


def is_done(db: Connection, what: str) -> bool:
    """Whether somebody was first already; a look that takes no lock."""
    return db.scalar(select(once.c.what).where(once.c.what == what)) is not None


def first_to(db: Connection, what: str, now: datetime) -> bool:
    """Whether this transaction is the one that does it; undone with the transaction."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(once).values(what=what, at=now).on_conflict_do_nothing()
    return db.execute(statement.returning(once.c.what)).one_or_none() is not None


def again_after(db: Connection, what: str, pause: timedelta, now: datetime) -> bool:
    """Whether this has not been done for so long, or never; then it counts as done now."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(once).values(what=what, at=now)
    rested = once.c.at <= now - pause
    again = statement.on_conflict_do_update(index_elements=[once.c.what], set_={"at": now}, where=rested)
    return db.execute(again.returning(once.c.what)).one_or_none() is not None
