"""Editions of the calendar years: versioned rows; a year without one keeps the policy file's days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    insert,
    select,
)

from escalation.calendars.days import (
    YearEdition,
    applied,
    as_json,
    changed,
    days_of,
    faults_of,
    from_json,
    in_order,
    is_published,
    missing_of,
    needless,
)
from escalation.calendars.faults import CalendarRefused, calendar_fault
from escalation.journal import journal_store
from escalation.journal.authors import login_of
from escalation.policy.model import Policy
from escalation.tables import metadata
from escalation.working_hours.legal_holidays import legal_days
from escalation.working_hours.working_time import CalendarDay

__all__ = [
    "CalendarRefused",
    "YearEdition",
    "all_editions",
    "applied",
    "edition",
    "history",
    "in_force",
    "is_known",
    "is_told_whole",
    "present_days",
    "save",
    "set_day",
]

calendar_years = Table(
    "calendar_years",
    metadata,
    Column("id", Integer, primary_key=True),  # the highest one in use is the calendars' version
    Column("year", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # 1, 2, 3 … of this year
    Column(
        "days", JSON, nullable=False
    ),  # [{"day": "2027-01-01", "kind": "off" | "on", "name", "calendar": id | null}]
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("whole", Boolean, nullable=False, server_default=false()),  # an operator says: these are all holidays
    UniqueConstraint("year", "version"),
)


def in_force(db: Connection) -> dict[int, YearEdition]:
    """Return the newest edition of each year that has one."""
    newest = select(func.max(calendar_years.c.id)).group_by(calendar_years.c.year)
    rows = db.execute(select(calendar_years).where(calendar_years.c.id.in_(newest)).order_by(calendar_years.c.year))
    return {row.year: _edition(row) for row in rows}


def all_editions(db: Connection) -> tuple[YearEdition, ...]:
    """Return every edition of every year, the oldest first."""
    return tuple(_edition(row) for row in db.execute(select(calendar_years).order_by(calendar_years.c.id)))


def edition(db: Connection) -> int:
    """Return the number of the latest change to any year; 0 without changes."""
    return int(db.scalar(select(func.max(calendar_years.c.id))) or 0)


def history(db: Connection, year: int) -> list[YearEdition]:
    """Return every edition of a year, the newest first."""
    query = select(calendar_years).where(calendar_years.c.year == year).order_by(calendar_years.c.version.desc())
    return [_edition(row) for row in db.execute(query)]


def save(
    db: Connection,
    policy: Policy,
    year: int,
    days: Iterable[CalendarDay],
    by: str,
    note: str,
    now: datetime,
    *,
    whole: bool = False,
) -> int:
    """Save the days of a year as a new edition, return its number; raises CalendarRefused with the first fault.

    `whole`: an operator says that these are all holidays of the year, though some by law are not among them.
    """
    days = in_order(days)
    for _, what in faults_of(policy, year, days):
        raise CalendarRefused(what)
    # Two who save at once: the second meets the unique constraint and is refused rather than lost.
    version = int(db.scalar(select(func.max(calendar_years.c.version)).where(calendar_years.c.year == year)) or 0)
    values = {"year": year, "version": version + 1, "days": [as_json(day) for day in days], "whole": whole}
    after = {"version": version + 1, "days": values["days"], "whole": whole, "note": note, "author": by}
    journal_store.record(
        db, f"calendar:{year}", "calendar saved", login_of(by), now, before=_newest(db, year), after=after
    )
    statement = insert(calendar_years).values(**values, at=now, by=by[:64], note=note)
    return int(db.execute(statement.returning(calendar_years.c.id)).scalar_one())


def set_day(
    db: Connection, policy: Policy, day: CalendarDay, by: str, note: str, now: datetime, *, normal: bool = False
) -> int:
    """Set one day, or with `normal` remove it; return the number of the new edition.

    The other days of the year stay. Raises CalendarRefused for a faulty day, and for a day of all calendars that is off
    by law, or while the holidays of the year are unknown.
    """
    year = day.day.year
    present = present_days(db, policy, year)
    by_law = legal_days(year).get(day.day)
    if day.calendar is None and not is_known(db, policy, year):
        raise CalendarRefused(calendar_fault("unpublished", year=year))
    if day.calendar is None and by_law and (normal or day.kind == "on"):
        raise CalendarRefused(calendar_fault("law", day=day.day, name=by_law))
    days = changed(present, day, normal=normal)
    if set(days) == set(present):
        raise CalendarRefused(calendar_fault("same", day=day.day))
    if not normal and day.calendar is not None:
        for place, what in needless(policy, days):
            if days[place] == day:
                raise CalendarRefused(what)
    return save(db, policy, year, days, by, note, now, whole=is_told_whole(db, policy, year))


def is_known(db: Connection, policy: Policy, year: int) -> bool:
    """Whether the holidays of a year are known, by its newest edition or by the policy file."""
    return is_published(applied(policy, in_force(db)), year)


def is_told_whole(db: Connection, policy: Policy, year: int) -> bool:
    """Whether a year is known only because somebody says that its days are all there are."""
    return is_known(db, policy, year) and bool(missing_of(present_days(db, policy, year), year))


def present_days(db: Connection, policy: Policy, year: int) -> tuple[CalendarDay, ...]:
    """Return a year's days in force: of its newest edition, else of the policy file, without removed calendars'."""
    newest = in_force(db).get(year)
    days = newest.days if newest is not None else days_of(policy, year)
    return tuple(day for day in days if day.calendar is None or day.calendar in policy.calendars)


def _newest(db: Connection, year: int) -> dict[str, Any]:
    newest = next(iter(history(db, year)), None)
    if newest is None:
        return {}
    return {"version": newest.version, "days": [as_json(day) for day in newest.days], "whole": newest.whole}


def _edition(row: Any) -> YearEdition:
    days = tuple(map(from_json, row.days))
    return YearEdition(row.id, row.year, row.version, days, row.at, row.by, row.note, row.whole)
