"""Instants and durations in words."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from escalation.policy.model import Policy

WEEKDAYS = "一二三四五六日"
NEXT_DAY = "次日 "
_TODAY = "今天 "


def by(policy: Policy, at: datetime, now: datetime) -> str:
    """Return an instant as a promise: 「今天 14:35」, or with date and weekday if it isn't today.

    Seconds are cut off, so that a promise never reads later than it is.
    """
    there, today = at.astimezone(policy.zone), now.astimezone(policy.zone)
    if there.date() == today.date():
        return f"{_TODAY}{there:%H:%M}"
    year = f"{there.year}年" if there.year != today.year else ""
    return f"{year}{dated(policy, at)}"


def from_then_on(policy: Policy, at: datetime, now: datetime) -> str:
    """As `by`, for when something is possible again; never too early, for a part of a minute counts as whole."""
    whole = at.replace(second=0, microsecond=0)
    return by(policy, whole if whole == at else whole + timedelta(minutes=1), now)


def since(policy: Policy, at: datetime, now: datetime) -> str:
    """As `by`, without a word for today: 「14:35」."""
    return by(policy, at, now).removeprefix(_TODAY)


def dated(policy: Policy, at: datetime) -> str:
    """Return an instant with its date: 「11月23日（周一）14:35」; seconds are cut off."""
    there = at.astimezone(policy.zone)
    return f"{there.month}月{there.day}日（周{WEEKDAYS[there.weekday()]}）{there:%H:%M}"


def date_and_time(at: datetime, zone: tzinfo) -> str:
    """Return an instant without year and weekday: 「11月23日 14:35」."""
    there = at.astimezone(zone)
    return f"{there.month}月{there.day}日 {there:%H:%M}"


def day(policy: Policy, at: datetime) -> str:
    """Return an instant's day: 「2026年11月23日 周一」."""
    there = at.astimezone(policy.zone)
    return f"{there.year}年{there.month}月{there.day}日 周{WEEKDAYS[there.weekday()]}"


def in_columns(policy: Policy, at: datetime) -> str:
    """Return an instant for tables: `11-23 周一 10:15`."""
    there = at.astimezone(policy.zone)
    return f"{there:%m-%d} 周{WEEKDAYS[there.weekday()]} {there:%H:%M}"


def late(duration: timedelta) -> str:
    """Return how long something is overdue: 「25 分钟」「3 小时 10 分钟」「2 天 4 小时」."""
    minutes = max(int(duration.total_seconds()) // 60, 1)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, "天"), (hours, "小时"), (0 if days else rest, "分钟")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def span(duration: timedelta) -> str:
    """Return a duration: 「15 分钟」「2 小时」「1 小时 30 分钟」."""
    minutes = int(duration.total_seconds()) // 60
    parts = [(minutes // 60, "小时"), (minutes % 60, "分钟")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def time_of_day(minutes: int) -> str:
    """Return minutes after midnight as a time of day: 「08:00」「24:00」「次日 08:00」."""
    next_day = minutes > 24 * 60
    hour = minutes // 60 - (24 if next_day else 0)
    return f"{NEXT_DAY if next_day else ''}{hour:02}:{minutes % 60:02}"
