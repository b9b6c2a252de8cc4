"""Which notices to staff an event causes: pure, one `match` over events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.notifications.notice import Audience, Kind, Notice
from bot.wording.check_ins import check_in_notice
from bot.wording.labels import FIRST_CONTACT_LABEL
from bot.wording.moments import by, late
from bot.wording.phrases import NOTHING_DUE, TAKEN_BACK, WROTE_ON, say
from bot.wording.plan_steps import step_notice
from bot.wording.sent_steps import answered_notice
from bot.wording.silent_customers import silent_notice
from bot.wording.tasks import answer_in_words, task_label
from bot.wording.unhappy import unhappy_notice
from escalation.policy.approvals import Department
from escalation.policy.model import Policy
from escalation.tickets.check_in_events import CheckInDue
from escalation.tickets.events import (
    ActionUndone,
    AssignmentExpired,
    ComplaintVoiced,
    CustomerUrged,
    DeadlineReached,
    Event,
    FactRecorded,
    NobodyOnDuty,
    Recurred,
    ReportSubmitted,
    TicketAnswered,
    TicketAssigned,
    TicketClaimed,
    TicketClosed,
    TicketOpened,
    TicketReassigned,
    TicketReleased,
    TicketReopened,
    TicketReread,
    TicketRerouted,
    TicketResolved,
    TicketTransferred,
    TicketWithdrawn,
    UrgencyRaised,
)
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.step_events import CustomerSilent, PlanStepDue, StepAnswered
from escalation.tickets.task_events import TaskAnswered, TaskAsked, TaskDue, TaskLapsed, TaskWithdrawn
from escalation.tickets.unhappy_events import CustomerUnhappy

OfTask = TaskAsked | TaskAnswered | TaskWithdrawn | TaskDue | TaskLapsed


# Events of which nobody is told: whoever caused them knows, and the board shows the rest.
_SILENT = (TicketClaimed, TicketReleased, TicketAnswered, FactRecorded, TicketResolved, TicketClosed)


def is_silent(event: Event) -> bool:
    """Whether an event causes no notice under any policy, so that nothing need be looked up for it."""
    return isinstance(event, _SILENT)


def notices(  # noqa: C901, PLR0912  # one case per kind of event, so that every kind is seen
    policy: Policy, event: Event, customer: str, now: datetime
) -> tuple[Notice, ...]:
    """Return the notices that an event causes; `customer` is the customer's name on cards."""
    match event:
        case TicketOpened(ticket, promised):
            topic = policy.topics.get(ticket.topic or "")
            to = ("queue", *(topic.tell if topic else ()))
            return (_notice(policy, "new", ticket, customer, promised, now, to),)
        case TicketReopened(ticket, promised, unhappy):
            found = _notice(policy, "reopened", ticket, customer, promised, now, ("queue",))
            return (found, *([_unhappy(policy, unhappy, ticket, customer, now)] if unhappy is not None else []))
        case CheckInDue(ticket, deadline_id=deadline_id):
            told = check_in_notice(policy, event, customer, now)
            return (Notice(ticket.id, "check_in", told, _audiences(ticket, ("queue",)), deadline_id),)
        case CustomerUnhappy(ticket):
            return (_unhappy(policy, event, ticket, customer, now),)
        case TicketRerouted(ticket, old_queue, promised):
            moved = ticket.queue != old_queue
            return (_notice(policy, "rerouted", ticket, customer, promised, now, ("holder",)),) if moved else ()
        case TicketReread(ticket, old_queue, promised):
            moved = ticket.queue != old_queue
            return (_notice(policy, "rerouted", ticket, customer, promised, now, ("queue",)),) if moved else ()
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
        case TicketAssigned(ticket, staff_id, promised):
            found = _notice(policy, "assigned", ticket, customer, promised, now, ())
            return (replace(found, to=(Audience("staff", str(staff_id)),)),)
        case AssignmentExpired(ticket, _, promised):
            return (_notice(policy, "unclaimed", ticket, customer, promised, now, ("queue", "lead")),)
        case NobodyOnDuty(ticket, promised):
            return (_notice(policy, "nobody", ticket, customer, promised, now, ("lead",)),)
        case TicketReassigned(ticket, _, promised):
            return (_notice(policy, "reassigned", ticket, customer, promised, now, ("holder", "lead")),)
        case TaskAsked() | TaskAnswered() | TaskWithdrawn() | TaskDue() | TaskLapsed():
            return (_of_task(policy, event, customer, now),)
        case Recurred(ticket, what, times, to):
            return (_notice(policy, "recurring", ticket, customer, None, now, to, what=what, times=str(times)),)
        case StepAnswered(ticket, kind, answer, version, explained):
            told = answered_notice(ticket.id, kind, answer, version, explained=explained)
            return (Notice(ticket.id, "customer_answer", told, _audiences(ticket, ("holder",))),)
        case PlanStepDue(ticket, what, due_at, staff_id, late_by_now):
            told = step_notice(ticket.id, what, by(policy, due_at, now), late=late_by_now, left=staff_id is None)
            whose = (Audience("staff", str(staff_id)),) if staff_id is not None else ()
            others = _audiences(ticket, ("holder",)) if late_by_now or staff_id is None else ()
            return (Notice(ticket.id, "step_due", told, tuple(dict.fromkeys((*whose, *others)))),)
        case CustomerSilent(ticket, since, closed):
            told = silent_notice(ticket.id, by(policy, since, now), closed=closed)
            return (Notice(ticket.id, "customer_silent", told, _audiences(ticket, ("holder",))),)
        case ReportSubmitted(ticket, _, to_whom, text):
            return (_notice(policy, "report", ticket, customer, None, now, (to_whom,), text=text),)
        case ActionUndone(ticket, staff_id, _, lost_by):
            return _undone(ticket, staff_id, lost_by)
        case TicketWithdrawn():
            return (_withdrawn(policy, event, customer, now),)
        case TicketClaimed() | TicketReleased() | TicketAnswered() | FactRecorded() | TicketResolved() | TicketClosed():
            return ()
        case _:
            assert_never(event)


def _of_task(policy: Policy, event: OfTask, customer: str, now: datetime) -> Notice:
    """For who was asked; an answer for who asked; what lapsed for the holder too, for who asked may be gone."""
    task, asked, asker = event.task, _asked(policy, event), Audience("staff", str(event.task.asked_by))
    words = {"what": task_label(task), "by": "", "text": task.text, "support": task.asked_of}
    kind: Kind
    match event:
        case TaskAsked(asker=by):
            kind, to, words["by"] = task.kind, asked, by
        case TaskAnswered(by=by):
            kind, to, words["by"], words["text"] = "answered", (asker,), by, answer_in_words(task)
        case TaskWithdrawn(by=by):
            kind, to, words["by"] = "task_withdrawn", asked, by
        case TaskLapsed():
            kind, to = "task_lapsed", tuple(dict.fromkeys((asker, *_audiences(event.ticket, ("holder",)))))
        case TaskDue(kind=step, to=told):
            kind = "task_due" if step == "warning" else "task_late"
            to = (*(asked if "asked" in told else ()), *((asker,) if "asker" in told else ()))
    found = _notice(policy, kind, event.ticket, customer, task.due_at, now, (), **words)
    return replace(found, to=to)


def _asked(policy: Policy, event: OfTask) -> tuple[Audience, ...]:
    """Whom a request reaches: the contact's queue and recipients, or the people who were asked one by one."""
    task = event.task
    contact = (policy.support if task.kind == "help" else policy.departments).get(task.asked_of)
    people = tuple(Audience("staff", str(each)) for each in sorted(task.asked - event.ticket.closed))
    if contact is None or (isinstance(contact, Department) and contact.people):
        return people
    desk = (Audience("queue", contact.queue),) if contact.queue is not None else ()
    return (*_audiences(event.ticket, contact.to), *desk)


def _undone(ticket: Ticket, staff_id: int | None, lost_by: int | None) -> tuple[Notice, ...]:
    """For whoever has lost it by that, or for its holder, whose customer has gone on writing."""
    to = lost_by if lost_by is not None else ticket.holder_id if staff_id is None else None
    if to is None or to == staff_id:
        return ()
    words = TAKEN_BACK if lost_by is not None else WROTE_ON
    return (Notice(ticket.id, "rerouted", words.format(ticket=ticket.id), (Audience("staff", str(to)),)),)


def _unhappy(policy: Policy, event: CustomerUnhappy, ticket: Ticket, customer: str, now: datetime) -> Notice:
    told = unhappy_notice(policy, event, ticket.id, customer, now)
    to = ("lead", "holder") if ticket.holder_id is not None else ("lead",)
    return Notice(ticket.id, "unhappy", told, _audiences(ticket, to))


def _withdrawn(policy: Policy, event: TicketWithdrawn, customer: str, now: datetime) -> Notice:
    """For who held it or was to claim it, else its queue, and whoever else had been called to it."""
    found = _notice(policy, "withdrawn", event.ticket, customer, None, now, ("holder", *event.paged))
    if event.ticket.holder_id is not None or event.assignee_id is None:
        return found
    others = (one for one in found.to if one.kind == "role" or "queue" in event.paged)
    return replace(found, to=(Audience("staff", str(event.assignee_id)), *others))


def _reached(policy: Policy, event: DeadlineReached, customer: str, now: datetime) -> Notice:
    overdue = late(event.noticed_at - event.due_at)
    found = _notice(
        policy, event.kind, event.ticket, customer, event.due_at, now, event.to, milestone=event.label, late=overdue
    )
    return replace(found, deadline_id=event.deadline_id or None)


def _notice(
    policy: Policy,
    kind: Kind,
    ticket: Ticket,
    customer: str,
    due: datetime | None,
    now: datetime,
    to: tuple[str, ...],
    milestone: str = FIRST_CONTACT_LABEL,
    late: str = "",
    **more: str,
) -> Notice:
    words = {"ticket": f"#{ticket.id}", "queue": ticket.queue, "tier": ticket.tier, "customer": customer}
    words |= {"milestone": milestone, "due": by(policy, due, now) if due else NOTHING_DUE, "late": late}
    words |= more
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
