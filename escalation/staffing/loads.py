"""Colleagues to choose from: who is there, and how many open tickets each has of how many at most."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.roles import ALL_QUEUES
from escalation.staff import Staff
from escalation.staffing import roster_store
from escalation.staffing.on_duty import open_tickets
from escalation.staffing.roster import on_call, on_duty

# there: no roster says who is; busy goes before any of the others
Standing = Literal["duty", "on_call", "there", "busy", "away"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


@dataclass(frozen=True, slots=True)
class ColleagueLoad:
    """A person with whether they are there, their open tickets, and how many they are assigned at most."""

    staff: Staff
    standing: Standing
    open: int
    capacity: int
    works_here: bool  # the queue in question, or any


def read_loads(
    db: Connection, policy: Policy, people: Iterable[Staff], queues: Collection[str], now: datetime
) -> list[ColleagueLoad]:
    """Return these people in the order to choose from: those of the queues, those who are there, the least loaded.

    No queues: all of them are.
    """
    people = list(people)
    has_roster = roster_store.in_use(db)
    shifts = roster_store.shifts_at(db, now) if has_roster else []
    duty, call = on_duty(shifts, now), on_call(shifts, now)
    counts = open_tickets(db, [one.id for one in people])

    def standing(one: Staff) -> Standing:
        if one.busy_since is not None:
            return "busy"
        if not has_roster:
            return "there"
        return "duty" if one.id in duty else "on_call" if one.id in call else "away"

    found = [
        ColleagueLoad(
            staff=one,
            standing=standing(one),
            open=counts.get(one.id, 0),
            capacity=policy.capacity if one.capacity is None else one.capacity,
            works_here=not queues or ALL_QUEUES in queues or any(one.works(queue) for queue in queues),
        )
        for one in people
    ]
    return sorted(found, key=lambda each: (not each.works_here, STANDINGS.index(each.standing), each.open))
