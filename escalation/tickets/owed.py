"""What of its chain a ticket still owes when somebody wants to end it: assessment, plan, acceptance, report."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.tiers import Milestone
from escalation.sla.deadlines import milestones_of
from escalation.tickets import history
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.told_facts import topic_owed, undone_lines

Owed = Literal["assessment", "plan", "acceptance", "report"]


def owed_at_end(db: Connection, policy: Policy, ticket: Ticket) -> tuple[Owed, ...]:
    """Return what the tier owes, and nobody has recorded since the hand-off or the latest reopening.

    A report after the acceptance is not among them: its clock goes on when the ticket has ended.
    """
    rows, milestones = (
        history.history_of(db, ticket.id),
        milestones_of(policy.tier_of(ticket.tier), topic_owed(policy, ticket)),
    )
    undone = undone_lines(rows)
    done = {row.kind for row in rows if row.at >= ticket.received_at and row.seq not in undone}
    found: list[Owed] = []
    if _is_owed(milestones, "assessed") and not done & {"assessed", "plan_revised"}:
        found.append("assessment")
    if _is_owed(milestones, "plan_explained") and not done & {"plan_explained", "confirmed"}:
        found.append("plan")
    accepted = "accepted" in done
    if any("accepted" in each.met_by and "resolved" not in each.met_by for each in milestones) and not accepted:
        found.append("acceptance")
    if any(each.report_to for each in milestones) and not accepted and "reported" not in done:
        found.append("report")
    return tuple(found)


def _is_owed(milestones: Collection[Milestone], fact: str) -> bool:
    return any(fact in each.met_by for each in milestones)
