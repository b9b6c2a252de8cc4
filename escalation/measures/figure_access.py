"""Who may see whose figures: one rule; pure but for the values of staff."""

from __future__ import annotations

from escalation.measures.sums import Filters
from escalation.roles import ALL_QUEUES
from escalation.staff import Staff


def may_see(who: Staff, filters: Filters) -> bool:
    """Whether this person may see figures under these filters.

    Managers and administrators see all; leads those of a queue they lead, of all if they lead all; everybody who works
    on tickets their own.
    """
    if who.role in ("manager", "admin"):
        return True
    if who.leads and (ALL_QUEUES in who.queues or (filters.queue is not None and who.leads_in(filters.queue))):
        return True
    return who.sees_some and filters.staff_id == who.id
