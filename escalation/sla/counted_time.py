"""The time that counts for a clock: on the soonest of its calendars, without pauses; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.working_hours.working_time import Calendar, NeverOpenError

Pause = tuple[datetime, datetime]  # from when until when the ticket waited for its customer


@dataclass(frozen=True, slots=True)
class CountedTime:
    """The time that counts for one clock, started `at`."""

    calendars: tuple[Calendar, ...]
    at: datetime
    pauses: tuple[Pause, ...]
    provisional: bool
    fault: str | None

    @classmethod
    def of(
        cls, calendars: tuple[Calendar, ...], at: datetime, within: timedelta, pauses: tuple[Pause, ...]
    ) -> CountedTime:
        """Choose the calendars that can be counted.

        When one never opens its error is kept in `fault`; when none opens, elapsed time counts. `provisional`: the
        result may change once holidays are published.
        """
        ends: dict[Calendar, datetime] = {}
        fault = None
        for calendar in calendars:
            try:
                ends[calendar] = _reach(calendar, at, within, pauses)
            except NeverOpenError as error:
                fault = str(error)
        known = [calendar for calendar in ends if calendar.is_published(at) and calendar.is_published(ends[calendar])]
        # A guess matters unless another calendar, which is known, runs without a pause and so ends first anyway.
        guessed = len(known) < len(ends) and all(ends[calendar] > at + within for calendar in known)
        return cls(tuple(ends), at, pauses, guessed, fault)

    def reach(self, time: timedelta) -> datetime:
        """Return the instant at which `time` has passed, on the calendar where that is soonest."""
        ends = [_reach(calendar, self.at, time, self.pauses) for calendar in self.calendars]
        return min(ends) if ends else _reach(None, self.at, time, self.pauses)


def _reach(calendar: Calendar | None, at: datetime, time: timedelta, pauses: tuple[Pause, ...]) -> datetime:
    add: Callable[[datetime, timedelta], datetime] = (lambda t, d: t + d) if calendar is None else calendar.add
    end = add(at, time)
    for began, ended in pauses:
        begins = max(began, at)
        if begins < min(ended, end):  # what was left when the pause began is left when it ends
            left = end - begins if calendar is None else calendar.between(begins, end)
            end = add(ended, left)
    return end
