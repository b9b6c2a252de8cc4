"""The morning digest: when working hours begin, leads get the tickets left by the night, the nearest deadline first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection, and_, exists, or_, select

from bot.notifications.notice import Audience, Notice
from bot.notifications.notice_inbox import save_notice
from bot.notifications.once import is_done, mark_once
from bot.notifications.pages import LONGEST, quiet_until
from bot.notifications.publish import labels
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.wording.labels import ASSIGNED, CONFIDENTIAL, NOTICES, STATES, customer_label
from bot.wording.moments import by
from bot.wording.outside_chat import customer_outside
from bot.wording.phrases import say
from bot.wording.utf16 import units
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.staff import Staff, all_staff
from escalation.tickets.access import sees
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.queries import IS_OPEN, TicketOverview, tickets_overview
from escalation.tickets.ticket_store import tickets
from escalation.working_hours.working_time import Calendar, NeverOpenError

GRACE = timedelta(hours=2)  # a service that opens later than this has no morning any more
_NIGHTS = 31  # looked back at most for when the calendar last closed


@dataclass(frozen=True, slots=True)
class OvernightTicket:
    """A ticket in the morning digest, with its nearest open deadline."""

    ticket: Ticket
    customer: Customer | None
    label: str
    due_at: datetime | None


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether the digest is due and not sent yet; reads without a lock."""
    return _began(rules.policy, now) is not None and not is_done(db, _key(rules.policy, now))


def post_digest(db: Connection, rules: Rules, now: datetime) -> bool:
    """Post today's digest to the leads' inbox and the staff chat, unless another replica has; True if posted now."""
    since = _began(rules.policy, now)
    if since is None or not mark_once(db, _key(rules.policy, now), now):
        return False
    found = overnight_tickets(db, rules, _night_of_tiers(rules.policy, since, now), now)
    # Those whose tier is not served today, a holiday say, are listed on the morning on which it is.
    left = [one for one in found if quiet_until(rules.policy, one.ticket, now) <= now]
    if found and not left:
        return True
    if not left:
        post_to_staff_chat(db, rules, say(rules.policy, "notice_morning_quiet"), now)
        return True
    head = say(rules.policy, "notice_morning", number=str(len(left)))
    for lead in (one for one in all_staff(db) if one.role == "lead"):
        _tell(db, rules, lead, left, now)
    lines = [_line(rules.policy, one, now, _called_outside(rules.policy, one)) for one in left]
    for text in in_messages(head, lines, LONGEST):
        post_to_staff_chat(db, rules, text, now)
    return True


def _tell(db: Connection, rules: Rules, lead: Staff, left: Sequence[OvernightTicket], now: datetime) -> None:
    """Put the tickets that this lead may see into their inbox."""
    mine = [one for one in left if sees(lead, one.ticket)]
    if mine:
        head = say(rules.policy, "notice_morning", number=str(len(mine)))
        text = "\n".join([head, *(_line(rules.policy, one, now) for one in mine)])
        notice = Notice(mine[0].ticket.id, "morning", text, (Audience("staff", str(lead.id)),))
        save_notice(db, rules.vault, notice, now)


def overnight_tickets(db: Connection, rules: Rules, since: datetime, now: datetime) -> list[OvernightTicket]:
    """Return open tickets that are unclaimed, or came since `since` without an answer, or passed a deadline since.

    Sorted by their nearest deadline; among equals the higher tier comes first.
    """
    clock = and_(deadlines.c.ticket_id == tickets.c.id, deadlines.c.state == "open")
    passed = exists(select(deadlines.c.id).where(clock, deadlines.c.due_at >= since, deadlines.c.due_at <= now))
    unanswered = and_(tickets.c.received_at >= since, tickets.c.first_contact_at.is_(None))
    where = (IS_OPEN, or_(tickets.c.state == "waiting", unanswered, passed))
    left = [_left(each) for each in tickets_overview(db, partial(labels, db, rules, now=now), where, (tickets.c.id,))]
    return sorted(left, key=lambda one: (one.due_at is None, one.due_at, rules.policy.tier_of(one.ticket.tier).rank))


def _left(found: TicketOverview) -> OvernightTicket:
    first = found.clocks[0] if found.clocks else None
    return OvernightTicket(found.ticket, found.customer, first.label if first else "", first.due_at if first else None)


def in_messages(head: str, lines: Sequence[str], most: int) -> Iterator[str]:
    """Yield all the lines, below their head, in as few messages of `most` UTF-16 units as hold them."""
    taken = [head]
    for line in lines:
        if units("\n".join([*taken, line])) > most:
            yield "\n".join(taken)
            taken = []
        taken.append(line)
    yield "\n".join(taken)


def _called_outside(policy: Policy, one: OvernightTicket) -> str:
    return CONFIDENTIAL if one.ticket.closed_to else customer_outside(policy, one.customer)


def _line(policy: Policy, one: OvernightTicket, now: datetime, called: str = "") -> str:
    ticket, due = one.ticket, one.due_at
    state = ASSIGNED if ticket.state == "waiting" and ticket.assignee_id is not None else STATES[ticket.state]
    values = {"kind": NOTICES["breach"] if due is not None and due <= now else state, "ticket": f"#{ticket.id}"}
    values |= {
        "customer": called or customer_label(one.customer),
        "tier": ticket.tier,
        "queue": ticket.queue,
        "milestone": one.label,
        "late": "",
    }
    return " ".join(say(policy, "notice_digest_line", **values, due=by(policy, due, now) if due else "").split())


def _key(policy: Policy, now: datetime) -> str:
    return f"morning-{now.astimezone(policy.zone):%Y-%m-%d}"


def _began(policy: Policy, now: datetime) -> datetime | None:
    """When the night began, if the policy's calendar opened within the last GRACE; otherwise None."""
    if policy.paging.morning is None:
        return None
    calendar, day = policy.calendars[policy.paging.morning], now.astimezone(policy.zone).date()
    try:
        opened = calendar.next_opening(datetime.combine(day, time(), policy.zone).astimezone(UTC))
    except NeverOpenError:
        return None
    return _last_closing(calendar, opened) if opened <= now < opened + GRACE else None


def _last_closing(calendar: Calendar, opened: datetime) -> datetime:
    """The closing before this opening; a day before where the calendar never closes."""
    for days in range(1, _NIGHTS):
        start = opened - timedelta(days=days)
        if worked := calendar.between(start, opened):
            closed = calendar.add(start, worked)
            return closed if closed < opened else opened - timedelta(days=1)
    return opened - timedelta(days=_NIGHTS)


def _night_of_tiers(policy: Policy, since: datetime, now: datetime) -> datetime:
    """When the longest of the nights began that end this morning: that of a tier may have lasted a whole holiday."""
    calendars = {name: policy.calendars[name] for name in {tier.calendar for tier in policy.tiers.values()}}
    return min([since, *(_last_closing(each, now) for each in calendars.values() if each.is_open(now))])
