"""Instants are aware UTC datetimes: parsed, printed, refused when naive; durations are short texts such as 1h30m."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)


def parse_instant(text: str) -> datetime:
    """Read ISO 8601 with an offset; an instant without one is refused, because nobody knows which hour is meant."""
    try:
        at = datetime.fromisoformat(text.strip())
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f'An instant must be ISO 8601 with an offset, such as 2026-10-09T20:30+08:00; found "{text}".')


def iso(at: datetime, zone: tzinfo) -> str:
    """Print an instant as ISO 8601 in `zone`, to the second."""
    return require_utc(at).astimezone(zone).isoformat(timespec="seconds")


def require_utc(at: datetime) -> datetime:
    """Give back an aware UTC datetime, refuse any other: local arithmetic goes wrong twice a year."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None or at.utcoffset() != timedelta(0):
        raise ValueError(f"An instant must be an aware UTC datetime; found {at.isoformat()}.")
    return at.astimezone(UTC)


def parse_duration(text: str) -> timedelta:
    """Read 90s, 15m, 2h, 1d or units in that falling order (1h30m); a day is 24 hours."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f'A duration must be written such as 15m, 2h, 1h30m or 1d; found "{text}".')
    amounts = (int(part or 0) for part in found.groups())
    return timedelta(seconds=sum(amount * size for amount, size in zip(amounts, _UNITS.values(), strict=True)))


def print_duration(duration: timedelta) -> str:
    """Print a duration the way `parse_duration` reads it, to the second; a minus sign when it is negative."""
    left = round(duration.total_seconds())
    sign, left = ("-", -left) if left < 0 else ("", left)
    parts = []
    for unit, size in _UNITS.items():
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return sign + ("".join(parts) or "0m")
