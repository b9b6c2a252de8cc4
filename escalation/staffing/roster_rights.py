"""Whose shifts a person may change: a lead those of people who share a queue with them, a manager everybody's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from escalation.roles import ALL_QUEUES, includes
from escalation.staff import Staff, all_staff
from escalation.staffing import roster_store
from escalation.staffing.roster_changes import RosterRefused


def demand_own_people(
    db: Connection,
    zone: ZoneInfo,
    who: Staff,
    logins: Collection[str],
    shifts: Collection[int] = (),
    days: Collection[date] = (),
) -> None:
    """Raise RosterRefused if a change concerns somebody whose shifts are not this person's to change.

    It concerns whoever is named, whose shifts are named, and who has one on these days. Unknown ones are let through:
    the change itself says what is wrong with them.
    """
    if who.reads_all or who.works(ALL_QUEUES):
        return
    found = [shift for number in shifts if (shift := roster_store.get_shift(db, number)) is not None]
    found += roster_store.shifts_on(db, zone, set(days)) if days else []
    ids = {shift.staff_id for shift in found}
    for person in all_staff(db):
        concerned = person.id in ids or person.login in logins
        if concerned and not any(includes(person.queues, queue) for queue in who.queues):
            sentence = f"{person.name} works no queue of theirs; a manager changes that person's shifts."
            raise RosterRefused("other_queue", sentence, name=person.name)
