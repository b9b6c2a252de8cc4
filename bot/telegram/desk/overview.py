"""The overview topic 总览: open tickets, holders, late ones; one message per group, edited when it changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.notifications.publish import labels
from bot.rules import Rules
from bot.telegram.desk.topic_card import mark
from bot.telegram.sending.rich_text import LONGEST, MOST_ENTITIES, RichText
from bot.topic_sync.group_rate import record_sent, reserve, wait_time
from bot.topic_sync.topic_groups import TopicGroup, ensure_group, every_group, in_use, record_newest_id
from bot.topic_sync.topics import groups, links, topics
from bot.wording import open_tickets
from bot.wording.labels import CONFIDENTIAL, STATES
from bot.wording.moments import dated
from bot.wording.outside_chat import customer_outside
from bot.wording.utf16 import cut
from escalation.policy.model import Policy
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.queries import IS_OPEN, TicketOverview, late_promises, tickets_overview
from escalation.tickets.ticket_store import tickets

log = logging.getLogger(__name__)

PACE = timedelta(seconds=15)  # between two changes of the message …
CROWDED = timedelta(seconds=60)  # … while tickets wait to be shown
LEASE = timedelta(seconds=60)
MOST = 300  # tickets looked at; more lines never fit


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """An open ticket in the overview."""

    ticket: Ticket
    customer: str
    holder: str | None
    due: DeadlineRow | None  # the nearest promise
    late: bool
    url: str  # its topic


@dataclass(frozen=True, slots=True)
class OverviewWork:
    """A step for a group's overview, leased: create the topic, send the message, or edit it."""

    chat: int
    thread: int | None  # null: the topic is to be made
    number: int | None  # null: the message is to be said
    words: RichText
    leased: datetime


def claim(db: Connection, rules: Rules, now: datetime) -> OverviewWork | float | None:
    """Claim the next step for a group's overview and reserve its message in the rate limit.

    Returns as `steps.claim`.
    """
    for group in _served(db, rules, now):
        ensure_group(db, group.chat)
        row = db.execute(select(groups).where(groups.c.chat == group.chat).with_for_update()).one()
        if row.next_at is not None and row.next_at > now:  # another replica was faster
            continue
        try:
            words = board(rules.policy, read_lines(db, rules, now), counts(db, now))
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001  # the topics must go on; its words may be a customer's
            name = type(error).__name__
            log.error("the overview of group %d cannot be put together (%s); it is tried again", group.chat, name)
            _put_off(db, group.chat, now + CROWDED)
            continue
        if row.board is not None and row.shown == words.digest():
            _put_off(db, group.chat, now + _pace(db, now))
            continue
        wait = reserve(db, group.chat, now, urgent=False)
        if wait > 0:
            return wait
        leased = now + LEASE
        _put_off(db, group.chat, leased)
        return OverviewWork(group.chat, row.overview, row.board, words, leased)
    return None


def next_look(db: Connection, rules: Rules, now: datetime) -> float | None:
    """Return the seconds until `claim` may find something; None: no groups are configured."""
    waits = [
        max(
            (group.next_at - now).total_seconds() if group.next_at else 0.0,
            wait_time(db, group.chat, now, urgent=False),
        )
        for group in _here(db, rules)
    ]
    return max(min(waits), 0.0) if waits else None


def conclude(db: Connection, done: OverviewWork, number: int | None, now: datetime) -> None:
    """Record a finished step: `number` is the new thread's or message's id, None after an edit."""
    record_sent(db, done.chat, now)
    if done.thread is None:
        values: dict[str, object] = {"overview": number, "board": None, "next_at": now}
    else:
        values = {"shown": done.words.digest(), "next_at": now + _pace(db, now)}
        values |= {"board": number} if done.number is None else {}
        if number is not None:
            record_newest_id(db, done.chat, number)
    mine = (groups.c.chat == done.chat, groups.c.next_at == done.leased)
    db.execute(update(groups).where(*mine).values(**values))


def record_failure(
    db: Connection, done: OverviewWork, now: datetime, seconds: float, *, topic: bool, message: bool
) -> None:
    """Record a failed step, to be tried again after `seconds`.

    `topic`, `message`: it failed because that was deleted, and must be created again.
    """
    record_sent(db, done.chat, now)
    values: dict[str, object] = {"next_at": now + timedelta(seconds=seconds)}
    values |= {"overview": None, "board": None} if topic else {"board": None} if message else {}
    mine = (groups.c.chat == done.chat, groups.c.next_at == done.leased)
    db.execute(update(groups).where(*mine).values(**values))


def board(policy: Policy, lines: Sequence[OverviewLine], counted: tuple[int, int, int] | None = None) -> RichText:
    """Return the overview by queue, late ones first, then by nearest promise, as many as fit.

    It gives instants, not time left, so that it changes only with the tickets. `counted`: the numbers of open, late and
    unclaimed tickets, if there are more than the lines.
    """
    late, waiting = sum(line.late for line in lines), sum(line.ticket.holder_id is None for line in lines)
    total, late, waiting = counted or (len(lines), late, waiting)
    told = RichText().bold(open_tickets.OPEN.format(number=total))
    told.plain(open_tickets.COUNTS.format(late=late, waiting=waiting))
    if not lines:
        return told.plain(open_tickets.NONE_OPEN)
    shown = 0
    for queue in _queues(policy, lines):
        mine = sorted((line for line in lines if line.ticket.queue == queue), key=_pressing)
        longer = RichText(told.text, list(told.entities)).bold(f"\n{queue}（{len(mine)}）").plain("\n")
        for line in mine:
            with_it = _said(RichText(longer.text, list(longer.entities)), policy, line)
            if with_it.length > LONGEST - 40 or len(with_it.entities) >= MOST_ENTITIES:
                return told.plain(open_tickets.MORE.format(number=total - shown))
            told = longer = with_it
            shown += 1
    told.text = told.text.rstrip()
    return told if shown >= total else told.plain("\n" + open_tickets.MORE.format(number=total - shown))


def counts(db: Connection, now: datetime) -> tuple[int, int, int]:
    """Return the numbers of open, late and unclaimed tickets."""
    late, untaken = late_promises(now), tickets.c.holder_id.is_(None)
    each = (func.count(), func.count().filter(late), func.count().filter(untaken))
    total, overdue, waiting = db.execute(select(*each).select_from(tickets).where(IS_OPEN)).one()
    return total, overdue, waiting


def read_lines(db: Connection, rules: Rules, now: datetime, *which: ColumnElement[bool]) -> list[OverviewLine]:
    """Return the open tickets of which all this holds, up to MOST of the most urgent, in a fixed number of queries."""
    rank = select(topics.c.rank).where(topics.c.ticket_id == tickets.c.id).scalar_subquery()
    known = partial(labels, db, rules, now=now)
    found = tickets_overview(db, known, (IS_OPEN, *which), (func.coalesce(rank, 9), tickets.c.id), MOST)
    urls = links(db, [each.ticket.id for each in found])
    return [_line(rules.policy, each, urls.get(each.ticket.id, ""), now) for each in found]


def _line(policy: Policy, found: TicketOverview, url: str, now: datetime) -> OverviewLine:
    due = found.nearest_promise()
    late = due is not None and due.due_at <= now
    customer = CONFIDENTIAL if found.ticket.closed_to else customer_outside(policy, found.customer)
    return OverviewLine(found.ticket, customer, found.holder, due, late, url)


def _said(told: RichText, policy: Policy, line: OverviewLine) -> RichText:
    ticket = line.ticket
    told.plain("❗" if line.late else mark(policy, ticket)).plain(" ").link(f"#{ticket.id}", line.url)
    told.plain(f" {cut(line.customer, 40)} · {line.holder or STATES['waiting']}")
    if line.due is not None:
        due = dated(policy, line.due.due_at)
        told.plain((open_tickets.LATE if line.late else open_tickets.DUE).format(label=line.due.label, due=due))
    elif ticket.waits_since is not None:
        told.plain(open_tickets.WAITS_FOR_CUSTOMER)
    return told.plain("\n")


def _queues(policy: Policy, lines: Sequence[OverviewLine]) -> Iterator[str]:
    """Queues in the policy's order; those it no longer names come last."""
    held = dict.fromkeys(line.ticket.queue for line in lines)
    yield from (queue for queue in policy.queues if queue in held)
    yield from (queue for queue in held if queue not in policy.queues)


def _pressing(line: OverviewLine) -> tuple[bool, bool, float, int]:
    due = line.due.due_at.timestamp() if line.due is not None else 0.0
    return not line.late, line.due is None, due, line.ticket.id


def _here(db: Connection, rules: Rules) -> list[TopicGroup]:
    """The group in use, and others that have an overview."""
    used = in_use(db, rules)
    every = [group for group in every_group(db, rules) if group.is_usable]
    return [group for group in every if group.overview is not None or (used is not None and group.chat == used.chat)]


def _served(db: Connection, rules: Rules, now: datetime) -> list[TopicGroup]:
    return [group for group in _here(db, rules) if group.next_at is None or group.next_at <= now]


def _put_off(db: Connection, chat: int, until: datetime) -> None:
    db.execute(update(groups).where(groups.c.chat == chat).values(next_at=until))


def _pace(db: Connection, now: datetime) -> timedelta:
    waiting = (topics.c.wanted_at.is_not(None), topics.c.next_at <= now)
    busy = db.scalar(select(func.count()).select_from(topics).where(*waiting)) or 0
    return CROWDED if busy > 3 else PACE
