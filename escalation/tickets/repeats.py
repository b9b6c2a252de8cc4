"""How a step of a late deadline repeats: as often as the policy says, or ever more rarely and in the tier's hours."""

from __future__ import annotations

from datetime import datetime

from escalation.policy.model import Policy
from escalation.tickets.lifecycle import Ticket
from escalation.working_hours.working_time import NeverOpenError


def is_steady(policy: Policy, ticket: Ticket) -> bool:
    """Whether repetitions keep the policy's interval at any hour: for critical tickets, and tiers that say so."""
    return policy.urgency_of(ticket.urgency).critical or policy.tier_of(ticket.tier).repeats == "steady"


def opens_at(policy: Policy, ticket: Ticket, now: datetime) -> datetime:
    """Return when a repetition that is due now may be told: now, or when the hours of its tier begin."""
    calendar = policy.calendars[policy.tier_of(ticket.tier).calendar]
    if is_steady(policy, ticket) or calendar.is_open(now):
        return now
    try:
        return calendar.next_opening(now)
    except NeverOpenError:  # a mistake in a calendar must not silence anybody
        return now
