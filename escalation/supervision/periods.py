"""Months and quarters of the company's time zone, in which inspections are counted; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def month_of(at: datetime, zone: ZoneInfo) -> str:
    """Return the month of an instant: 2026-11."""
    return f"{at.astimezone(zone):%Y-%m}"


def parse_period(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return where a period begins and ends: 2026-11 or 2026-Q4; raises ValueError for any other text."""
    found = re.fullmatch(r"(20\d\d)-(?:Q([1-4])|(0[1-9]|1[0-2]))", text, re.ASCII)
    if found is None:
        raise ValueError(text)
    year, quarter, month = int(found[1]), found[2], found[3]
    first = 3 * int(quarter) - 2 if quarter else int(month)
    after = first + (3 if quarter else 1)
    begins = datetime(year, first, 1, tzinfo=zone)
    ends = datetime(year + after // 13, (after - 1) % 12 + 1, 1, tzinfo=zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def last_week(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return where the week before that of an instant begins and ends, from Monday to Monday."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    begins, ends = (datetime(each.year, each.month, each.day, tzinfo=zone) for each in (monday - timedelta(7), monday))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def week_of(at: datetime, zone: ZoneInfo) -> str:
    """Return the week of an instant: 2026-W48."""
    year, week, _ = at.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"
