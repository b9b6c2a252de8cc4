"""The roster: shifts and their changes; the tables and their SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    delete,
    exists,
    insert,
    select,
    update,
)

from escalation.journal import journal_store
from escalation.journal.authors import login_of
from escalation.staff import staff
from escalation.staffing.roster import Shift, day_of
from escalation.tables import metadata

shifts = Table(
    "shifts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # duty | on_call
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),  # outside
    Index("ix_shifts_ends_at", "ends_at"),
)

roster_events = Table(  # who changed the roster, when, from what to what; appended only
    "roster_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # imported | added | changed | removed | swapped
    Column("data", JSON, nullable=False),
)

AHEAD = timedelta(days=2)  # far enough to see which shift follows at once on the one that runs
_COLUMNS = (shifts.c.id, shifts.c.staff_id, shifts.c.kind, shifts.c.starts_at, shifts.c.ends_at)


def in_use(db: Connection) -> bool:
    """Whether a shift was ever entered; until then the service works without a roster."""
    return bool(db.scalar(select(exists(select(roster_events.c.id)))))


def shifts_at(db: Connection, at: datetime) -> list[Shift]:
    """Return the shifts of enabled staff that run at this instant or in the two days that follow."""
    query = _touching(at, at + AHEAD).join(staff, staff.c.id == shifts.c.staff_id)
    return [Shift(*row) for row in db.execute(query.where(staff.c.disabled_at.is_(None)))]


def shifts_between(db: Connection, start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts that overlap [start, end), by their beginning; of former staff too."""
    return [Shift(*row) for row in db.execute(_touching(start, end))]


def shifts_on(db: Connection, zone: ZoneInfo, days: Collection[date]) -> list[Shift]:
    """Return the shifts that begin on one of these local days."""
    if not days:
        return []
    start, end = (datetime.combine(day, time(), zone) for day in (min(days), max(days) + timedelta(days=1)))
    return [shift for shift in shifts_between(db, start, end) if day_of(shift, zone) in days]


def get_shift(db: Connection, shift_id: int) -> Shift | None:
    """Return the shift of that number; None when there is none."""
    row = db.execute(select(*_COLUMNS).where(shifts.c.id == shift_id)).one_or_none()
    return Shift(*row) if row is not None else None


def following_change(db: Connection, at: datetime) -> datetime | None:
    """Return the next instant when any shift begins or ends; None without one."""
    edges = [
        db.scalar(select(edge).where(edge > at).order_by(edge).limit(1))
        for edge in (shifts.c.starts_at, shifts.c.ends_at)
    ]
    return min((edge for edge in edges if edge is not None), default=None)


def insert_shifts(db: Connection, planned: Sequence[Shift]) -> list[Shift]:
    """Write new shifts (their `id` is ignored) and return them with their numbers."""
    return [
        Shift(int(db.execute(insert(shifts).values(**_values(one)).returning(shifts.c.id)).scalar_one()), *_rest(one))
        for one in planned
    ]


def delete_shifts(db: Connection, ids: Sequence[int]) -> None:
    """Delete shifts."""
    if ids:
        db.execute(delete(shifts).where(shifts.c.id.in_(ids)))


def give_shift(db: Connection, shift_id: int, staff_id: int) -> None:
    """Give a shift to another person."""
    db.execute(update(shifts).where(shifts.c.id == shift_id).values(staff_id=staff_id))


def lock_roster(db: Connection) -> dict[str, int]:
    """Lock the roster against concurrent changes; return the ids of enabled staff by sign-in name."""
    query = select(staff.c.login, staff.c.id).where(staff.c.disabled_at.is_(None)).order_by(staff.c.id)
    return {row.login: row.id for row in db.execute(query.with_for_update(key_share=True))}


def logins(db: Connection) -> dict[int, str]:
    """Return sign-in names by id, of former staff too."""
    return {row.id: row.login for row in db.execute(select(staff.c.id, staff.c.login))}


FEW = 20  # shifts that the journal names; of more it keeps the number, and roster_events all of them


def record(db: Connection, kind: str, by: str, now: datetime, **data: Any) -> None:
    """Write a change of the roster with its author."""
    db.execute(insert(roster_events).values(at=now, by=by[:64], kind=kind, data=data))
    brief = {name: _brief(value) for name, value in data.items()}
    before = {"shifts": brief.pop("before")} if "before" in brief else {}
    journal_store.record(db, "roster", f"roster {kind}", login_of(by), now, before=before, after=brief)


def _brief(value: Any) -> Any:
    return len(value) if isinstance(value, list) and len(value) > FEW else value


def changes(db: Connection, limit: int = 50) -> Sequence[Row[Any]]:
    """Return the changes, the newest first: rows with at, by, kind, data."""
    return db.execute(select(roster_events).order_by(roster_events.c.id.desc()).limit(limit)).all()


def _touching(start: datetime, end: datetime) -> Any:
    touches = (shifts.c.ends_at > start, shifts.c.starts_at < end)
    return select(*_COLUMNS).where(*touches).order_by(shifts.c.starts_at, shifts.c.id)


def _rest(shift: Shift) -> Any:
    return shift.staff_id, shift.kind, shift.starts_at, shift.ends_at


def _values(shift: Shift) -> dict[str, Any]:
    return dict(zip(("staff_id", "kind", "starts_at", "ends_at"), _rest(shift), strict=True))
