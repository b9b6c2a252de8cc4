"""The ticket and its legal moves: each returns the changed ticket or raises Refused; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from escalation.tickets.id_list import ids_in
from escalation.tickets.refusal_codes import RefusalCode

State = Literal["waiting", "claimed", "resolved", "closed"]


class Refused(Exception):  # a refusal is an answer, not a fault
    """A move that the ticket's state does not allow; `code` says why, `holder_id` who holds it instead.

    `limit`: up to how many whole yuan they may approve.
    """

    def __init__(self, code: RefusalCode, holder_id: int | None = None, limit: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.holder_id = holder_id
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Ticket:
    """A customer's problem handed to agents. All instants are aware UTC.

    `raised_at` is the customer's first message about it, `received_at` the hand-off (or the latest reopening).
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
    withdrawn_at: datetime | None = None  # when its customer withdrew it, which closed it
    closed_to: str = ""  # ids of staff to whom a complaint is closed, as `of_ids` writes them
    drawn_for: str = ""  # ids of inspectors for whom it was drawn
    channel: str = ""  # phone, mail or visit, as the member of staff says who opened it; else its conversation's
    opened_by: int | None = None  # the member of staff who opened it
    set_by_hand: str = ""  # fields that a person has set, which the bot leaves alone: names between bars
    gravity: str = ""  # major or complex, once a person has said so
    merged_into: int | None = None  # the ticket of the same matter in which it goes on
    helpers: str = ""  # ids of staff who were asked for help with it

    @property
    def closed(self) -> frozenset[int]:
        """The staff to whom it is closed."""
        return ids_in(self.closed_to)

    @property
    def is_open(self) -> bool:
        """Whether it is neither resolved nor closed."""
        return self.state in ("waiting", "claimed")

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is closed because its customer withdrew it: nobody has solved it, and nothing is owed."""
        return self.withdrawn_at is not None

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, from which the time to reopen it counts; None while it is open."""
        return self.resolved_at or self.withdrawn_at or self.closed_at

    @property
    def is_lapsed(self) -> bool:
        """Whether it was closed because its customer was waited for in vain: nobody has solved it."""
        return self.state == "closed" and (self.resolved_at or self.withdrawn_at or self.merged_into) is None


def claim(ticket: Ticket, staff_id: int, now: datetime) -> Ticket:
    """Claim a waiting ticket; raises Refused (`finished`, `already_yours`, `claimed_by_other`)."""
    _demand_open(ticket)
    if ticket.holder_id == staff_id:
        raise Refused("already_yours", staff_id)
    if ticket.holder_id is not None:
        raise Refused("claimed_by_other", ticket.holder_id)
    taken = replace(ticket, state="claimed", holder_id=staff_id, claimed_at=now)
    return replace(taken, assignee_id=None, assigned_until=None)


def release(ticket: Ticket, staff_id: int, *, any_holder: bool = False) -> Ticket:
    """Put a claimed ticket back into its queue; leads may release that of any holder (`any_holder`).

    Raises Refused (`finished`, `unclaimed`, `not_holder`).
    """
    _demand_open(ticket)
    if ticket.holder_id is None:
        raise Refused("unclaimed")
    if not any_holder:
        demand_holder(ticket, staff_id)
    return replace(ticket, state="waiting", holder_id=None, claimed_at=None)


def transfer(ticket: Ticket, queue: str, holder_id: int | None, now: datetime) -> Ticket:
    """Move to another queue, or to another holder; raises Refused (`finished`)."""
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
    """Note the first contact with the customer, by text or telephone; raises Refused as `demand_holder`."""
    demand_holder(ticket, staff_id)
    return replace(ticket, first_contact_at=ticket.first_contact_at or now)


def resolve(ticket: Ticket, staff_id: int, now: datetime) -> Ticket:
    """Resolve the ticket; raises Refused as `demand_holder`."""
    demand_holder(ticket, staff_id)
    return replace(ticket, state="resolved", resolved_at=now, waits_since=None, helpers="")


def withdraw(ticket: Ticket, now: datetime, *, critical: bool) -> Ticket:
    """Close an open ticket that its customer withdraws; who holds it stays known, an assignment ends.

    `critical`: its urgency is. Raises Refused (`finished`, `critical_not_withdrawn`, `complaint_not_withdrawn`).
    """
    _demand_open(ticket)
    if critical:
        raise Refused("critical_not_withdrawn", ticket.holder_id)
    if ticket.complaint:
        raise Refused("complaint_not_withdrawn", ticket.holder_id)
    ended = replace(ticket, state="closed", closed_at=now, withdrawn_at=now, waits_since=None, helpers="")
    return unassign(ended)


def assign(ticket: Ticket, staff_id: int, until: datetime) -> Ticket:
    """Assign a waiting ticket to an agent, who is to claim it by `until`; others of the queue still may.

    Raises Refused (`finished`, `claimed_by_other`).
    """
    _demand_open(ticket)
    if ticket.holder_id is not None:
        raise Refused("claimed_by_other", ticket.holder_id)
    return replace(ticket, assignee_id=staff_id, assigned_until=until)


def unassign(ticket: Ticket) -> Ticket:
    """Remove the assignee."""
    return replace(ticket, assignee_id=None, assigned_until=None)


def reopen(ticket: Ticket, now: datetime) -> Ticket:
    """Return a resolved, closed or withdrawn ticket to its queue, its milestones owed anew from `now`.

    Raises Refused (`not_finished`, `already_merged`).
    """
    if ticket.is_open:
        raise Refused("not_finished")
    demand_not_merged(ticket)
    return replace(
        ticket,
        state="waiting",
        holder_id=None,
        claimed_at=None,
        first_contact_at=None,
        resolved_at=None,
        closed_at=None,
        withdrawn_at=None,
        received_at=now,
        raised_at=now,
        urged=0,
        reopened=ticket.reopened + 1,
        waits_since=None,
        assignee_id=None,
        assigned_until=None,
    )


def lapse(ticket: Ticket, now: datetime) -> Ticket:
    """Close a ticket that waits for its customer in vain."""
    return unassign(replace(ticket, state="closed", closed_at=now, waits_since=None, helpers=""))


def close(ticket: Ticket, now: datetime) -> Ticket:
    """Close a resolved ticket; raises Refused (`finished`, `not_finished`)."""
    if ticket.state != "resolved":
        raise Refused("finished" if ticket.state == "closed" else "not_finished")
    return replace(ticket, state="closed", closed_at=now)


def demand_not_merged(ticket: Ticket) -> None:
    """Raise Refused (`already_merged`) for a ticket that goes on in another one: whatever is done belongs there."""
    if ticket.merged_into is not None:
        raise Refused("already_merged")


def demand_holder(ticket: Ticket, staff_id: int) -> None:
    """Raise Refused (`finished`, `unclaimed`, `not_holder`) unless this person holds the open ticket."""
    _demand_open(ticket)
    if ticket.holder_id is None:
        raise Refused("unclaimed")
    if ticket.holder_id != staff_id:
        raise Refused("not_holder", ticket.holder_id)


def demand_recorder(ticket: Ticket, staff_id: int, *, leads: bool) -> None:
    """Raise Refused (`not_holder`, …) unless this person may record facts: the holder, on a finished ticket also leads.

    Acceptance, follow-up and report come after the resolution and must still be recorded.
    """
    if ticket.is_open:
        demand_holder(ticket, staff_id)
    elif ticket.holder_id != staff_id and not leads:
        raise Refused("not_holder", ticket.holder_id)


def _demand_open(ticket: Ticket) -> None:
    if not ticket.is_open:
        raise Refused("finished")
