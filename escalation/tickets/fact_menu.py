"""Which facts of the policy make sense on a ticket, and which of its running clocks each of them meets; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from escalation.policy.model import Policy
from escalation.policy.tiers import Milestone
from escalation.sla.deadlines import milestones_of
from escalation.staff import Staff
from escalation.tickets import lifecycle
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.told_facts import topic_owed


@dataclass(frozen=True, slots=True)
class OfferedFact:
    """A fact that may be recorded, its label, and the labels of the running clocks that it meets."""

    fact: str
    label: str
    meets: tuple[str, ...] = ()


def offered_facts(policy: Policy, ticket: Ticket, running: Collection[str]) -> Sequence[OfferedFact]:
    """Return the facts that make sense on the ticket, those that meet running clocks first.

    `running`: the milestones whose clocks run. A fact that no tier's milestone knows of is the company's own, and may
    always be recorded.
    """
    milestones = policy.tier_of(ticket.tier).milestones
    found = []
    for fact, label in policy.facts.items():
        meets = tuple(one.label for one in milestones if one.id in running and fact in one.met_by)
        if meets or makes_sense(policy, ticket, fact, running):
            found.append(OfferedFact(fact, label, meets))
    return sorted(found, key=lambda each: not each.meets)


def makes_sense(policy: Policy, ticket: Ticket, fact: str, running: Collection[str]) -> bool:
    """Whether some milestone that the ticket is owed, or whose clock runs, knows of the fact."""
    tier = policy.tier_of(ticket.tier)
    owed = {one.id for one in milestones_of(tier, topic_owed(policy, ticket))} | set(running)
    if any(_knows(one, fact) for one in tier.milestones if one.id in owed):
        return True
    return not any(_knows(one, fact) for every in policy.tiers.values() for one in every.milestones)


def demand_sense(policy: Policy, ticket: Ticket, who: Staff, fact: str, running: Collection[str]) -> None:
    """Raise Refused (`fact_not_owed`) for a fact of the policy that is nothing to this ticket.

    Whoever may not record anything on it hears that first (as `lifecycle.demand_recorder`).
    """
    if fact in policy.facts and not makes_sense(policy, ticket, fact, running):
        lifecycle.demand_recorder(ticket, who.id, leads=who.leads_in(ticket.queue))
        raise Refused("fact_not_owed")


def _knows(milestone: Milestone, fact: str) -> bool:
    return fact in (milestone.starts_on, *milestone.restarts_on, *milestone.met_by, *milestone.cancelled_by)
