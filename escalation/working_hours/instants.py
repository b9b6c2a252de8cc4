"""Instants as aware UTC datetimes (naive ones are refused), and durations as short texts such as 1h30m."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)


def parse_instant(text: str) -> datetime:
    """Parse ISO 8601 with an offset into UTC; raises ValueError for anything else, above all without an offset."""
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
    """Return the datetime if it is aware UTC; raises ValueError for any other.

    Arithmetic with local times goes wrong twice a year.
    """
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None or at.utcoffset() != timedelta(0):
        raise ValueError(f"An instant must be an aware UTC datetime; found {at.isoformat()}.")
    return at.astimezone(UTC)


def parse_duration(text: str) -> timedelta:
    """Parse 90s, 15m, 2h, 1d, or units in falling order (1h30m); a day is 24 hours.

    Raises ValueError for anything else.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f'A duration must be written such as 15m, 2h, 1h30m or 1d; found "{text}".')
    amounts = (int(part or 0) for part in found.groups())
    return timedelta(seconds=sum(amount * size for amount, size in zip(amounts, _UNITS.values(), strict=True)))


def print_duration(duration: timedelta) -> str:
    """Print a duration as `parse_duration` reads it, to the second, with a minus sign when negative."""
    left = round(duration.total_seconds())
    sign, left = ("-", -left) if left < 0 else ("", left)
    parts = []
    for unit, size in _UNITS.items():
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return sign + ("".join(parts) or "0m")
