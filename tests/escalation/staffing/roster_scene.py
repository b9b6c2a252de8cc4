"""People with shifts on a desk: hire somebody, put them on the roster, look who has which ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from escalation import staff
from escalation.policy.model import Policy, Queue
from escalation.roles import Role
from escalation.staff import Staff
from escalation.staffing import dispatch, roster_changes
from escalation.staffing.dispatch import Dispatched
from escalation.staffing.roster import Kind, Shift
from escalation.staffing.roster_file import ShiftEntry, parse_time
from tests.escalation.tickets.desk_scene import NOW, Desk

MONDAY = date(2026, 11, 23)  # NOW is 10:00 of this day


class RosteredDesk(Desk):
    """A desk with a roster."""

    def hire(
        self,
        login: str,
        queues: Sequence[str] = ("*",),
        *,
        role: Role = "agent",
        skills: Sequence[str] = (),
        capacity: int | None = None,
        works: str = "08:00-20:00",
    ) -> Staff:
        """Somebody with a shift today; `works` may be empty."""
        found = self.staff(login, role, queues)
        self.write(staff.set_work, login, skills=list(skills), capacity=capacity, unlimited=capacity is None)
        if works:
            self.roster(login, works)
        return replace(found, skills=list(skills), capacity=capacity)

    def roster(self, login: str, hours: str, kind: Kind = "duty", day: date = MONDAY) -> Shift:
        """A shift."""
        added: Shift = self.write(
            roster_changes.add_shift, self.policy.zone, entry(login, hours, kind, day), "韩梅", NOW
        )
        return added

    def assign(self, ticket_id: int, at: datetime = NOW) -> Dispatched | None:
        """As the hand-over does."""
        return self.write(dispatch.assign, self.policy, ticket_id, at)

    def tick(self, at: datetime) -> list[Dispatched]:
        """As the alarm clock does."""
        if not self.read(dispatch.is_anything_due, self.policy, at):
            return []
        return [
            *self.write(dispatch.expire_assignments, self.policy, at),
            *self.write(dispatch.assign_waiting, self.policy, at),
        ]

    def assignee(self, ticket_id: int) -> int | None:
        """Who is to claim it."""
        return self.ticket(ticket_id).assignee_id


def entry(login: str, hours: str, kind: Kind = "duty", day: date = MONDAY, line: int = 0) -> ShiftEntry:
    """A shift from words."""
    start, end = (parse_time(text) for text in hours.split("-"))
    assert start is not None
    assert end is not None
    return ShiftEntry(day, login, start, end, kind, line)


def with_queue(policy: Policy, queue: str, **changes: Any) -> Policy:
    """The policy with one queue worked otherwise."""
    changed: Queue = replace(policy.queues[queue], **changes)
    return replace(policy, queues={**policy.queues, queue: changed})


def told(events: Sequence[Dispatched | None]) -> list[str]:
    """The kinds of what happened."""
    return [type(event).__name__ for event in events]
