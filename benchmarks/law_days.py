"""The days off by law as facts written down by hand, for oracles: nothing of the product's is used here."""

from __future__ import annotations

from datetime import date, timedelta

# New Year's Eve of the lunar calendar, Tomb-Sweeping, Dragon Boat, Mid-Autumn.
_MOVING = {
    2025: ("2025-01-28", "2025-04-04", "2025-05-31", "2025-10-06"),
    2026: ("2026-02-16", "2026-04-05", "2026-06-19", "2026-09-25"),
    2027: ("2027-02-05", "2027-04-05", "2027-06-09", "2027-09-15"),
    2028: ("2028-01-25", "2028-04-04", "2028-05-28", "2028-10-03"),
    2029: ("2029-02-12", "2029-04-04", "2029-06-16", "2029-09-22"),
    2030: ("2030-02-02", "2030-04-05", "2030-06-05", "2030-09-12"),
}
_FIXED = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")


def off_by_law(year: int) -> set[date]:
    """The days off by law of a year of the table."""
    eve, *others = (date.fromisoformat(text) for text in _MOVING[year])
    spring = {eve + timedelta(days=n) for n in range(4)}
    return {*spring, *others, *(date.fromisoformat(f"{year}-{day}") for day in _FIXED)}


def made_up_for(year: int) -> set[date]:
    """The working days off because a day by law falls at a weekend: each takes the next one that is free."""
    law, found = off_by_law(year), set[date]()
    for lost in sorted(day for day in law if day.isoweekday() > 5):
        later = (lost + timedelta(days=n) for n in range(1, 30))
        found.add(next(day for day in later if day.isoweekday() < 6 and day not in law and day not in found))
    return found
