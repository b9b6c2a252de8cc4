"""The 13 days that everybody has off by law since 2025, and the working days that make up for those at a weekend; pure.

Source: the State Council's Measures for Festivals and Memorial Days as revised on 10 November 2024, sections 2 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from escalation.working_hours.lunar_days import FIRST, LAST, festival

HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
IN_FORCE = 2025  # the first year of the 13 days
_ONE_DAY = timedelta(days=1)
_LENGTHS = {"春节": 4, "劳动节": 2, "国庆节": 3}  # days; the others have one
_FIXED = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1)}  # month and day


def core_day(name: str, year: int) -> date | None:
    """Return the day that has been off for a holiday in every year of any law; None where it is not known."""
    if not FIRST <= year <= LAST:
        return None
    return date(year, *_FIXED[name]) if name in _FIXED else festival(name, year)


@lru_cache(maxsize=256)
def legal_days(year: int) -> Mapping[date, str]:
    """Return the days off by the law in force, each with its holiday; empty before the law and after LAST."""
    found: dict[date, str] = {}
    for name in HOLIDAYS if year >= IN_FORCE else ():
        first = core_day(name, year)
        if first is not None:
            first -= _ONE_DAY if name == "春节" else timedelta()  # from its eve on
            found |= {first + n * _ONE_DAY: name for n in range(_LENGTHS.get(name, 1))}
    return MappingProxyType(found)


@lru_cache(maxsize=256)
def substitute_days(year: int) -> Mapping[date, str]:
    """Return the working days that are off because a day by law falls at a weekend: the next ones after it.

    The notice of a year may arrange them otherwise; these hold while there is none.
    """
    legal, found = legal_days(year), dict[date, str]()
    for day, name in sorted(legal.items()):
        if day.weekday() >= 5:
            instead = day
            while instead.weekday() >= 5 or instead in legal or instead in found:
                instead += _ONE_DAY
            found[instead] = name
    return MappingProxyType(found)


def may_be_off_by_law(day: date) -> bool:
    """Whether a day is off by law, or makes up for one while its year is not published."""
    return day in legal_days(day.year) or day in substitute_days(day.year)


def missing_holidays(off: Iterable[date], year: int) -> tuple[str, ...]:
    """Return the holidays whose own day is not among these days off: a year without any missing is told whole."""
    days = frozenset(off)
    return tuple(name for name in HOLIDAYS if core_day(name, year) not in days)
