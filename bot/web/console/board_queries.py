"""Queries of the board, whose number does not grow with the number of tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, func, or_, select

from bot.notifications import notice_inbox
from bot.rules import Rules
from bot.web.console.deadline_view import fault_in_words, is_late, urgency_of
from bot.wording.labels import customer_label
from escalation.customers.customer_store import find_customers
from escalation.policy.model import Policy
from escalation.staff import Staff, staff_names
from escalation.staffing import roster_store
from escalation.staffing.choose import AgentCandidate
from escalation.staffing.on_duty import read_people
from escalation.tickets.access import visible_to
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.history import ticket_events
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.queries import FIRST_DUE, IS_OPEN, TicketOverview, late_promises, tickets_overview
from escalation.tickets.ticket_store import tickets

Show = Literal["all", "late", "waiting", "mine", "customer"]
SHOWS: tuple[Show, ...] = get_args(Show)
MOST = 300  # tickets drawn at once: more would help nobody


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A ticket on the board."""

    ticket: Ticket
    customer: str
    holder: str | None
    assignee: str | None  # to whom it was given, until they claim it
    clocks: tuple[DeadlineRow, ...]  # those that are not over, the most pressing first
    is_late: bool  # a promise is broken

    @property
    def due(self) -> DeadlineRow | None:
        """The most urgent deadline."""
        return self.clocks[0] if self.clocks else None


@dataclass(frozen=True, slots=True)
class Section:
    """One queue's tickets: late ones first, then by nearest deadline."""

    queue: str
    about: str
    cards: tuple[BoardCard, ...]

    @property
    def late(self) -> int:
        """Number of tickets with a breached promise."""
        return sum(card.is_late for card in self.cards)


@dataclass(frozen=True, slots=True)
class CalendarAlert:
    """A calendar without working time ahead, and the tickets whose deadlines cannot be computed."""

    what: str
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The board of one person."""

    sections: tuple[Section, ...]
    counts: dict[Show, int]
    late: int
    faults: tuple[CalendarAlert, ...]
    is_cut: bool  # there are more tickets than are drawn
    unread: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """A fingerprint of the board: if it differs, the page is out of date. Cheap to read."""

    changed: int
    unread: int
    newest: int  # the highest number of a waiting ticket this person may see


def read_board(db: Connection, rules: Rules, who: Staff, queues: Sequence[str], show: Show, now: datetime) -> Board:
    """Return the tickets with work left that this person may see, by queue, late ones first, then by deadline."""
    order = (FIRST_DUE.c.running.nulls_last(), tickets.c.id)
    known = partial(find_customers, db, rules.vault, rules.policy, now=now)
    work = tickets_overview(db, known, (_is_work(now), visible_to(who)), order, MOST)
    cards = [card_of(found, now) for found in work]
    counts: dict[Show, int] = {each: sum(_is_shown(card, each, who) for card in cards) for each in SHOWS}
    shown = [card for card in cards if _is_shown(card, show, who)]
    unread = notice_inbox.count_unread(db, who, queues)
    return Board(
        _sections(rules.policy, who, shown), counts, counts["late"], _faults(cards), len(cards) == MOST, unread
    )


def on_duty(db: Connection, now: datetime) -> list[tuple[str, AgentCandidate]] | None:
    """Return who is on shift now, with names and their number of tickets; None without a roster."""
    if not roster_store.in_use(db):
        return None
    names = staff_names(db)
    return [(names[one.staff_id], one) for one in read_people(db, now).candidates if one.on_duty]


def read_pulse(db: Connection, who: Staff, queues: Sequence[str]) -> Pulse:
    """Return the board's fingerprint."""
    changed = db.scalar(select(func.coalesce(func.max(ticket_events.c.id), 0))) or 0
    waiting = (tickets.c.state == "waiting", visible_to(who))
    newest = db.scalar(select(func.coalesce(func.max(tickets.c.id), 0)).where(*waiting)) or 0
    return Pulse(changed, notice_inbox.count_unread(db, who, queues), newest)


def card_of(found: TicketOverview, now: datetime) -> BoardCard:
    """Return a ticket as the board shows it."""
    clocks = tuple(sorted(found.clocks, key=lambda clock: urgency_of(clock, now)))
    late = any(is_late(clock, now) for clock in clocks)
    return BoardCard(found.ticket, customer_label(found.customer), found.holder, found.assignee, clocks, late)


def _faults(cards: Iterable[BoardCard]) -> tuple[CalendarAlert, ...]:
    found: dict[str, list[int]] = {}
    for card in cards:
        for what in dict.fromkeys(fault_in_words(clock.fault) for clock in card.clocks if clock.fault):
            found.setdefault(what, []).append(card.ticket.id)
    return tuple(CalendarAlert(what, tuple(sorted(numbers))) for what, numbers in sorted(found.items()))


def _is_work(now: datetime) -> ColumnElement[bool]:
    """Open tickets, and finished ones with a promise breached after the resolution."""
    return or_(IS_OPEN, late_promises(now))


def _is_shown(card: BoardCard, show: Show, who: Staff) -> bool:
    match show:
        case "late":
            return card.is_late
        case "waiting":
            return card.ticket.state == "waiting"
        case "customer":
            return card.ticket.waits_since is not None
        case "mine":
            return card.ticket.holder_id == who.id
        case "all":
            return True


def _sections(policy: Policy, who: Staff, cards: Sequence[BoardCard]) -> tuple[Section, ...]:
    """Queues with breached promises first, then those with tickets, in the policy's order.

    A queue that the policy no longer names still shows its own.
    """
    mine = [queue for queue in policy.queues if who.reads_all or who.works(queue)]
    others = dict.fromkeys(card.ticket.queue for card in cards if card.ticket.queue not in mine)
    sections = [
        Section(
            queue,
            policy.queues[queue].about if queue in policy.queues else "",
            tuple(sorted((card for card in cards if card.ticket.queue == queue), key=_most_pressing)),
        )
        for queue in (*mine, *others)
    ]
    return tuple(sorted(sections, key=lambda section: (not section.late, not section.cards)))


def _most_pressing(card: BoardCard) -> tuple[bool, bool, float]:
    due = card.due
    return not card.is_late, due is None or due.paused_at is not None, due.due_at.timestamp() if due else 0.0
