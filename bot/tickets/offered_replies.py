"""Canned replies on a ticket: which are offered, and what their placeholders stand for; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.transcript.canned_reply_store import CannedReply
from bot.wording import moments
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket


def offered_on(ticket: Ticket, known: Collection[CannedReply]) -> list[CannedReply]:
    """Return the replies offered on this ticket: those for its topic or tier first, then own ones, then by use."""
    return sorted(
        (each for each in known if _fits(each, ticket)),
        key=lambda each: (not (each.words.topic or each.words.tier), each.is_team, -each.uses, each.words.code),
    )


def placeholder_values(
    policy: Policy, who: Staff, ticket: Ticket, customer: Customer | None, promise: datetime | None, now: datetime
) -> Mapping[str, str]:
    """Return what the placeholders stand for on this ticket, by id; empty where it has no value."""
    topic = policy.topics.get(ticket.topic or "")
    return {
        "customer": customer.contact.name if customer else "",
        "organisation": customer.organisation.name if customer else "",
        "ticket": f"#{ticket.id}",
        "topic": ticket.topic or "",
        "number": topic.number if topic else "",
        "promise": moments.by(policy, promise, now) if promise else "",
        "agent": who.name,
        "company": policy.name,
        "phone": policy.phone,
    }


def next_promise(rows: Collection[DeadlineRow], now: datetime) -> datetime | None:
    """Return when the next promise to the customer that still runs is due; None if there is none."""
    running = (row.due_at for row in rows if row.state == "open" and row.kind == "promise" and not row.is_paused)
    return min((due for due in running if due > now), default=None)


def _fits(reply: CannedReply, ticket: Ticket) -> bool:
    words = reply.words
    here = ((words.queue, ticket.queue), (words.topic, ticket.topic), (words.tier, ticket.tier))
    return all(wanted in (None, found) for wanted, found in here)
