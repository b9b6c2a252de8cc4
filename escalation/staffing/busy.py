"""Busy people, who are assigned nothing new: set by themselves, by who leads them, and by administrators."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from escalation.journal.journal_store import record
from escalation.roles import ALL_QUEUES, includes, queues_of
from escalation.staff import Staff, StaffRefused, find_credentials, staff


def leads_person(who: Staff, person: Staff) -> bool:
    """Whether this person is one of theirs: a lead's share a queue with them, a manager's are all."""
    if who.reads_all or (who.leads and who.works(ALL_QUEUES)):
        return True
    theirs = queues_of(person.role, person.queues)
    return who.leads and any(includes(theirs, queue) for queue in who.queues)


def may_set_busy(who: Staff, person: Staff) -> bool:
    """Whether they may say that this person is busy, or is no longer."""
    return who.id == person.id or who.may("people") or leads_person(who, person)


def set_busy(db: Connection, who: Staff, login: str, now: datetime, *, is_busy: bool) -> None:
    """Say that a person is busy, or is no longer; saying what is so already changes nothing.

    Raises StaffRefused: "unknown", or "not_theirs" for who neither leads them nor keeps the accounts.
    """
    found = find_credentials(db, login)
    if found is None:
        raise StaffRefused("unknown", f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    person = found[0]
    if not may_set_busy(who, person):
        sentence = f"{person.name} works no queue of theirs; a manager says whether that person is busy."
        raise StaffRefused("not_theirs", sentence)
    if (person.busy_since is not None) == is_busy:
        return
    db.execute(update(staff).where(staff.c.id == person.id).values(busy_since=now if is_busy else None))
    record(db, f"staff:{login}", "staff busy" if is_busy else "staff present", who.login, now)
