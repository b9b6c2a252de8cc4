"""Who may set targets and improvements, by the queue these are of; pure but for the values of staff."""

from __future__ import annotations

from escalation.improvement.refusals import ImprovementRefused
from escalation.roles import ALL_QUEUES
from escalation.staff import Staff


def may_steer(who: Staff, queue: str | None) -> bool:
    """Whether a person may set what is of this queue; None: of all queues."""
    if who.role in ("manager", "admin"):
        return True
    return who.leads and (ALL_QUEUES in who.queues or (queue is not None and who.leads_in(queue)))


def demand_steering(who: Staff, queue: str | None) -> None:
    """Raise ImprovementRefused (`may_not`) for anybody else."""
    if not may_steer(who, queue):
        raise ImprovementRefused("may_not")
