"""Events of a ticket, as past-tense facts that other modules act on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.policy.tiers import Reassign
from escalation.sla.steps import Kind
from escalation.tickets.check_in_events import CheckInDue
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.step_events import CustomerSilent, PlanStepDue, StepAnswered
from escalation.tickets.task_events import TaskAnswered, TaskAsked, TaskDue, TaskLapsed, TaskWithdrawn
from escalation.tickets.unhappy_events import CustomerUnhappy


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket was opened; `promised` is by when an agent first writes or calls."""

    ticket: Ticket
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketReopened:
    """A resolved, closed or withdrawn ticket was reopened; new clocks run. `unhappy`: it had been solved."""

    ticket: Ticket
    promised: datetime | None
    unhappy: CustomerUnhappy | None = None


@dataclass(frozen=True, slots=True)
class TicketRerouted:
    """The customer was identified or changed tier: tier, queue and deadlines were set anew."""

    ticket: Ticket
    old_queue: str
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketReread:
    """What a customer added changed what a waiting ticket is taken for; `sooner`: the promise too.

    `again_at`: when its queue may change, if it should and may not yet.
    """

    ticket: Ticket
    old_queue: str
    promised: datetime | None
    sooner: bool = False
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UrgencyRaised:
    """An open ticket became more urgent; staff of `queue`, where such tickets go, are notified."""

    ticket: Ticket
    queue: str
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class ComplaintVoiced:
    """The customer of an open ticket complains; the recipients of the policy are notified."""

    ticket: Ticket
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketClaimed:
    """An agent claimed the ticket."""

    ticket: Ticket
    staff_id: int


@dataclass(frozen=True, slots=True)
class TicketReleased:
    """The holder put the ticket back into its queue."""

    ticket: Ticket
    staff_id: int


@dataclass(frozen=True, slots=True)
class TicketAnswered:
    """An agent replied to the customer."""

    ticket: Ticket
    staff_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ActionUndone:
    """What somebody did a moment ago was taken back; `staff_id`: None if its customer's next message did.

    `kind` is the line of the history, `lost_by` who holds the ticket no longer by it.
    """

    ticket: Ticket
    staff_id: int | None
    kind: str
    lost_by: int | None = None


@dataclass(frozen=True, slots=True)
class FactRecorded:
    """Staff recorded a fact: a call, an assessment, a confirmation, …"""

    ticket: Ticket
    staff_id: int
    fact: str


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    """The ticket changed queue or holder; its clocks continue."""

    ticket: Ticket
    staff_id: int
    from_queue: str
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketResolved:
    """The holder resolved the ticket."""

    ticket: Ticket
    staff_id: int


@dataclass(frozen=True, slots=True)
class TicketClosed:
    """The ticket was closed: nothing more is owed."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class TicketWithdrawn:
    """The customer withdrew an open ticket, which is closed.

    `assignee_id`: who was to claim it, if nobody had. `paged`: the further recipients that had been told of it.
    """

    ticket: Ticket
    assignee_id: int | None
    paged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerUrged:
    """A waiting customer asked to hurry, for the `times`-th time."""

    ticket: Ticket
    times: int
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadlineReached:
    """A deadline is near (`warning`), breached (`breach`) or late (`overdue`); of a target: a `reminder`."""

    ticket: Ticket
    milestone: str
    label: str
    kind: Kind
    due_at: datetime
    scheduled_at: datetime  # when this step was to happen; the difference to `noticed_at` is our lateness
    noticed_at: datetime
    to: tuple[str, ...]
    deadline_id: int = 0
    reassign: Reassign | None = None


@dataclass(frozen=True, slots=True)
class TicketAssigned:
    """A ticket was assigned to an agent on duty, who is to claim it."""

    ticket: Ticket
    staff_id: int
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class AssignmentExpired:
    """The assignee did not claim the ticket in time; it is back in its queue."""

    ticket: Ticket
    staff_id: int
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class NobodyOnDuty:
    """A ticket waits, and no agent who could be assigned it is on duty."""

    ticket: Ticket
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class TicketReassigned:
    """A step of a late deadline took the ticket from its holder."""

    ticket: Ticket
    from_staff: int | None
    promised: datetime | None


@dataclass(frozen=True, slots=True)
class Recurred:
    """The same problem occurred for the `times`-th time within the policy's window; `what` describes it."""

    ticket: Ticket
    what: str
    times: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportSubmitted:
    """The service report of a finished ticket was submitted to its recipient."""

    ticket: Ticket
    staff_id: int
    to: str
    text: str


Event = (
    TicketOpened | TicketReopened | TicketRerouted | TicketReread | UrgencyRaised | ComplaintVoiced | TicketClaimed
    | TicketReleased | TicketAnswered | FactRecorded | TicketTransferred | TicketResolved | TicketClosed
    | TicketWithdrawn | CustomerUrged | DeadlineReached | TicketAssigned | AssignmentExpired | NobodyOnDuty
    | ActionUndone | TicketReassigned | TaskAsked | TaskAnswered | TaskWithdrawn | TaskDue | TaskLapsed
    | Recurred | ReportSubmitted | StepAnswered | CustomerSilent
    | PlanStepDue | CustomerUnhappy | CheckInDue
)  # fmt: skip
