"""What the board shows, read in a handful of queries however many tickets there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, func, or_, select

from bot import notice_store
from bot.history import messages
from bot.performing import customer_label
from bot.rules import Rules
from escalation.customer_store import find_customers
from escalation.policy import Policy
from escalation.staff import Staff, staff
from escalation.store import DeadlineRow, deadlines, tickets
from escalation.tickets import Ticket

Show = Literal["all", "waiting", "mine"]
SHOWS: tuple[Show, ...] = get_args(Show)
MOST = 300  # tickets drawn at once: more would help nobody
LOOKED_THROUGH = 500  # newest tickets whose sealed customer names a search opens
_TICKET = [tickets.c[f.name] for f in fields(Ticket)]
_DEADLINE = [deadlines.c[f.name] for f in fields(DeadlineRow)]


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket as the board shows it."""

    ticket: Ticket
    customer: str
    holder: str | None
    due: DeadlineRow | None  # the open clock that runs out first


@dataclass(frozen=True, slots=True)
class Section:
    """One queue's tickets, nearest deadline first."""

    queue: str
    about: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What one person sees when they come to work."""

    sections: tuple[Section, ...]
    counts: dict[Show, int]
    late: int
    unread: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """What must differ for a page to be out of date; reading it costs a few look-ups by key."""

    changed: int
    unread: int
    newest: int  # the highest number of a waiting ticket this person may see


def sees(who: Staff, ticket: Ticket) -> bool:
    """Whether this person may open the ticket: their queue, their own, or anybody's for leads and above."""
    return who.leads or who.works(ticket.queue) or ticket.holder_id == who.id


def read_board(db: Connection, rules: Rules, who: Staff, queues: Sequence[str], show: Show, now: datetime) -> Board:
    """The open tickets this person may see, by queue and nearest deadline."""
    cards = _cards(db, rules, (tickets.c.state.in_(("waiting", "claimed")), *_visible_to(who)), now, by_deadline=True)
    counts: dict[Show, int] = {each: sum(_is_shown(card, each, who) for card in cards) for each in SHOWS}
    late = sum(card.due is not None and card.due.due_at <= now for card in cards)
    shown = [card for card in cards if _is_shown(card, show, who)]
    unread = notice_store.count_unread(db, who, queues)
    return Board(_sections(rules.policy, who, shown), counts, late, unread)


def finished(db: Connection, rules: Rules, who: Staff, now: datetime) -> list[Card]:
    """Solved and closed tickets this person may see, newest first; what follows a solution is recorded there."""
    return _cards(db, rules, (tickets.c.state.in_(("resolved", "closed")), *_visible_to(who)), now, limit=50)


def search(db: Connection, rules: Rules, who: Staff, text: str, now: datetime) -> list[Card]:
    """Tickets, finished ones too, by number, words of the matter or the transcript, or the customer; newest first."""
    number = int(text.removeprefix("#")) if text.removeprefix("#").isdecimal() and len(text) < 10 else None
    spoken = select(messages.c.conversation_id).where(messages.c.text.icontains(text, autoescape=True))
    where = or_(
        tickets.c.id == number,
        tickets.c.subject.icontains(text, autoescape=True),
        tickets.c.conversation_id.in_(spoken),
        tickets.c.contact_id == text.upper(),
    )
    found = _cards(db, rules, (where, *_visible_to(who)), now, limit=50)
    recent = _cards(db, rules, _visible_to(who), now, limit=LOOKED_THROUGH)
    named = [card for card in recent if text.casefold() in card.customer.casefold() and card.ticket.contact_id]
    every = {card.ticket.id: card for card in [*found, *named]}
    return sorted(every.values(), key=lambda card: -card.ticket.id)[:50]


def read_pulse(db: Connection, who: Staff, queues: Sequence[str]) -> Pulse:
    """Read again after every wake-up; only a difference is sent to the page."""
    from escalation.store import ticket_events

    changed = db.scalar(select(func.coalesce(func.max(ticket_events.c.id), 0))) or 0
    waiting = (tickets.c.state == "waiting", *_visible_to(who))
    newest = db.scalar(select(func.coalesce(func.max(tickets.c.id), 0)).where(*waiting)) or 0
    return Pulse(changed, notice_store.count_unread(db, who, queues), newest)


def _cards(
    db: Connection,
    rules: Rules,
    where: Iterable[ColumnElement[bool]],
    now: datetime,
    *,
    by_deadline: bool = False,
    limit: int = MOST,
) -> list[Card]:
    """Three queries: tickets with their holders, their open clocks, the customers behind them."""
    due = select(deadlines.c.ticket_id, func.min(deadlines.c.due_at).label("at")).where(deadlines.c.state == "open")
    first = due.group_by(deadlines.c.ticket_id).subquery()
    order: tuple[Any, ...] = (first.c.at.nulls_last(), tickets.c.id) if by_deadline else (tickets.c.id.desc(),)
    joined = tickets.outerjoin(staff, staff.c.id == tickets.c.holder_id)
    joined = joined.outerjoin(first, first.c.ticket_id == tickets.c.id)
    query = select(*_TICKET, staff.c.name.label("holder")).select_from(joined).where(*where).order_by(*order)
    rows = [(Ticket(*row[:-1]), row.holder) for row in db.execute(query.limit(limit))]
    clocks = _first_clocks(db, [ticket.id for ticket, _ in rows])
    known = find_customers(
        db, rules.vault, rules.policy, {ticket.contact_id for ticket, _ in rows if ticket.contact_id}, now
    )
    return [
        Card(ticket, customer_label(known.get(ticket.contact_id or "")), holder, clocks.get(ticket.id))
        for ticket, holder in rows
    ]


def _first_clocks(db: Connection, ids: Sequence[int]) -> dict[int, DeadlineRow]:
    query = select(*_DEADLINE).where(deadlines.c.ticket_id.in_(ids), deadlines.c.state == "open")
    clocks: dict[int, DeadlineRow] = {}
    for row in db.execute(query.order_by(deadlines.c.due_at, deadlines.c.id)) if ids else ():
        clocks.setdefault(row.ticket_id, DeadlineRow(*row))
    return clocks


def _visible_to(who: Staff) -> tuple[ColumnElement[bool], ...]:
    """The same rule as `sees`, for the database."""
    if who.leads or not who.queues:
        return ()
    return (or_(tickets.c.queue.in_(who.queues), tickets.c.holder_id == who.id),)


def _is_shown(card: Card, show: Show, who: Staff) -> bool:
    match show:
        case "waiting":
            return card.ticket.state == "waiting"
        case "mine":
            return card.ticket.holder_id == who.id
        case "all":
            return True


def _sections(policy: Policy, who: Staff, cards: Sequence[Card]) -> tuple[Section, ...]:
    """In the policy's order, those with tickets first; a queue the policy no longer names still shows its own."""
    mine = [queue for queue in policy.queues if who.leads or who.works(queue)]
    others = dict.fromkeys(card.ticket.queue for card in cards if card.ticket.queue not in mine)
    sections = [
        Section(
            queue,
            policy.queues[queue].about if queue in policy.queues else "",
            tuple(card for card in cards if card.ticket.queue == queue),
        )
        for queue in (*mine, *others)
    ]
    return tuple(sorted(sections, key=lambda section: not section.cards))
