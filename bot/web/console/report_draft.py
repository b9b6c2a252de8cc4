"""The service report as the ticket page drafts it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.transcript.message_store import Message
from bot.web.console.rating_view import RatingView
from bot.wording import service_report
from bot.wording.labels import customer_label
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.facts import owes_report
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.plans import Plan


def report_to_whom(policy: Policy, ticket: Ticket) -> str:
    """Return whom the policy owes a service report on this ticket; empty where it owes none."""
    if not owes_report(policy, ticket):
        return ""
    owing = (milestone.report_to for milestone in policy.tier_of(ticket.tier).milestones if milestone.report_to)
    return next(owing, "")


def draft_report(
    policy: Policy,
    ticket: Ticket,
    customer: Customer | None,
    rows: Sequence[DeadlineRow],
    plans: Sequence[Plan],
    names: dict[int, str],
    said: tuple[Sequence[Message], RatingView],
) -> str:
    """Return the draft of the report from what its reader sees; `said`: lines of the talk, and the ratings."""
    latest, (lines, rated) = plans[-1] if plans else None, said
    replied = [line.text for line in lines if line.author == "agent"]
    return service_report.draft(
        ticket,
        customer_label(customer),
        rows,
        latest,
        names.get(latest.responsible_id, "") if latest else "",
        replied[-1] if replied else "",
        policy.zone,
        rated.dimensions,
    )
