"""What a member of staff has chosen for their own desk: alerts, keys, saved views of the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    select,
)

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from escalation.staff import staff

Alerts = Literal["all", "mine", "urgent"]
ALERTS: tuple[Alerts, ...] = get_args(Alerts)
LONGEST_NAME, LONGEST_QUERY, MOST_VIEWS = 32, 500, 20  # characters; views a person

staff_preferences = Table(
    "staff_preferences",
    metadata,
    Column("staff_id", Integer, ForeignKey(staff.c.id), primary_key=True),
    Column("alerts", String(8), nullable=False),
    Column("with_words", Boolean, nullable=False),
    Column("single_keys", Boolean, nullable=False),
)
saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("query", String(LONGEST_QUERY), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_saved_views_name", "staff_id", "name", unique=True),
)
_CHOSEN = Upsert(
    staff_preferences,
    lambda row: row.on_conflict_do_update(
        index_elements=["staff_id"],
        set_={name: row.excluded[name] for name in ("alerts", "with_words", "single_keys")},
    ),
)
_SAVED = Upsert(
    saved_views,
    lambda row: row.on_conflict_do_update(index_elements=["staff_id", "name"], set_={"query": row.excluded.query}),
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants to be alerted (`all` new tickets and their customers' messages, `mine`, only `urgent` ones).

    `with_words`: desktop notifications carry the customer's words. `single_keys`: letters alone are shortcuts.
    """

    alerts: Alerts = "all"
    with_words: bool = False
    single_keys: bool = True


class TooManyViews(Exception):
    """The person has as many saved views as anybody may have."""


def preferences_of(db: Connection, staff_id: int) -> Preferences:
    """Return what this person has chosen, or what holds for who has not."""
    row = db.execute(select(staff_preferences).where(staff_preferences.c.staff_id == staff_id)).one_or_none()
    if row is None:
        return Preferences()
    alerts: Alerts = next((each for each in ALERTS if each == row.alerts), "all")
    return Preferences(alerts, row.with_words, row.single_keys)


def choose(db: Connection, staff_id: int, chosen: Preferences) -> None:
    """Keep what this person has chosen."""
    values = {"alerts": chosen.alerts, "with_words": chosen.with_words, "single_keys": chosen.single_keys}
    _CHOSEN.run(db, {"staff_id": staff_id, **values})


def views_of(db: Connection, staff_id: int) -> Mapping[int, tuple[str, str]]:
    """Return the person's saved views by id: name and query string, in the order they were made."""
    rows = db.execute(select(saved_views).where(saved_views.c.staff_id == staff_id).order_by(saved_views.c.id))
    return {row.id: (row.name, row.query) for row in rows}


def save_view(db: Connection, staff_id: int, name: str, query: str, now: datetime) -> None:
    """Keep a view under a name, in place of one that had it; raises TooManyViews over MOST_VIEWS."""
    held = views_of(db, staff_id)
    if len(held) >= MOST_VIEWS and name not in {each for each, _ in held.values()}:
        raise TooManyViews
    _SAVED.run(db, {"staff_id": staff_id, "name": name, "query": query, "created_at": now})


def drop_view(db: Connection, staff_id: int, view_id: int) -> None:
    """Forget one of the person's saved views; one that is gone already is no error."""
    db.execute(delete(saved_views).where(saved_views.c.staff_id == staff_id, saved_views.c.id == view_id))
