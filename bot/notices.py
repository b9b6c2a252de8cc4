"""Which notices to staff a fact causes: pure, one `match` over events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from bot.replies import by, late, say
from escalation.events import (
    ComplaintVoiced,
    CustomerUrged,
    DeadlineReached,
    Event,
    FactRecorded,
    TicketAnswered,
    TicketClaimed,
    TicketClosed,
    TicketOpened,
    TicketReleased,
    TicketReopened,
    TicketRerouted,
    TicketResolved,
    TicketTransferred,
    UrgencyRaised,
)
from escalation.policy import Policy
from escalation.tickets import Ticket

Kind = Literal["new", "warning", "breach", "overdue", "urge", "reopened", "rerouted", "critical", "complaint"]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice is for: one person (`staff`, by id), everybody on a `queue`, or everybody of a `role`."""

    kind: Literal["staff", "queue", "role"]
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something staff should know now. `urgent` ones also go to the staff chat."""

    ticket_id: int
    kind: Kind
    text: str
    to: tuple[Audience, ...]


def notices(policy: Policy, event: Event, customer: str, now: datetime) -> tuple[Notice, ...]:
    """What staff must be told about an event; `customer` is how the customer is called on cards."""
    match event:
        case TicketOpened(ticket, promised):
            topic = policy.topics.get(ticket.topic or "")
            to = ("queue", *(topic.tell if topic else ()))
            return (_notice(policy, "new", ticket, customer, promised, now, to),)
        case TicketReopened(ticket, promised):
            return (_notice(policy, "reopened", ticket, customer, promised, now, ("queue",)),)
        case TicketRerouted(ticket, old_queue, promised):
            moved = ticket.queue != old_queue
            return (_notice(policy, "rerouted", ticket, customer, promised, now, ("holder",)),) if moved else ()
        case UrgencyRaised(ticket, queue, promised):
            # The people on call hear of it even while somebody else holds the ticket.
            found = _notice(policy, "critical", ticket, customer, promised, now, ("holder",))
            on_call = Audience("queue", queue)
            return (replace(found, to=(*(one for one in found.to if one != on_call), on_call)),)
        case ComplaintVoiced(ticket, promised):
            topic = policy.topics.get(ticket.topic or "")
            to = ("holder", *(topic.tell if topic else ()))
            return (_notice(policy, "complaint", ticket, customer, promised, now, to),)
        case CustomerUrged(ticket, times, promised):
            # The first wish to hurry is the holder's business; from the second on the lead hears of it too.
            to = ("holder",) if times < 2 else ("holder", "lead")
            return (_notice(policy, "urge", ticket, customer, promised, now, to),)
        case DeadlineReached():
            return (_reached(policy, event, customer, now),)
        case TicketTransferred(ticket, _, _, promised):
            return (_notice(policy, "rerouted", ticket, customer, promised, now, ("holder",)),)
        case TicketClaimed() | TicketReleased() | TicketAnswered() | FactRecorded() | TicketResolved() | TicketClosed():
            return ()
        case _:
            assert_never(event)


def _reached(policy: Policy, event: DeadlineReached, customer: str, now: datetime) -> Notice:
    overdue = late(event.noticed_at - event.due_at)
    return _notice(
        policy, event.kind, event.ticket, customer, event.due_at, now, event.to, milestone=event.label, late=overdue
    )


def _notice(
    policy: Policy,
    kind: Kind,
    ticket: Ticket,
    customer: str,
    due: datetime | None,
    now: datetime,
    to: tuple[str, ...],
    milestone: str = "首次联系",
    late: str = "",
) -> Notice:
    words = {"ticket": f"#{ticket.id}", "queue": ticket.queue, "tier": ticket.tier, "customer": customer}
    words |= {"milestone": milestone, "due": by(policy, due, now) if due else "已完成", "late": late}
    return Notice(ticket.id, kind, say(policy, f"notice_{kind}", **words), _audiences(ticket, to))


def _audiences(ticket: Ticket, to: tuple[str, ...]) -> tuple[Audience, ...]:
    found: dict[Audience, None] = {}
    for recipient in to:
        if recipient == "holder" and ticket.holder_id is not None:
            found[Audience("staff", str(ticket.holder_id))] = None
        elif recipient in ("holder", "queue"):
            found[Audience("queue", ticket.queue)] = None
        else:
            found[Audience("role", recipient)] = None
    return tuple(found)
