"""What happened to a ticket, as past-tense facts that others may act on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.policy.tiers import Reassign
from escalation.sla.steps import Kind
from escalation.tickets.lifecycle import Ticket

ReachedKind = Kind


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A matter was handed to a queue; `promised` is when a person first writes or calls at the latest."""

    ticket: Ticket
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketReopened:
    """A solved matter was not solved after all; a new clock runs."""

    ticket: Ticket
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketRerouted:
    """The customer turned out to be somebody else: tier, queue and deadlines were set anew."""

    ticket: Ticket
    old_queue: str
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class UrgencyRaised:
    """An open matter turned out to be more pressing; whoever works `queue`, where such matters go, must know."""

    ticket: Ticket
    queue: str
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class ComplaintVoiced:
    """The customer of an open ticket complains; those the policy names hear of it."""

    ticket: Ticket
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketClaimed:
    """An agent took the ticket for himself."""

    ticket: Ticket
    staff_id: int


@dataclass(frozen=True, slots=True)
class TicketReleased:
    """The holder put the ticket back into its queue."""

    ticket: Ticket
    staff_id: int


@dataclass(frozen=True, slots=True)
class TicketAnswered:
    """A person wrote to the customer."""

    ticket: Ticket
    staff_id: int
    text: str


@dataclass(frozen=True, slots=True)
class FactRecorded:
    """Staff recorded that something happened: a call, an assessment, a confirmation, …"""

    ticket: Ticket
    staff_id: int
    fact: str


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    """The ticket changed queue or holder; its clocks went on."""

    ticket: Ticket
    staff_id: int
    from_queue: str
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketResolved:
    """The holder says the matter is solved."""

    ticket: Ticket
    staff_id: int


@dataclass(frozen=True, slots=True)
class TicketClosed:
    """The matter ended: nothing more is owed."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class CustomerUrged:
    """A waiting customer asked to hurry, for the `times`-th time."""

    ticket: Ticket
    times: int
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadlineReached:
    """A deadline is near (`warning`), reached unmet (`breach`) or long past (`overdue`); a target: a `reminder`."""

    ticket: Ticket
    milestone: str
    label: str
    kind: ReachedKind
    due_at: datetime
    scheduled_at: datetime  # when this step was to happen; the difference to `noticed_at` is our lateness
    noticed_at: datetime
    to: tuple[str, ...]
    deadline_id: int = 0
    reassign: Reassign | None = None


@dataclass(frozen=True, slots=True)
class TicketAssigned:
    """A ticket was given to somebody on duty, who is to claim it."""

    ticket: Ticket
    staff_id: int
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class AssignmentExpired:
    """Whom a ticket was given to did not claim it in time; it is back in its queue."""

    ticket: Ticket
    staff_id: int
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class NobodyOnDuty:
    """A ticket waits and nobody who could be given it is on duty."""

    ticket: Ticket
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketReassigned:
    """A step of an overdue deadline took the ticket from a silent holder."""

    ticket: Ticket
    from_staff: int | None
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """The holder asks a product or technical contact for help, who is to respond by `due`."""

    ticket: Ticket
    staff_id: int
    support: str
    text: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Recurred:
    """The same thing came again, for the `times`-th time within the policy's window; `what` says what, in words."""

    ticket: Ticket
    what: str
    times: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportSubmitted:
    """The service report of a finished matter, for its addressee."""

    ticket: Ticket
    staff_id: int
    to: str
    text: str


Event = (
    TicketOpened
    | TicketReopened
    | TicketRerouted
    | UrgencyRaised
    | ComplaintVoiced
    | TicketClaimed
    | TicketReleased
    | TicketAnswered
    | FactRecorded
    | TicketTransferred
    | TicketResolved
    | TicketClosed
    | CustomerUrged
    | DeadlineReached
    | TicketAssigned
    | AssignmentExpired
    | NobodyOnDuty
    | TicketReassigned
    | HelpAsked
    | Recurred
    | ReportSubmitted
)
