"""Makes the facts of conversations: line by line, and a day after each answer of the bot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.measuring.frontier import SETTLED, is_behind, locked, old_enough
from bot.measuring.talk_lines import talk_lines, was_open
from bot.rules import Rules
from bot.transcript.message_store import messages
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.measures.streams import advance, find_stream
from escalation.measures.transcript_facts import ALONE_AFTER, alone_fact, facts_of_line
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets

LINES, ALONE = "lines", "alone"  # names of the streams
_AT_ONCE = 60  # lines in one transaction: messages get in between
_LOOKED_AT = 600  # lines in one transaction, among which the bot's answers are looked for …
_JUDGED = 20  # … and answers
_M = messages.c
_LINE = [_M.id, _M.conversation_id, _M.ticket_id, _M.author, _M.text, _M.meta, _M.at]
_HEAD = [_M.id, _M.conversation_id, _M.ticket_id, _M.author, _M.meta, _M.at]
_SAID = [_M.author, _M.meta]


def lines_are_due(db: Connection, _rules: Rules, now: datetime) -> bool:
    """Whether a line is old enough to be counted; reads only."""
    return is_behind(db, messages, find_stream(db, LINES), now - SETTLED, now)


def count_lines(db: Connection, rules: Rules, now: datetime) -> int:
    """Make the facts of a batch of lines; return how many were read."""
    stream, until = locked(db, LINES), now - SETTLED
    if stream is None:
        return 0
    query = select(*_LINE).where(_M.id > stream.through).order_by(_M.id).limit(_AT_ONCE)
    rows = old_enough(db, messages, db.execute(query).all(), until, now)
    if not rows:
        advance(db, stream, stream.through, until)
        return 0
    said = [row for row in rows if row.author in ("customer", "bot")]
    found = [fact for line in talk_lines(db, rules, said) for fact in facts_of_line(line)] if said else []
    save_facts(db, found, rules.policy.zone)
    advance(db, stream, rows[-1].id, min(rows[-1].at, until))
    return len(rows)


def answers_are_due(db: Connection, _rules: Rules, now: datetime) -> bool:
    """Whether a line is old enough to be judged; reads only."""
    return is_behind(db, messages, find_stream(db, ALONE), _until(now), now, ALONE_AFTER)


def judge_answers(db: Connection, rules: Rules, now: datetime) -> int:
    """Judge a batch of the bot's answers of a day ago; return how many lines were looked at."""
    stream, until = locked(db, ALONE), _until(now)
    if stream is None:
        return 0
    query = select(*_HEAD).where(_M.id > stream.through).order_by(_M.id).limit(_LOOKED_AT)
    rows = old_enough(db, messages, db.execute(query).all(), until, now)
    places = [place for place, row in enumerate(rows) if _is_answer(row)]
    rows = rows[: places[_JUDGED]] if len(places) > _JUDGED else rows
    if not rows:
        advance(db, stream, stream.through, until + ALONE_AFTER)
        return 0
    save_facts(db, _judged(db, rules, [row for row in rows if _is_answer(row)]), rules.policy.zone)
    advance(db, stream, rows[-1].id, min(rows[-1].at, until) + ALONE_AFTER)
    return len(rows)


def _until(now: datetime) -> datetime:
    return now - SETTLED - ALONE_AFTER


def _is_answer(row: Row[Any]) -> bool:
    return row.author == "bot" and bool(row.meta.get("article"))


def _judged(db: Connection, rules: Rules, rows: Sequence[Row[Any]]) -> list[Fact]:
    last = [row for row in rows if not _is_followed(db, row)]
    lines = talk_lines(db, rules, last) if last else []
    return [alone_fact(line, is_alone=_is_alone(db, row)) for row, line in zip(last, lines, strict=True)]


def _is_followed(db: Connection, row: Row[Any]) -> bool:
    """Whether another answer follows within a day."""
    after = (_M.conversation_id == row.conversation_id, _M.id > row.id, _M.author == "bot")
    query = select(*_SAID).where(*after, _M.at <= row.at + ALONE_AFTER).order_by(_M.id)
    return any(_is_answer(each) for each in db.execute(query))


def _is_alone(db: Connection, row: Row[Any]) -> bool:
    """Whether no ticket of the conversation was opened with the answer or in the day since, and none is open then."""
    until = row.at + ALONE_AFTER
    opened = (
        select(tickets.c.id, ticket_events.c.at)
        .join_from(tickets, ticket_events, (ticket_events.c.ticket_id == tickets.c.id) & (ticket_events.c.seq == 1))
        .where(tickets.c.conversation_id == row.conversation_id, ticket_events.c.at <= until)
    )
    found = db.execute(opened.order_by(tickets.c.id.desc())).all()
    return not any(each.at >= row.at or was_open(db, each.id, until) for each in found)
