"""How often staff are reminded of a year whose holidays are not known; pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

Rhythm = Literal["monthly", "daily"]

LATEST = (12, 15)  # month and day of the year before: of 17 notices the latest came on 16 December
QUIET = timedelta(days=14)  # for so long "not published yet" ends the reminders …
QUIET_LATE = timedelta(days=3)  # … and from LATEST on for so long


def rhythm(year: int, now: datetime, zone: tzinfo, *, is_reached: bool, waits_since: datetime | None) -> Rhythm | None:
    """Return how often a missing year is told of; None while there is nothing to do about it.

    `is_reached`: an open deadline lies in it. `waits_since`: when somebody last said that it is not published yet.
    """
    today = now.astimezone(zone).date()
    late = today >= date(year - 1, *LATEST)
    if waits_since is not None and now < quiet_until(year, waits_since, zone):
        return None
    if late:
        return "daily"
    return "monthly" if is_reached else None


def quiet_until(year: int, told_at: datetime, zone: tzinfo) -> datetime:
    """Return until when nobody is reminded after it was said, at `told_at`, that the year is not published yet.

    Said before LATEST it ends there at the latest.
    """
    day = told_at.astimezone(zone).date()
    latest = datetime(year - 1, *LATEST, tzinfo=zone)
    return told_at + QUIET_LATE if day >= latest.date() else min(told_at + QUIET, latest)
