"""Makes the facts of histories: of every ticket that there was, and line by line as they are written."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.measuring.frontier import LONG_AGO, is_behind, last_settled, old_enough, settled_by
from bot.measuring.ticket_cases import cases_of
from bot.rules import Rules
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.measures.history_facts import facts_of_history
from escalation.measures.policy_book import policy_book
from escalation.measures.streams import Stream, advance, begin_stream, find_stream, lock_stream
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets

LINES, TICKETS = "history", "tickets"  # names of the streams
AT_ONCE = 100  # lines in one transaction: messages get in between
SECONDS = 0.04  # for which tickets are read in one transaction
_FEW = 8  # tickets that are read together
_E = ticket_events.c
_HEAD = [_E.id, _E.ticket_id, _E.at]


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether lines, or tickets, are to be read; reads only."""
    older = find_stream(db, TICKETS)
    until = settled_by(rules, now)
    return (older is not None and not older.is_over) or is_behind(db, ticket_events, find_stream(db, LINES), until, now)


def follow_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Make the facts of a batch of lines, else of tickets older than the first of those; return how many were read."""
    stream = lock_stream(db, LINES)
    if stream is None:
        return _begin(db, settled_by(rules, now))
    return _follow_lines(db, rules, stream, now) or _follow_tickets(db, rules, now)


def _begin(db: Connection, until: datetime) -> int:
    if find_stream(db, LINES) is not None:  # another replica has it
        return 0
    newest = last_settled(db, ticket_events, until)
    last = int(db.scalar(select(func.max(tickets.c.id))) or 0) if newest else 0
    begin_stream(db, Stream(TICKETS, 0, newest, last, LONG_AGO))
    begin_stream(db, Stream(LINES, newest, newest, None, until))
    return newest


def _follow_lines(db: Connection, rules: Rules, stream: Stream, now: datetime) -> int:
    until = settled_by(rules, now)
    query = select(*_HEAD).where(_E.id > stream.through).order_by(_E.id).limit(AT_ONCE)
    rows = old_enough(db, ticket_events, db.execute(query).all(), until, now)
    if not rows:
        advance(db, stream, stream.through, until)
        return 0
    last = rows[-1]
    _save(db, rules, {row.ticket_id for row in rows}, stream.through, last.id)
    advance(db, stream, last.id, min(last.at, until))
    return len(rows)


def _follow_tickets(db: Connection, rules: Rules, now: datetime) -> int:
    stream, begun = lock_stream(db, TICKETS), time.monotonic()
    if stream is None or stream.is_over:
        return 0
    read, reached = 0, stream.reached
    for numbers in _numbers(db, stream):
        _save(db, rules, numbers, 0, stream.began)
        read, through = read + len(numbers), numbers[-1]
        reached = max(reached, min(_opened_at(db, through) or reached, now))
        advance(db, stream, through, reached)
        if time.monotonic() - begun > SECONDS:
            return read
    advance(db, stream, stream.until or 0, reached)
    return read


def _numbers(db: Connection, stream: Stream) -> Iterator[list[int]]:
    through = stream.through
    while True:
        mine = (tickets.c.id > through, tickets.c.id <= stream.until)
        numbers = list(db.scalars(select(tickets.c.id).where(*mine).order_by(tickets.c.id).limit(_FEW)))
        if not numbers:
            return
        yield numbers
        through = numbers[-1]


def _opened_at(db: Connection, ticket_id: int) -> datetime | None:
    found: datetime | None = db.scalar(select(_E.at).where(_E.ticket_id == ticket_id, _E.seq == 1))
    return found


def _save(db: Connection, rules: Rules, numbers: Collection[int], after: int, until: int) -> None:
    book = policy_book(db, rules.policy)
    found: list[Fact] = []
    for case in cases_of(db, numbers):
        found.extend(facts_of_history(case, book.at, after, until))
    save_facts(db, found, rules.policy.zone)
