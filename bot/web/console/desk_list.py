"""The list of tickets at the desk: one page of it, some rows of it, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlencode

from fastapi import Depends
from sqlalchemy import ColumnElement, Connection, case, func, or_, select, true

from bot.rules import Rules
from bot.transcript.message_store import Message, get_messages, messages
from bot.transcript.ticket_reads import is_unread, unread_by
from bot.web.console.board_card import BoardCard, card_of
from bot.wording.sanitise import clean
from escalation.customers.customer_store import find_customers
from escalation.staff import Staff
from escalation.tickets import task_store
from escalation.tickets.access import visible_to
from escalation.tickets.queries import FIRST_DUE, IS_OPEN, late_promises, tickets_overview
from escalation.tickets.ticket_store import tickets

Show = Literal["all", "late", "waiting", "mine", "unread", "customer"]
Sort = Literal["clock", "newest", "oldest"]
SHOWS: tuple[Show, ...] = get_args(Show)
SORTS: tuple[Sort, ...] = get_args(Sort)
PAGE = 100  # rows drawn at once; the next ones come as somebody scrolls or tabs to the end
MOST_ASKED = 200  # rows by number in one request

_BY_PEOPLE = messages.c.author != "bot"
_NEWEST = (
    select(func.max(messages.c.id))
    .where(messages.c.ticket_id == tickets.c.id, _BY_PEOPLE)
    .correlate(tickets)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class DeskView:
    """Which tickets the list shows, and in which order: `clock` (late ones first), `newest` line, `oldest` ticket."""

    show: Show = "all"
    queue: str = ""
    tier: str = ""
    sort: Sort = "clock"

    @property
    def query(self) -> str:
        """The view as the query of an address; empty for the usual one."""
        named = {"show": self.show if self.show != "all" else "", "of": self.queue, "level": self.tier}
        named["sort"] = self.sort if self.sort != "clock" else ""
        return urlencode({name: value for name, value in named.items() if value})

    def with_(self, **changes: Any) -> str:
        """Return the address of the page with another choice in this view."""
        values: dict[str, Any] = {
            "show": self.show,
            "queue": self.queue,
            "tier": self.tier,
            "sort": self.sort,
        } | changes
        query = DeskView(**values).query
        return f"/console?{query}" if query else "/console"


@dataclass(frozen=True, slots=True)
class ListedTicket:
    """One ticket in the list; `unread`: lines of its customer that this person, whose it is, has not read."""

    card: BoardCard
    last: Message | None  # the line a person said last
    unread: int
    requests: int  # open requests to colleagues
    sort: str  # what rows are sorted by, as text


@dataclass(frozen=True, slots=True)
class ListedTickets:
    """Some rows of a view, and whether more follow after them."""

    rows: tuple[ListedTicket, ...]
    more: bool


def view_of(named: Mapping[str, str]) -> DeskView:
    """Return the view that an address names; what is unknown in it is as usual."""
    show: Show = next((each for each in SHOWS if each == named.get("show")), "all")
    sort: Sort = next((each for each in SORTS if each == named.get("sort")), "clock")
    return DeskView(show, clean(named.get("of", "")).strip()[:32], clean(named.get("level", "")).strip()[:32], sort)


def _asked(show: str = "", of: str = "", level: str = "", sort: str = "") -> DeskView:
    return view_of({"show": show, "of": of, "level": level, "sort": sort})


WantedView = Annotated[DeskView, Depends(_asked)]


def read_page(db: Connection, rules: Rules, who: Staff, view: DeskView, now: datetime, start: int = 0) -> ListedTickets:
    """Return PAGE rows of this person's view after the first `start`."""
    found = _read(db, rules, who, view, (*_conditions(who, view, now),), now, start=start, limit=PAGE + 1)
    return ListedTickets(found[:PAGE], len(found) > PAGE)


def read_some(
    db: Connection, rules: Rules, who: Staff, view: DeskView, ids: Collection[int], now: datetime
) -> tuple[ListedTicket, ...]:
    """Return the rows of these tickets, as far as this person's view has them."""
    conditions = (*_conditions(who, view, now), tickets.c.id.in_(ids))
    return _read(db, rules, who, view, conditions, now, limit=MOST_ASKED) if ids else ()


def count_shows(db: Connection, who: Staff, view: DeskView, now: datetime) -> Mapping[Show, int]:
    """Return how many tickets each selection has, within the view's queue and tier."""
    within = (is_work(now), visible_to(who), *_narrowed(view))
    named = {show: _shown(show, who, now) for show in SHOWS}
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(show) for show, condition in named.items()]
    row = db.execute(select(*sums).select_from(tickets).where(*within)).one()
    return {show: int(getattr(row, show)) for show in SHOWS}


def visible_ids(db: Connection, who: Staff, ids: Collection[int] | None = None) -> set[int]:
    """Return the tickets this person may see, among these or (None) among the open ones."""
    among = IS_OPEN if ids is None else tickets.c.id.in_(ids)
    return set(db.scalars(select(tickets.c.id).where(among, visible_to(who))))


def row_found(card: BoardCard) -> ListedTicket:
    """Return the row of a ticket that a search found."""
    return ListedTicket(card, None, 0, 0, "")


def is_work(now: datetime) -> ColumnElement[bool]:
    """Open tickets, and finished ones with a promise breached after the resolution."""
    return or_(IS_OPEN, late_promises(now))


def _conditions(who: Staff, view: DeskView, now: datetime) -> Sequence[ColumnElement[bool]]:
    return (is_work(now), visible_to(who), _shown(view.show, who, now), *_narrowed(view))


def _narrowed(view: DeskView) -> list[ColumnElement[bool]]:
    queue = [tickets.c.queue == view.queue] if view.queue else []
    return [*queue, *([tickets.c.tier == view.tier] if view.tier else [])]


def _shown(show: Show, who: Staff, now: datetime) -> ColumnElement[bool]:
    match show:
        case "late":
            return late_promises(now)
        case "waiting":
            return tickets.c.state == "waiting"
        case "customer":
            return tickets.c.waits_since.is_not(None)
        case "mine":
            return tickets.c.holder_id == who.id
        case "unread":
            return is_unread(who)
        case "all":
            return true()


def _order(view: DeskView, now: datetime) -> tuple[ColumnElement[Any], ...]:
    if view.sort == "newest":
        return (_NEWEST.desc().nulls_last(), tickets.c.id)
    if view.sort == "oldest":
        return (tickets.c.received_at, tickets.c.id)
    is_late = case((FIRST_DUE.c.promise <= now, 0), else_=1)
    # A target that has gone by presses nobody any more.
    due = case((FIRST_DUE.c.running <= now, FIRST_DUE.c.promise), else_=FIRST_DUE.c.running)
    return (is_late, due.nulls_last(), tickets.c.id)


def _read(
    db: Connection,
    rules: Rules,
    who: Staff,
    view: DeskView,
    where: Sequence[ColumnElement[bool]],
    now: datetime,
    *,
    start: int = 0,
    limit: int,
) -> tuple[ListedTicket, ...]:
    known = partial(find_customers, db, rules.vault, rules.policy, now=now)
    found = tickets_overview(db, known, where, _order(view, now), limit, start)
    cards = [card_of(each, now) for each in found]
    ids = [card.ticket.id for card in cards]
    last, unread, asked = _last_lines(db, ids), unread_by(db, who, ids), task_store.count_open(db, ids)
    rows = []
    for card in cards:
        number = card.ticket.id
        line = last.get(number)
        rows.append(
            ListedTicket(card, line, unread.get(number, 0), asked.get(number, 0), _sort_of(view, card, line, now))
        )
    return tuple(rows)


def _last_lines(db: Connection, ids: Collection[int]) -> dict[int, Message]:
    # Of people: what the bot said last is on every ticket nearly the same.
    said = (messages.c.ticket_id.in_(ids), _BY_PEOPLE)
    newest = select(func.max(messages.c.id)).where(*said).group_by(messages.c.ticket_id)
    found = get_messages(db, list(db.scalars(newest))) if ids else {}
    return {line.ticket_id: line for line in found.values() if line.ticket_id is not None}


def _sort_of(view: DeskView, card: BoardCard, last: Message | None, now: datetime) -> str:
    """The row's place as text: in the order of `_order`, whatever is drawn later."""
    number = f"{card.ticket.id:010d}"
    if view.sort == "newest":
        return f"{10**10 - (last.id if last else 0):011d}{number}"
    if view.sort == "oldest":
        return f"{_milliseconds(card.ticket.received_at)}{number}"
    due = _due(card, now)
    return f"{0 if card.is_late else 1}{_milliseconds(due) if due else '9' * 15}{number}"


def _due(card: BoardCard, now: datetime) -> datetime | None:
    running = [clock for clock in card.clocks if not clock.is_paused]
    promises = [clock.due_at for clock in running if clock.kind == "promise"]
    first = min((clock.due_at for clock in running), default=None)
    return first if first is None or first > now else min(promises, default=None)


def _milliseconds(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000):015d}"
