"""Pages: what staff read of an event in their chat, when, and how pages are combined into digests. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.notifications.notice import Notice
from bot.notifications.rules import notices
from bot.topic_sync.topics import DANGER, DANGER_OF_STRANGER
from bot.wording.labels import CONFIDENTIAL, FIRST_CONTACT_LABEL, NOTICES
from bot.wording.moments import by, late
from bot.wording.phrases import ON_DUTY, say, staff_card
from bot.wording.tasks import short_label
from bot.wording.unhappy import CALL_BACK
from bot.wording.utf16 import cut, units
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.tickets.check_in_events import CheckInDue
from escalation.tickets.events import (
    DeadlineReached,
    Event,
    Recurred,
    TicketAssigned,
    UrgencyRaised,
)
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task_events import TaskAnswered, TaskAsked, TaskDue, TaskLapsed, TaskWithdrawn
from escalation.tickets.unhappy_events import CustomerUnhappy
from escalation.working_hours.working_time import NeverOpenError

INBOX_ONLY = frozenset({"reminder", "report"})  # a target that has come, a report to read: nobody is paged
LONGEST = 4096 - 16  # UTF-16 units of one chat message, less the label of a repeated one


@dataclass(frozen=True, slots=True)
class Page:
    """One page to staff: `text` on its own, `line` in a digest; not before `not_before`, the lowest rank first.

    Among equals those of proven customers come first.
    """

    ticket_id: int
    kind: str
    rank: int
    due_at: datetime | None
    deadline_id: int | None
    text: str
    line: str
    not_before: datetime


def quiet_until(policy: Policy, ticket: Ticket, now: datetime) -> datetime:
    """Return when staff may be paged about a ticket: now, or when its tier's service hours begin.

    Critical tickets are paged at once; so are those of a tier whose calendar never opens again, for a mistake in a
    calendar must not silence pages.
    """
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    calendars = [policy.calendars[name] for name in {tier.calendar, urgency.calendar or tier.calendar}]
    if urgency.critical or any(calendar.is_open(now) for calendar in calendars):
        return now
    try:
        return min(calendar.next_opening(now) for calendar in calendars)
    except NeverOpenError:
        return now


def pages_of(
    policy: Policy,
    event: Event,
    customer: str,
    now: datetime,
    names: Mapping[int, str] | None = None,
    links: Mapping[int, str] | None = None,
    told: Sequence[Notice] | None = None,
) -> tuple[Page, ...]:
    """Return the pages an event causes; those held back are worded for the hour at which they will be read.

    An alarm is not held back, though a person may have graded its ticket as less urgent.

    `names` of staff by id: an assigned person is named, for the whole chat reads the page. `links`: topic links by
    ticket id. `told`: the event's notices, if the caller has computed them.
    """
    ticket = event.ticket
    is_alarm = isinstance(event, UrgencyRaised)
    at = now if is_alarm else quiet_until(policy, ticket, now)
    to = f"{(names or {}).get(event.staff_id, ON_DUTY)}：" if isinstance(event, TicketAssigned) else ""
    link = f"\n{links[ticket.id]}" if links and ticket.id in links else ""
    return tuple(
        Page(
            ticket_id=ticket.id,
            kind=notice.kind,
            rank=_rank(policy, ticket, is_alarm=is_alarm),
            due_at=_due(event),
            deadline_id=event.deadline_id if isinstance(event, DeadlineReached) else None,
            text=cut(to + starred(_text(policy, notice, event, at)), LONGEST - units(link)) + link,
            line=cut(to + starred(_line(policy, notice, event, customer, at)), LONGEST // 4),
            not_before=at,
        )
        for notice in (told if told is not None and at == now else notices(policy, event, customer, at))
        if notice.kind not in INBOX_ONLY
    )


def _rank(policy: Policy, ticket: Ticket, *, is_alarm: bool) -> int:
    if not (is_alarm or policy.urgency_of(ticket.urgency).critical):
        return policy.tier_of(ticket.tier).rank
    return DANGER if ticket.contact_id is not None else DANGER_OF_STRANGER


def digests(policy: Policy, lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Combine lines, in order, into as few messages as possible; yields each with the number of lines in it."""
    at = 0
    while at < len(lines):
        taken, length = 0, units(_headed(policy, len(lines) - at))
        while at + taken < len(lines) and (not taken or length + 1 + units(lines[at + taken]) <= LONGEST):
            length += 1 + units(lines[at + taken])
            taken += 1
        body = "\n".join(lines[at : at + taken])
        yield cut(f"{_headed(policy, taken)}\n{body}", LONGEST), taken
        at += taken


def _headed(policy: Policy, number: int) -> str:
    return say(policy, "notice_digest", number=str(number))


def _text(policy: Policy, notice: Notice, event: Event, now: datetime) -> str:
    """The page by itself; of a complaint closed to somebody, who may read the chat too, only that it is there."""
    if event.ticket.closed_to:
        return _line(policy, notice, event, CONFIDENTIAL, now)
    return staff_card(policy, notice.text, event)


def _line(policy: Policy, notice: Notice, event: Event, customer: str, now: datetime) -> str:
    ticket, due, overdue = event.ticket, _due(event), ""
    customer = CONFIDENTIAL if ticket.closed_to else customer
    if isinstance(event, DeadlineReached):
        overdue = late(event.noticed_at - event.due_at)
    values = {"kind": NOTICES.get(notice.kind, notice.kind), "ticket": f"#{ticket.id}", "customer": customer}
    values |= {"tier": ticket.tier, "queue": ticket.queue, "milestone": _matter(event), "late": overdue}
    values["due"] = by(policy, due, now) if due else ""
    return " ".join(say(policy, "notice_digest_line", **values).split())


def _matter(event: Event) -> str:
    """The event's subject, in a word or two."""
    match event:
        case DeadlineReached(label=label):
            return label
        case TaskAsked() | TaskAnswered() | TaskWithdrawn() | TaskDue() | TaskLapsed():
            return short_label(event.task)
        case Recurred(what=what):
            return what
        case CustomerUnhappy() | CheckInDue():
            return CALL_BACK
        case _:
            return FIRST_CONTACT_LABEL if _due(event) else ""


def _due(event: Event) -> datetime | None:
    match event:
        case DeadlineReached(due_at=due) | CustomerUnhappy(due_at=due) | CheckInDue(due_at=due):
            return due
        case TaskAsked(task=task) | TaskDue(task=task):
            return task.due_at
        case _:
            promised: datetime | None = getattr(event, "promised", None)
            return promised
