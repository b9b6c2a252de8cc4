"""Who stands behind a support contact or a department of the policy at this moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.approvals import Department
from escalation.policy.model import Support
from escalation.staff import Staff, all_staff
from escalation.staffing import roster_store
from escalation.staffing.on_duty import read_people
from escalation.tickets.lifecycle import Ticket


def people_behind(db: Connection, contact: Support | Department, ticket: Ticket, now: datetime) -> tuple[Staff, ...]:
    """Return everybody who may sign in and is meant by a contact, for a request on this ticket."""
    named = contact.people if isinstance(contact, Department) else ()
    called = _on_call(db, now) if "on_call" in contact.to else ()
    return tuple(one for one in all_staff(db) if one.login in named or _is_meant(one, contact, ticket, called))


def _is_meant(one: Staff, contact: Support | Department, ticket: Ticket, called: Collection[int]) -> bool:
    if contact.queue is not None and one.works(contact.queue):
        return True
    lead = one.role == "lead" and one.works(ticket.queue)
    meant = {"manager": one.role == "manager", "lead": lead, "queue": one.works(ticket.queue)}
    meant["on_call"] = one.id in called
    return any(meant[recipient] for recipient in contact.to)


def _on_call(db: Connection, now: datetime) -> set[int]:
    if not roster_store.in_use(db):
        return set()
    return {each.staff_id for each in read_people(db, now).candidates if each.on_call}
