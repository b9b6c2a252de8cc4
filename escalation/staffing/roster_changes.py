"""Changes of the roster: import, add, remove, swap; each is refused, or written with its author."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from escalation.refusals import EscalationRefusal
from escalation.staffing import roster_store
from escalation.staffing.roster import NoSuchTimeError, Shift, clashes, instants
from escalation.staffing.roster_file import RosterFault, RosterFaults, ShiftEntry, unknown_people
from escalation.staffing.roster_store import logins, record
from escalation.working_hours.instants import iso


class RosterRefused(EscalationRefusal):
    """A change of the roster that cannot be made; `code` and `values` for a page, the text is a whole sentence."""

    def __init__(self, code: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.code, self.values = code, values


def import_days(
    db: Connection, zone: ZoneInfo, entries: Sequence[ShiftEntry], by: str, now: datetime, file: str = ""
) -> tuple[int, int]:
    """Replace every shift on the days that the entries name; return how many were removed and added.

    Raises RosterFaults, with the lines of the entries, when not all can be entered; nothing is changed then.
    """
    people = roster_store.lock_roster(db)
    days = {entry.day for entry in entries}
    old = roster_store.shifts_on(db, zone, days)
    planned = planned_shifts(db, zone, entries, people, {shift.id for shift in old}, file)
    roster_store.delete_shifts(db, [shift.id for shift in old])
    fresh = roster_store.insert_shifts(db, planned)
    names = logins(db)
    before, after = ([shift_as_json(shift, zone, names) for shift in shifts] for shifts in (old, fresh))
    record(db, "imported", by, now, days=[str(day) for day in sorted(days)], before=before, after=after)
    return len(old), len(fresh)


def add_shift(db: Connection, zone: ZoneInfo, entry: ShiftEntry, by: str, now: datetime) -> Shift:
    """Add a shift; raises RosterFaults for an unknown person, and for one who has a shift at that time."""
    people = roster_store.lock_roster(db)
    [shift] = roster_store.insert_shifts(db, planned_shifts(db, zone, [entry], people, ()))
    record(db, "added", by, now, shift=shift_as_json(shift, zone, logins(db)))
    return shift


def remove_shift(db: Connection, zone: ZoneInfo, shift_id: int, by: str, now: datetime) -> Shift:
    """Remove a shift and return it; raises RosterRefused for an unknown number."""
    roster_store.lock_roster(db)
    shift = _get(db, shift_id)
    roster_store.delete_shifts(db, [shift.id])
    record(db, "removed", by, now, shift=shift_as_json(shift, zone, logins(db)))
    return shift


def swap_shifts(db: Connection, zone: ZoneInfo, one: int, other: int, by: str, now: datetime) -> tuple[Shift, Shift]:
    """Exchange the people of two shifts.

    Raises RosterRefused for an unknown shift or the same person, RosterFaults when one would have two shifts at once.
    """
    roster_store.lock_roster(db)
    first, second = _get(db, one), _get(db, other)
    if first.staff_id == second.staff_id:
        raise RosterRefused("same_person", "Both shifts are of the same person; there is nothing to swap.")
    swapped = replace(first, staff_id=second.staff_id), replace(second, staff_id=first.staff_id)
    faults = _clashing(db, zone, dict.fromkeys(swapped, 0), {first.id, second.id})
    if faults:
        raise RosterFaults(faults)
    for shift in swapped:
        roster_store.give_shift(db, shift.id, shift.staff_id)
    names = logins(db)
    before, after = ([shift_as_json(shift, zone, names) for shift in pair] for pair in ((first, second), swapped))
    record(db, "swapped", by, now, before=before, after=after)
    return swapped


def shift_as_json(shift: Shift, zone: ZoneInfo, names: Mapping[int, str]) -> dict[str, Any]:
    """Return a shift for programs and the change log."""
    begins, ends = iso(shift.starts_at, zone), iso(shift.ends_at, zone)
    return {"id": shift.id, "login": names.get(shift.staff_id), "kind": shift.kind, "from": begins, "to": ends}


def shift_in_words(shift: Shift, zone: ZoneInfo) -> str:
    """Return a shift in words: its day and wall times."""
    return f"{shift.starts_at.astimezone(zone):%Y-%m-%d %H:%M}–{shift.ends_at.astimezone(zone):%H:%M}"


def _get(db: Connection, shift_id: int) -> Shift:
    shift = roster_store.get_shift(db, shift_id)
    if shift is None:
        sentence = f"There is no shift {shift_id}; `jiedai roster show` lists them with their numbers."
        raise RosterRefused("no_shift", sentence, shift=str(shift_id))
    return shift


def planned_shifts(
    db: Connection,
    zone: ZoneInfo,
    entries: Sequence[ShiftEntry],
    people: Mapping[str, int],
    gone: Collection[int],
    file: str = "",
) -> list[Shift]:
    """Return the shifts of these entries, with numbers below nothing; `gone`: those that they replace.

    `people`: ids by sign-in name. Raises RosterFaults when not all can be entered.
    """
    faults = unknown_people(entries, people)
    planned: dict[Shift, int] = {}  # with the line each stands on
    for number, entry in enumerate(entries, 1):
        if entry.login not in people:
            continue
        try:
            times = instants(zone, entry.day, entry.start, entry.end)
        except NoSuchTimeError as fault:
            faults.append(RosterFault("no_such_time", entry.line, {"time": fault.time, "day": fault.day}))
        else:
            # A number below nothing, so that equal lines stay two and none is taken for a shift that is there.
            planned[Shift(-number, people[entry.login], entry.kind, *times)] = entry.line
    faults += _clashing(db, zone, planned, gone)
    if faults:
        raise RosterFaults(sorted(faults, key=lambda fault: fault.line), file)
    return list(planned)


def _clashing(db: Connection, zone: ZoneInfo, planned: Mapping[Shift, int], gone: Collection[int]) -> list[RosterFault]:
    if not planned:
        return []
    start, end = min(shift.starts_at for shift in planned), max(shift.ends_at for shift in planned)
    standing = [shift for shift in roster_store.shifts_between(db, start, end) if shift.id not in gone]
    names = logins(db)
    faults: list[RosterFault] = []
    for pair in clashes([*standing, *planned]):
        lines = [planned[shift] for shift in pair if shift in planned]
        if lines:
            values = dict(zip(("first", "second"), (shift_in_words(shift, zone) for shift in pair), strict=True))
            faults.append(RosterFault("two_at_once", max(lines), {"login": names[pair[0].staff_id], **values}))
    return faults
