"""Events of what colleagues are asked for on a ticket, as past-tense facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.sla.steps import Kind
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task import TicketTask


@dataclass(frozen=True, slots=True)
class TaskAsked:
    """Somebody asked colleagues for help, for a task or for an approval; `asker` is their name."""

    ticket: Ticket
    task: TicketTask
    asker: str


@dataclass(frozen=True, slots=True)
class TaskAnswered:
    """Somebody who was asked answered; `by` is their name."""

    ticket: Ticket
    task: TicketTask
    by: str


@dataclass(frozen=True, slots=True)
class TaskWithdrawn:
    """What was asked for is no longer needed; `by` is the name of who said so."""

    ticket: Ticket
    task: TicketTask
    by: str


@dataclass(frozen=True, slots=True)
class TaskLapsed:
    """What was asked for was withdrawn: nobody who was asked for it can answer any more."""

    ticket: Ticket
    task: TicketTask


@dataclass(frozen=True, slots=True)
class TaskDue:
    """What was asked for ends soon (`warning`) or has ended without an answer (`breach`).

    `to`: `asked` who was asked, `asker` who asked.
    """

    ticket: Ticket
    task: TicketTask
    kind: Kind
    scheduled_at: datetime
    noticed_at: datetime
    to: tuple[str, ...]
