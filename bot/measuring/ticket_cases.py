"""Reads all that the facts of tickets are made of, many tickets at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from bot.storage.conditions import is_among
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from escalation.measures.ticket_case import TELL_LATE, Line, MetDeadline, Spell, TicketCase
from escalation.tickets.deadline_store import DEADLINE_COLUMNS, DeadlineRow, deadlines
from escalation.tickets.handling_spells import handling_spells
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets
from escalation.tickets.told_facts import MERGED, merged_here

_T, _E = tickets.c, ticket_events.c
_TICKET = [_T.id, _T.conversation_id, _T.contact_id, _T.tier, _T.queue, _T.topic, _T.complaint, _T.reason]


def cases_of(db: Connection, numbers: Collection[int], *, whole: bool = True) -> list[TicketCase]:
    """Return tickets with their histories, in order; if not `whole`, without deadlines, spells and answers given."""
    lines = _lines(db, numbers)
    owed = _deadlines(db, numbers) if whole else {}
    spells = _spells(db, numbers) if whole else {}
    query = (
        select(*_TICKET, _T.channel, conversations.c.channel.label("talk_channel"))
        .join_from(tickets, conversations, conversations.c.id == _T.conversation_id)
        .where(is_among(db, _T.id, numbers))
        .order_by(_T.id)
    )
    found = []
    for row in db.execute(query).all():
        whole_of: dict[str, Any] = owed.get(row.id, {}) | {"spells": spells.get(row.id, ())}
        if whole:
            whole_of["given"] = _given(db, row.conversation_id, lines[row.id])
            whole_of["told_elsewhere"] = _told_elsewhere(db, row.id, lines[row.id])
        case = {column.name: value for column, value in zip(_TICKET, row, strict=False)}
        channel = row.channel or row.talk_channel
        found.append(TicketCase(**case, channel=channel, lines=lines[row.id], **whole_of))
    return found


def _lines(db: Connection, numbers: Collection[int], *where: ColumnElement[bool]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    mine = (is_among(db, _E.ticket_id, numbers), *where)
    query = select(_E.ticket_id, _E.id, _E.seq, _E.at, _E.kind, _E.staff_id, _E.data).where(*mine)
    for row in db.execute(query.order_by(_E.ticket_id, _E.seq, _E.id)):
        found[row.ticket_id].append(Line(*row[1:]))
    return found


def _deadlines(db: Connection, numbers: Collection[int]) -> dict[int, dict[str, Any]]:
    """By ticket, the deadlines that were met, and of which milestones there is one that is no promise."""
    found: dict[int, list[DeadlineRow]] = defaultdict(list)
    mine = is_among(db, deadlines.c.ticket_id, numbers)
    for row in db.execute(select(*DEADLINE_COLUMNS).where(mine).order_by(deadlines.c.id)):
        found[row.ticket_id].append(DeadlineRow(*row))
    return {
        number: {
            "deadlines": tuple(_met(one) for one in rows if one.state == "met"),
            "targets": frozenset(one.milestone for one in rows if one.kind != "promise"),
        }
        for number, rows in found.items()
    }


def _told_elsewhere(db: Connection, number: int, lines: Sequence[Line]) -> Sequence[Line]:
    """The lines that tell of lateness in the tickets merged into this one."""
    if not any(line.kind == MERGED for line in lines):
        return ()
    merged = {*merged_here(db, number)}
    told = _lines(db, merged, _E.kind.in_(TELL_LATE))
    return [line for each in sorted(merged) for line in told[each]]


def _spells(db: Connection, numbers: Collection[int]) -> dict[int, list[Spell]]:
    found: dict[int, list[Spell]] = defaultdict(list)
    mine = is_among(db, handling_spells.c.ticket_id, numbers)
    for row in db.execute(select(handling_spells).where(mine).order_by(handling_spells.c.id)):
        found[row.ticket_id].append(Spell(row.began_at, row.ended_at))
    return found


def _met(one: DeadlineRow) -> MetDeadline:
    return MetDeadline(one.milestone, one.started_at, one.due_at, one.settled_at or one.due_at, one.has_told_its_end)


def _given(db: Connection, conversation_id: int, lines: Iterable[Line]) -> dict[str, datetime]:
    """When the bot first gave the answers that agents sent in the ticket, by article."""
    wanted = {line.data["article"] for line in lines if line.kind == "replied" and line.data.get("article")}
    if not wanted:
        return {}
    said = (messages.c.conversation_id == conversation_id, messages.c.author == "bot")
    found: dict[str, datetime] = {}
    for row in db.execute(select(messages.c.at, messages.c.meta).where(*said).order_by(messages.c.id)):
        article = row.meta.get("article")
        if article in wanted:
            found.setdefault(article, row.at)
    return found
