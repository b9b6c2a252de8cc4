"""Seven days after each resolution: was the ticket solved at once?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from bot.measuring.frontier import is_behind, locked, old_enough, settled_by
from bot.measuring.ticket_cases import cases_of
from bot.rules import Rules
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.measures.first_contact_resolution import JUDGED_AFTER, fcr_fact
from escalation.measures.here import RESOLVED
from escalation.measures.standing import steps_of
from escalation.measures.streams import Stream, advance, begin_stream, drop_streams, find_stream, put_off
from escalation.measures.ticket_case import TicketCase
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets

NAME = "fcr"
_AHEAD = "fcr:"  # and the number of a line that is dated in the future: a stream of its own, until it is judged
_LOOKED_AT = 1_000  # lines in one transaction …
_JUDGED = 20  # … and resolutions among them
_E = ticket_events.c
_HEAD = [_E.id, _E.ticket_id, _E.at, _E.kind]


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether a line is old enough to be judged; reads only."""
    until = _until(rules, now)
    behind = is_behind(db, ticket_events, find_stream(db, NAME), until, now, JUDGED_AFTER)
    return behind or bool(put_off(db, _AHEAD, until + JUDGED_AFTER, 1))


def judge_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Judge a batch of resolutions; return how many lines were looked at."""
    stream = locked(db, NAME)
    if stream is None:
        return 0
    until = _until(rules, now)
    waited = put_off(db, _AHEAD, until + JUDGED_AFTER, _JUDGED)
    if waited:
        save_facts(db, _facts(db, _lines(db, waited)), rules.policy.zone)
        drop_streams(db, waited)
        return len(waited)
    query = select(*_HEAD).where(_E.id > stream.through).order_by(_E.id)
    found = db.execute(query.limit(_LOOKED_AT)).all()
    rows = _with_few_resolved(old_enough(db, ticket_events, found, until, now))
    if not rows:
        advance(db, stream, stream.through, until + JUDGED_AFTER)
        return 0
    resolved = [row for row in rows if row.kind == RESOLVED]
    for row in [row for row in resolved if row.at > until]:  # dated in the future: its seven days are not over
        begin_stream(db, Stream(f"{_AHEAD}{row.id}", 0, row.id, row.id, row.at + JUDGED_AFTER))
    save_facts(db, _facts(db, [row for row in resolved if row.at <= until]), rules.policy.zone)
    advance(db, stream, rows[-1].id, min(rows[-1].at, until) + JUDGED_AFTER)
    return len(rows)


def _lines(db: Connection, waited: Sequence[Stream]) -> Sequence[Row[Any]]:
    return db.execute(select(*_HEAD).where(_E.id.in_([stream.began for stream in waited])).order_by(_E.id)).all()


def _until(rules: Rules, now: datetime) -> datetime:
    return settled_by(rules, now) - JUDGED_AFTER


def _with_few_resolved(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    places = [place for place, row in enumerate(rows) if row.kind == RESOLVED]
    return rows[: places[_JUDGED]] if len(places) > _JUDGED else rows


def _facts(db: Connection, resolved: Sequence[Row[Any]]) -> list[Fact]:
    cases = {case.id: case for case in cases_of(db, {row.ticket_id for row in resolved}, whole=False)}
    found = []
    for row in resolved:
        case = cases[row.ticket_id]
        fact = fcr_fact(case, row.id, cases_of(db, _others(db, case, row), whole=False))
        found += [fact] if fact is not None else []
    return found


def _others(db: Connection, case: TicketCase, resolved: Row[Any]) -> set[int]:
    """Tickets opened in the seven days that are, or were, of the same customer or conversation."""
    then = next((step.after for step in steps_of(case) if step.line.id == resolved.id), None)
    contacts = {case.contact_id, then.contact_id if then is not None else None} - {None}
    same = or_(tickets.c.conversation_id == case.conversation_id, tickets.c.contact_id.in_(contacts))
    query = (
        select(tickets.c.id)
        .join_from(tickets, ticket_events, (_E.ticket_id == tickets.c.id) & (_E.seq == 1))
        .where(same, tickets.c.id != case.id, _E.at > resolved.at, _E.at <= resolved.at + JUDGED_AFTER)
    )
    return set(db.scalars(query))
