"""Verifies every ticket's history against its hash chain, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, String, exists, select, type_coerce

from escalation.column_seal import MARK
from escalation.journal.erased_lines import ErasedCount, Erasure, erasure_of
from escalation.journal.keyed import key_of
from escalation.sealed_columns import UnreadableJson, opened_json
from escalation.tickets.hash_chain import ChainFault, Head, HistoryRecord, Trail
from escalation.tickets.history import DATA, TRACED, ticket_events
from escalation.tickets.ticket_store import tickets

AT_ONCE = 2_000  # rows held in memory
MOST_TOLD = 1_000  # faults kept; the rest is counted


@dataclass
class AuditResult:
    """What an audit read, and its faults."""

    tickets: int = 0
    lines: int = 0
    before: int = 0  # lines from before there was a chain
    count: int = 0  # of faults
    erased: ErasedCount = field(default_factory=ErasedCount)
    faults: list[ChainFault] = field(default_factory=list)

    def note(self, faults: list[ChainFault]) -> None:
        """Count all faults, keep the first ones."""
        self.count += len(faults)
        self.faults += faults[: MOST_TOLD - len(self.faults)]


def verify(
    db: Connection, ticket_id: int | None = None, kept: Mapping[int, Head] | None = None, *, key: bytes | None = None
) -> AuditResult:
    """Verify the whole history, or that of one ticket; `kept` are heads noted elsewhere before.

    `key`: another one than that of the connection; empty for the chains of before there was one.
    """
    secret = key_of(db) if key is None else key
    found, kept = AuditResult(), dict(kept or {})
    if ticket_id is not None:
        kept = {number: head for number, head in kept.items() if number == ticket_id}
    began = db.scalar(_first_hashed())
    rows = db.execute(_lines(ticket_id).execution_options(yield_per=AT_ONCE))
    for number, group in groupby(rows, key=lambda row: row.ticket_id):
        trail = Trail(number, began, kept.pop(number, None), secret)
        head, told, now = None, dict[str, Any](), dict[str, Any]()
        for row in group:
            head = Head(row.events, row.head) if row.events is not None else None
            line = _line(row)
            trail.read(line)
            found.erased.note(line.erased)
            told |= (line.data or {}).get("after") or {}
            now = {name: getattr(row, f"now_{name}") for name in TRACED}
            found.lines += 1
        found.tickets += 1
        found.note(trail.finish(head))
        found.note(_replayed(number, told, now) if head is not None else [])
        found.before += trail.before
    _read_bare(db, ticket_id, kept, found)
    found.note([ChainFault(number, None, "it was kept elsewhere, but is gone.") for number in sorted(kept)])
    return found


def heads(db: Connection) -> Iterator[tuple[int, Head]]:
    """Yield every ticket's number and head, in order."""
    query = select(tickets.c.id, tickets.c.events, tickets.c.head).order_by(tickets.c.id)
    for row in db.execute(query.execution_options(yield_per=AT_ONCE)):
        yield row.id, Head(row.events, row.head)


def _read_bare(db: Connection, ticket_id: int | None, kept: dict[int, Head], found: AuditResult) -> None:
    """Tickets without a single line."""
    query = select(tickets.c.id, tickets.c.events, tickets.c.head)
    query = query.where(~exists().where(ticket_events.c.ticket_id == tickets.c.id)).order_by(tickets.c.id)
    for row in db.execute(query.where(tickets.c.id == ticket_id) if ticket_id is not None else query):
        found.tickets += 1
        found.note(Trail(row.id, None, kept.pop(row.id, None)).finish(Head(row.events, row.head)))


def _first_hashed() -> Select[Any]:
    return select(ticket_events.c.id).where(ticket_events.c.hash != "").order_by(ticket_events.c.id).limit(1)


def _lines(ticket_id: int | None) -> Select[Any]:
    # `at` and `data` as the driver gives them: what was spoilt past the desk is a fault to tell, not to stumble over.
    spoilt = ("at", "data", "erased_at")
    columns = [column for column in ticket_events.c if column.name not in spoilt]
    raw = [type_coerce(ticket_events.c[name], String).label(name) for name in spoilt]
    now = [tickets.c[name].label(f"now_{name}") for name in TRACED]
    query = select(*columns, *raw, *now, tickets.c.events, tickets.c.head)
    query = query.outerjoin_from(ticket_events, tickets, tickets.c.id == ticket_events.c.ticket_id)
    if ticket_id is not None:
        query = query.where(ticket_events.c.ticket_id == ticket_id)
    return query.order_by(ticket_events.c.ticket_id, ticket_events.c.seq)


def _replayed(number: int, told: Mapping[str, Any], now: Mapping[str, Any]) -> list[ChainFault]:
    """Where the row is not what its history says it became."""
    wrong = [name for name in TRACED if name in told and told[name] != now[name]]
    return [
        ChainFault(number, None, f'its {name} is "{now[name]}", though its history ends with "{told[name]}".')
        for name in wrong
    ]


def _line(row: Row[Any]) -> HistoryRecord:
    erased = erasure_of(row.erased_by, _at(row.erased_at), row.erasure)
    if erased is None and row.erased_at is not None:
        erased = Erasure(None, None, None)
    said = (row.id, row.ticket_id, row.seq, _at(row.at), row.kind, row.staff_id, _data(row.data))
    return HistoryRecord(*said, row.hash, row.salt, erased)


def _at(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(at, datetime):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at  # SQLite keeps UTC without saying so


def _data(value: Any) -> dict[str, Any] | None:
    try:
        is_text = isinstance(value, str) and not value.startswith(MARK)
        data = opened_json(json.loads(value) if is_text else value, DATA)
    except ValueError:
        return None
    return data if isinstance(data, dict) and not isinstance(data, UnreadableJson) else None
