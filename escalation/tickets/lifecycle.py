"""Ticket and its legal moves: pure; a move returns the changed ticket or refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

State = Literal["waiting", "claimed", "resolved", "closed"]
RefusalCode = Literal[
    "claimed_by_other",
    "already_yours",
    "not_holder",
    "unclaimed",
    "finished",
    "not_finished",
    "not_found",
    "unknown_fact",
    "unknown_queue",
    "unknown_staff",
    "empty",
    "too_long",
    "forbidden",
    "cause_needed",
    "unknown_cause",
    "unknown_support",
    "unknown_urgency",
    "no_steps",
    "step_in_the_past",
    "already_waiting",
    "no_report_owed",
    "nothing_late",
    "write_the_report",
]


class Refused(Exception):  # a refusal is an answer, not a fault
    """A move the ticket's state does not allow; `code` says why, `holder_id` who has it instead."""

    def __init__(self, code: RefusalCode, holder_id: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.holder_id = holder_id


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter in a person's hands. All instants are aware UTC.

    `raised_at` is the customer's first message of the matter, `received_at` the hand-off (or the latest reopening).
    """

    id: int
    conversation_id: int
    contact_id: str | None
    tier: str
    tier_reason: str
    policy_version: str
    queue: str
    topic: str | None
    urgency: str
    complaint: bool
    state: State
    holder_id: int | None
    subject: str
    reason: str  # why the bot handed over
    suggested: str | None
    candidates: list[dict[str, Any]]
    rejected: list[str]
    raised_at: datetime
    received_at: datetime
    claimed_at: datetime | None
    first_contact_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    urged: int
    reopened: int
    rating: int | None
    rating_reason: str | None
    waits_since: datetime | None = None  # for the customer
    cause: str | None = None  # of a complaint, once it is known
    assignee_id: int | None = None  # to whom a waiting ticket was given, until they claim it …
    assigned_until: datetime | None = None  # … or this passes
    incident_id: int | None = None  # the service interruption it belongs to

    @property
    def is_open(self) -> bool:
        """Still somebody's work."""
        return self.state in ("waiting", "claimed")


def claim(ticket: Ticket, staff_id: int, now: datetime) -> Ticket:
    """Take a waiting ticket; the first wins, the second is told who has it."""
    _demand_open(ticket)
    if ticket.holder_id == staff_id:
        raise Refused("already_yours", staff_id)
    if ticket.holder_id is not None:
        raise Refused("claimed_by_other", ticket.holder_id)
    taken = replace(ticket, state="claimed", holder_id=staff_id, claimed_at=now)
    return replace(taken, assignee_id=None, assigned_until=None)


def release(ticket: Ticket, staff_id: int, *, any_holder: bool = False) -> Ticket:
    """Put a claimed ticket back into its queue; leads may do so for anybody (`any_holder`)."""
    _demand_open(ticket)
    if ticket.holder_id is None:
        raise Refused("unclaimed")
    if not any_holder:
        demand_holder(ticket, staff_id)
    return replace(ticket, state="waiting", holder_id=None, claimed_at=None)


def transfer(ticket: Ticket, queue: str, holder_id: int | None, now: datetime) -> Ticket:
    """Move to another queue, or into another agent's hands; the clocks go on."""
    _demand_open(ticket)
    return replace(
        ticket,
        queue=queue,
        holder_id=holder_id,
        state="waiting" if holder_id is None else "claimed",
        claimed_at=None if holder_id is None else now,
        assignee_id=None,
        assigned_until=None,
    )


def contact(ticket: Ticket, staff_id: int, now: datetime) -> Ticket:
    """A person reached the customer, by text or telephone."""
    demand_holder(ticket, staff_id)
    return replace(ticket, first_contact_at=ticket.first_contact_at or now)


def resolve(ticket: Ticket, staff_id: int, now: datetime) -> Ticket:
    """The holder declares the matter solved."""
    demand_holder(ticket, staff_id)
    return replace(ticket, state="resolved", resolved_at=now, waits_since=None)


def assign(ticket: Ticket, staff_id: int, until: datetime) -> Ticket:
    """Give a waiting ticket to somebody, who is to claim it until then; anybody of the queue still may."""
    _demand_open(ticket)
    if ticket.holder_id is not None:
        raise Refused("claimed_by_other", ticket.holder_id)
    return replace(ticket, assignee_id=staff_id, assigned_until=until)


def unassign(ticket: Ticket) -> Ticket:
    """Whoever it was given to has let the time pass."""
    return replace(ticket, assignee_id=None, assigned_until=None)


def reopen(ticket: Ticket, now: datetime) -> Ticket:
    """A resolved or closed ticket comes back to its queue; what was owed is owed anew from `now`."""
    if ticket.is_open:
        raise Refused("not_finished")
    return replace(
        ticket,
        state="waiting",
        holder_id=None,
        claimed_at=None,
        first_contact_at=None,
        resolved_at=None,
        closed_at=None,
        received_at=now,
        raised_at=now,
        urged=0,
        reopened=ticket.reopened + 1,
        waits_since=None,
        assignee_id=None,
        assigned_until=None,
    )


def close(ticket: Ticket, now: datetime) -> Ticket:
    """The end of a resolved ticket."""
    if ticket.state != "resolved":
        raise Refused("finished" if ticket.state == "closed" else "not_finished")
    return replace(ticket, state="closed", closed_at=now)


def demand_holder(ticket: Ticket, staff_id: int) -> None:
    """Refuse anybody but the holder of an open ticket."""
    _demand_open(ticket)
    if ticket.holder_id is None:
        raise Refused("unclaimed")
    if ticket.holder_id != staff_id:
        raise Refused("not_holder", ticket.holder_id)


def demand_recorder(ticket: Ticket, staff_id: int, *, leads: bool) -> None:
    """Refuse who may not record facts: on an open ticket all but the holder, on a finished one all but him and leads.

    Acceptance, follow-up and report come after the solution; somebody must still be able to say that they happened.
    """
    if ticket.is_open:
        demand_holder(ticket, staff_id)
    elif ticket.holder_id != staff_id and not leads:
        raise Refused("not_holder", ticket.holder_id)


def _demand_open(ticket: Ticket) -> None:
    if not ticket.is_open:
        raise Refused("finished")
