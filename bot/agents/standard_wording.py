"""The policy's standard wording and process at a ticket: what fits its matter, its tier and how it stands; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.wording import moments
from bot.wording import standard_wording as words
from escalation.policy.model import Policy
from escalation.policy.tiers import Milestone
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket

_LOW = 2  # a rating up to this asks for an apology
_SETTLED = "complaint_settled"  # the milestone by which the result of a complaint is told


@dataclass(frozen=True, slots=True)
class StandardSentence:
    """A sentence of the policy, and when it is said."""

    label: str
    text: str


def sentences_for(
    policy: Policy, ticket: Ticket, rows: Collection[DeadlineRow], now: datetime
) -> list[StandardSentence]:
    """Return the policy's sentences that fit this ticket now, the most particular first."""
    result = next((row.due_at for row in rows if row.milestone == _SETTLED and row.state == "open"), None)
    by = moments.by(policy, result, now) if result is not None and result > now else ""
    found = [
        *_of(policy, words.IN_DANGER if policy.urgency_of(ticket.urgency).critical else {}),
        *_of(policy, words.OF_COMPLAINTS if ticket.complaint else {}),
        *_of(policy, words.RESULT_BY if by else {}, by=by),
        *_of(policy, words.RATED_LOW if ticket.rating is not None and ticket.rating <= _LOW else {}),
        *_of(policy, words.ALWAYS),
    ]
    return list({each.text: each for each in found}.values())


def steps_for(policy: Policy, ticket: Ticket) -> list[Milestone]:
    """Return the milestones that the policy has for this ticket's tier and topic, in its order."""
    return [each for each in policy.tier_of(ticket.tier).milestones if not each.topics or ticket.topic in each.topics]


def _of(policy: Policy, wanted: Mapping[str, str], **values: str) -> Iterator[StandardSentence]:
    for key, label in wanted.items():
        yield StandardSentence(label, policy.wording[key].format(**values))
