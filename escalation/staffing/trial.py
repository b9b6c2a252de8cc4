"""A trial of the assignment: who would get each waiting ticket, by the roster as it is or as edited; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.staff import all_staff
from escalation.staffing import candidates, roster_store
from escalation.staffing.candidates import HousesOf
from escalation.staffing.roster import Shift
from escalation.staffing.roster_changes import planned_shifts
from escalation.staffing.roster_file import ShiftEntry
from escalation.tickets.lifecycle import Ticket


@dataclass(frozen=True, slots=True)
class TrialPlacement:
    """A waiting ticket, and who would be assigned it; None: it would stay in its queue. With the reason in words."""

    ticket: Ticket
    staff_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class EditedRoster:
    """The shifts that run or follow at an instant by a roster that is not saved."""

    at: datetime
    shifts: tuple[Shift, ...]


def edited_roster(
    db: Connection, zone: ZoneInfo, entries: Sequence[ShiftEntry], now: datetime, *, replaces_days: bool
) -> EditedRoster:
    """Return the roster with these shifts added, or in place of those of their days, when the first of them begins.

    At `now` if that has begun. Raises RosterFaults as saving them would.
    """
    days = {entry.day for entry in entries}
    gone = {shift.id for shift in roster_store.shifts_on(db, zone, days)} if replaces_days else set()
    people = {one.login: one.id for one in all_staff(db)}
    planned = planned_shifts(db, zone, entries, people, gone)
    at = max([now, *([min(shift.starts_at for shift in planned)] if planned else [])])
    standing = [shift for shift in roster_store.shifts_at(db, at) if shift.id not in gone]
    ahead = [shift for shift in planned if shift.ends_at > at and shift.starts_at < at + roster_store.AHEAD]
    return EditedRoster(at, (*standing, *ahead))


def try_out(
    db: Connection, policy: Policy, now: datetime, houses: HousesOf, edited: EditedRoster | None = None
) -> list[TrialPlacement]:
    """Return what automatic assignment would do with each waiting ticket, in the order in which it takes them.

    With an edited roster: at its instant, with the tickets that wait now.
    """
    at, shifts = (edited.at, edited.shifts) if edited else (now, None)
    waiting = candidates.waiting_in_order(db, policy)
    seen = candidates.take_snapshot(db, policy, waiting, at, houses, shifts=shifts)
    found: list[TrialPlacement] = []
    for ticket in waiting:
        choice = candidates.choose_for(policy, ticket, seen)
        found.append(TrialPlacement(ticket, choice.staff_id, choice.reason))
        if choice.staff_id is not None:
            seen = seen.given(choice.staff_id)
    return found
