"""Find tickets by what anybody remembers of them: the one search behind board and command line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce
from operator import and_ as and_of
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.rules import Rules
from bot.storage.conditions import is_among
from bot.tickets import customer_words
from bot.transcript import word_index
from bot.transcript.conversations import conversations
from bot.transcript.search_terms import plain
from bot.transcript.term_blocks import numbers_in, set_of
from escalation.customers.customer_store import find_customers
from escalation.normalise import all_digits, normal_phone
from escalation.staff import Staff
from escalation.tickets.access import visible_to
from escalation.tickets.queries import TicketOverview, tickets_overview
from escalation.tickets.ticket_store import tickets
from escalation.working_hours.instants import parse_instant

PAGE = 50  # tickets of one page
MOST_WORDS = 8
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?\(?[0-9][0-9 ()-]{5,24}[0-9](?![0-9A-Za-z])")
_TICKET = re.compile(r"#?([0-9]{1,9})")
_AROUND = "<>\"'“”‘’「」『』《》"  # as an address or a name comes with them from a mail
_LARGEST = 2**31 - 1
# When it ended: resolved, withdrawn by its customer, or merged into another.
ENDED = func.coalesce(tickets.c.resolved_at, tickets.c.withdrawn_at, tickets.c.closed_at)


@dataclass(frozen=True, slots=True)
class TicketSearch:
    """What is looked for; a ticket must satisfy all that is given.

    Each word must stand somewhere in the ticket or its customer's data. `agent` is the id of its holder or assignee;
    `since` and `until` (excluded) bound when it was raised; `finished`: only ended ones (True) or open ones (False).
    """

    words: str = ""
    tier: str | None = None
    queue: str | None = None
    agent: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    finished: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not words_of(self.words) and self == TicketSearch(self.words, finished=self.finished)


@dataclass(frozen=True, slots=True)
class FoundTickets:
    """One page of the tickets found, how many there are on all pages, and where the next one begins (None: nowhere)."""

    entries: tuple[TicketOverview, ...]
    total: int
    next: str | None


def find_tickets(
    db: Connection,
    rules: Rules,
    wanted: TicketSearch,
    now: datetime,
    *,
    who: Staff | None,
    after: str = "",
    limit: int = PAGE,
) -> FoundTickets:
    """Return the tickets that this person may see (None: the operator, all), a page from `after` on.

    Ended ones alone stand in the order in which they ended, the latest first; others by number, the highest first.
    `after` is `FoundTickets.next` of the page before; anything else means the first page.
    """
    key: Any = ENDED if wanted.finished else tickets.c.id
    conditions = [*_filters(wanted), *([] if who is None else [visible_to(who)]), *_words(db, rules, wanted.words)]
    every = select(tickets.c.id, key.label("key"), func.count().over().label("total"))
    found = every.where(*conditions).subquery()
    page = select(found).order_by(found.c.key.desc(), found.c.id.desc()).limit(limit + 1)
    rows = db.execute(page.where(*_beyond(found, after, by_end=bool(wanted.finished)))).all()
    shown = [row.id for row in rows[:limit]]
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = f"{last.key.isoformat()}_{last.id}" if wanted.finished else str(last.id)
    return FoundTickets(_in_this_order(db, rules, shown, now), rows[0].total if rows else 0, following)


def words_of(text: str) -> list[str]:
    """Return the words that a search asks for, without differences of width and case.

    A telephone number is one word, however it is spaced; brackets and quotation marks around a word are left out.
    """
    joined = _NUMBER.sub(_in_one_piece, unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys(plain(word.strip(_AROUND) or word) for word in joined.split()))[:MOST_WORDS]


def _in_one_piece(match: re.Match[str]) -> str:
    number = all_digits(normal_phone(match[0]))
    return number if 7 <= len(number.removeprefix("+")) <= 15 else match[0]  # as E.164 has them


def _filters(wanted: TicketSearch) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.finished is not None:
        ended = tickets.c.state.in_(("resolved", "closed"))
        where.append(ended if wanted.finished else ~ended)
    if wanted.tier is not None:
        where.append(tickets.c.tier == wanted.tier)
    if wanted.queue is not None:
        where.append(tickets.c.queue == wanted.queue)
    if wanted.agent is not None:
        given = and_(tickets.c.holder_id.is_(None), tickets.c.assignee_id == wanted.agent)
        where.append(or_(tickets.c.holder_id == wanted.agent, given))
    if wanted.since is not None:
        where.append(tickets.c.raised_at >= wanted.since)
    if wanted.until is not None:
        where.append(tickets.c.raised_at < wanted.until)
    return where


def _words(db: Connection, rules: Rules, text: str) -> list[ColumnElement[bool]]:
    """Each word: in the ticket, its number, or in what is known of its customer."""
    words = words_of(text)
    if not words:
        return []
    spoken, known = word_index.holding(db, rules.vault, words), _known(db, rules, words)
    likely = reduce(and_of, (said.all | others for said, others in zip(spoken, known, strict=True)))
    read = word_index.read_through(db, spoken, likely)
    found = reduce(and_of, (said | others for said, others in zip(read, known, strict=True)))
    return [is_among(db, tickets.c.id, numbers_in(found))]


def _known(db: Connection, rules: Rules, words: Sequence[str]) -> list[int]:
    """For each word the tickets that have it as their number or in what is known of their customers, as sets."""
    customers = customer_words.having(db, rules.vault, words)
    houses = customer_words.houses_having(db, rules.vault, words)
    found = []
    for word, contacts, ids in zip(words, customers, houses, strict=True):
        theirs = [is_among(db, tickets.c.contact_id, contacts)] if contacts else []
        where = [*_number(word), *theirs, *_of_houses(db, ids)]
        found.append(set_of(db.scalars(select(tickets.c.id).where(or_(*where)))) if where else 0)
    return found


def _of_houses(db: Connection, ids: set[str]) -> Sequence[ColumnElement[bool]]:
    """Tickets of somebody of these organisations of whom no more is known."""
    talks = select(conversations.c.id).where(is_among(db, conversations.c.organisation_id, ids))
    return [and_(tickets.c.contact_id.is_(None), tickets.c.conversation_id.in_(talks))] if ids else []


def _number(word: str) -> Sequence[ColumnElement[bool]]:
    match = _TICKET.fullmatch(word)
    return [tickets.c.id == int(match[1])] if match and int(match[1]) <= _LARGEST else []


def _beyond(found: Any, after: str, *, by_end: bool) -> list[ColumnElement[bool]]:
    """What comes after this place; nothing to hold on to where it is none of ours."""
    at, _, number = after.rpartition("_")
    if not re.fullmatch("[0-9]{1,9}", number):
        return []
    if not by_end:
        return [] if at else [found.c.id < int(number)]
    try:
        end = parse_instant(at)
    except ValueError:
        return []
    return [or_(found.c.key < end, and_(found.c.key == end, found.c.id < int(number)))]


def _in_this_order(db: Connection, rules: Rules, ids: Sequence[int], now: datetime) -> tuple[TicketOverview, ...]:
    known = partial(find_customers, db, rules.vault, rules.policy, now=now)
    found = {entry.ticket.id: entry for entry in tickets_overview(db, known, [tickets.c.id.in_(ids)], ())}
    return tuple(found[ticket] for ticket in ids if ticket in found)
