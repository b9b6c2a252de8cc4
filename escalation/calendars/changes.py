"""What a notice or a file would make of the calendar years: what comes, what goes, what stays; pure.

Nothing is wiped by a year that is named in passing: only a file that holds the holidays of a whole year stands in place
of its days; any other replaces the holidays it names, and the rest stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from escalation.calendars.days import in_order, missing_of
from escalation.calendars.faults import CalendarRefused, calendar_fault
from escalation.calendars.notice_text import HolidayNotice
from escalation.working_hours.working_time import CalendarDay

_NEW_YEAR = "元旦"


@dataclass(frozen=True, slots=True)
class Given:
    """The days a source gives, by year.

    `whole`: years of which an operator says that these are all holidays. `longer`: holidays with the day until which
    they are made longer. `notice`: the year of a notice of the State Council.
    """

    years: Mapping[int, tuple[CalendarDay, ...]]
    whole: frozenset[int] = frozenset()
    longer: tuple[tuple[str, date], ...] = ()
    notice: int | None = None

    @property
    def named(self) -> tuple[int, ...]:
        """Every year it may change something in, in order: a notice of New Year's also the year before."""
        before = [self.notice - 1] if self.notice is not None and self.arranges_new_year else []
        return tuple(sorted({*self.years, *self.whole, *before, *(until.year for _, until in self.longer)}))

    @property
    def arranges_new_year(self) -> bool:
        """Whether it is a notice that says all of a New Year's days off, those in December among them."""
        return any(_NEW_YEAR in day.name for day in self.years.get(self.notice or 0, ()) if self.notice)


@dataclass(frozen=True, slots=True)
class YearChange:
    """A year before and after; `whole`: an operator says, now or before, that its holidays are all there."""

    year: int
    before: tuple[CalendarDay, ...]
    after: tuple[CalendarDay, ...]
    was_known: bool
    whole: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the year's holidays are known afterwards."""
        return self.whole or not missing_of(self.after, self.year)

    @property
    def gone(self) -> tuple[CalendarDay, ...]:
        """Days that are no longer special, or otherwise."""
        return tuple(day for day in self.before if day not in self.after)

    @property
    def come(self) -> tuple[CalendarDay, ...]:
        """Days that are new, or otherwise than before."""
        return tuple(day for day in self.after if day not in self.before)

    @property
    def is_nothing_new(self) -> bool:
        """Whether it leaves the year as it is."""
        return not self.gone and not self.come and self.is_known == self.was_known


def given_by(notice: HolidayNotice) -> Given:
    """Return what a notice gives."""
    days: dict[int, list[CalendarDay]] = {}
    for day in notice.days:
        days.setdefault(day.day.year, []).append(day)
    longer = tuple(("、".join(item.names), item.until) for item in notice.items if item.until is not None)
    return Given({year: tuple(each) for year, each in days.items()}, longer=longer, notice=notice.year)


def changed_year(given: Given, year: int, present: Iterable[CalendarDay], *, known: bool, whole: bool) -> YearChange:
    """Return what becomes of a year with these days; `known` and `whole` are how it stands now.

    Raises CalendarRefused for a holiday made longer that the year does not have.
    """
    present, days = tuple(present), given.years.get(year, ())
    told_whole = year in given.whole
    is_before = given.notice == year + 1 and given.arranges_new_year
    kept = tuple(day for day in present if not (is_before and _is_next_new_year(day)))
    after = _merged(kept, days, everything=told_whole or not missing_of(days, year))
    for name, until in given.longer:
        if until.year == year:
            after = _made_longer(after, name, until)
    return YearChange(year, in_order(present), after, known, told_whole or whole)


def _merged(
    present: tuple[CalendarDay, ...], days: tuple[CalendarDay, ...], *, everything: bool
) -> tuple[CalendarDay, ...]:
    """The present days with new ones in place of those of the same holidays, or of `everything` they speak of."""
    calendars = {day.calendar for day in days}
    holidays = {(day.calendar, each) for day in days for each in _holidays_of(day)}
    taken = {(day.day, day.calendar) for day in days}

    def stays(day: CalendarDay) -> bool:
        if (day.day, day.calendar) in taken or any((day.calendar, each) in holidays for each in _holidays_of(day)):
            return False
        return not everything or day.calendar not in calendars or _is_next_new_year(day)

    return in_order((*days, *filter(stays, present)))


def _holidays_of(day: CalendarDay) -> set[str]:
    """The holidays a day belongs to; New Year's days in December belong to the next year's."""
    names = {name for name in day.name.split("、") if name}
    return {f"{name} {day.day.year + 1}" if _is_next_new_year(day) else name for name in names}


def _is_next_new_year(day: CalendarDay) -> bool:
    return day.calendar is None and day.day.month == 12 and _NEW_YEAR in day.name


def _made_longer(days: tuple[CalendarDay, ...], name: str, until: date) -> tuple[CalendarDay, ...]:
    of_it = [day.day for day in days if day.calendar is None and day.kind == "off" and name in day.name.split("、")]
    last = max(of_it, default=None)
    if last is None:
        raise CalendarRefused(calendar_fault("notice_longer", name=name, year=until.year))
    if until <= last:
        raise CalendarRefused(calendar_fault("notice_longer_already", name=name, until=until, last=last))
    more = [CalendarDay(last + timedelta(days=n), "off", name) for n in range(1, (until - last).days + 1)]
    covered = {day.day for day in more}
    return in_order((*more, *(day for day in days if day.calendar is not None or day.day not in covered)))
