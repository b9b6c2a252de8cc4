"""Who is on duty and on call at an instant, and when that changes; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Kind = Literal["duty", "on_call"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DAY = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift of one person, on duty or on call: [starts_at, ends_at) in aware UTC."""

    id: int
    staff_id: int
    kind: Kind
    starts_at: datetime
    ends_at: datetime

    def covers(self, at: datetime) -> bool:
        """Whether the shift runs at this instant."""
        return self.starts_at <= at < self.ends_at

    def overlaps(self, other: Shift) -> bool:
        """Whether both are of one person and overlap."""
        same = self.staff_id == other.staff_id
        return same and self.starts_at < other.ends_at and other.starts_at < self.ends_at


class NoSuchTimeError(ValueError):
    """A wall time that the clocks skip on that day."""

    def __init__(self, wall: datetime) -> None:
        super().__init__(f"{wall:%H:%M} does not exist on {wall:%Y-%m-%d}: the clocks skip it.")
        self.time, self.day = f"{wall:%H:%M}", f"{wall:%Y-%m-%d}"


def on_duty(shifts: Iterable[Shift], at: datetime) -> frozenset[int]:
    """Return the ids of the staff on duty at this instant."""
    return frozenset(shift.staff_id for shift in shifts if shift.kind == "duty" and shift.covers(at))


def on_call(shifts: Iterable[Shift], at: datetime) -> frozenset[int]:
    """Return the ids of the staff on call at this instant."""
    return frozenset(shift.staff_id for shift in shifts if shift.kind == "on_call" and shift.covers(at))


def next_change(shifts: Iterable[Shift], at: datetime) -> datetime | None:
    """Return the first instant after `at` when a shift begins or ends; None without one."""
    edges = (edge for shift in shifts for edge in (shift.starts_at, shift.ends_at) if edge > at)
    return min(edges, default=None)


def works_since(shifts: Iterable[Shift], staff_id: int, at: datetime) -> datetime | None:
    """Return when this person's present shift began; None in no shift."""
    return min((shift.starts_at for shift in shifts if shift.staff_id == staff_id and shift.covers(at)), default=None)


def works_until(shifts: Iterable[Shift], staff_id: int, at: datetime) -> datetime | None:
    """Return the end of this person's shift and those that follow without a break; None in no shift."""
    ends: datetime | None = None
    for shift in sorted((each for each in shifts if each.staff_id == staff_id), key=lambda each: each.starts_at):
        if shift.covers(at) or shift.starts_at == ends:
            ends = shift.ends_at
    return ends


def clashes(shifts: Iterable[Shift]) -> list[tuple[Shift, Shift]]:
    """Return the pairs of overlapping shifts of one person, by the beginning of the later one."""
    found: list[tuple[Shift, Shift]] = []
    longest: dict[int, Shift] = {}  # of each person's shifts so far, the one that ends last
    for shift in sorted(shifts, key=lambda each: (each.starts_at, each.ends_at, each.id)):
        before = longest.get(shift.staff_id)
        if before is not None and before.overlaps(shift):
            found.append((before, shift))
        if before is None or before.ends_at < shift.ends_at:
            longest[shift.staff_id] = shift
    return found


def day_of(shift: Shift, zone: ZoneInfo) -> date:
    """Return the local day on which a shift begins, to which it belongs."""
    return shift.starts_at.astimezone(zone).date()


def instants(zone: ZoneInfo, day: date, start: int, end: int) -> tuple[datetime, datetime]:
    """Return the instants of the wall times of a shift, given in minutes after midnight.

    An end not after the start is a day later. A wall time that occurs twice, as clocks are set back, is its first
    occurrence. Raises NoSuchTimeError for one that is skipped.
    """
    over = DAY if end <= start else 0
    return _instant(zone, day, start), _instant(zone, day, end + over)


def _instant(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)  # wall arithmetic, on purpose
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise NoSuchTimeError(wall)
    return found
