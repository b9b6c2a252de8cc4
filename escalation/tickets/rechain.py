"""Writes every ticket's history anew with the key, once, and says what was wrong with the chains before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from escalation.journal.keyed import key_of
from escalation.tickets import audit
from escalation.tickets.hash_chain import Head, digest, link
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets

AT_ONCE = 1_000
MOST_TOLD = 100

_LINE = update(ticket_events).where(ticket_events.c.id == bindparam("line")).values(hash=bindparam("new"))
_HEAD = (
    update(tickets).where(tickets.c.id == bindparam("ticket")).values(events=bindparam("lines"), head=bindparam("end"))
)


def rechain(db: Connection) -> dict[str, Any]:
    """Key every history's chain; return how many there are, the digest of their heads before, and their faults.

    What did not verify before is told and chained as it stands: the faults are for the journal to keep. The database's
    guard is lifted for this transaction.
    """
    found = audit.verify(db, key=b"")
    before = digest(audit.heads(db))
    _unguarded(db, lambda: _write(db))
    said = [str(fault) for fault in found.faults[:MOST_TOLD]]
    return {"tickets": found.tickets, "lines": found.lines, "digest": before, "faults": found.count, "found": said}


def _write(db: Connection) -> None:
    top = db.scalar(select(func.max(tickets.c.id))) or 0
    for first in range(1, top + 1, AT_ONCE):
        for number, head, lines in _chained(db, first, first + AT_ONCE):
            if lines:
                db.execute(_LINE, lines)
            db.execute(_HEAD, {"ticket": number, "lines": head.lines, "end": head.hash})


def _chained(db: Connection, first: int, end: int) -> Iterator[tuple[int, Head, list[dict[str, Any]]]]:
    mine = ticket_events.c.ticket_id.between(first, end - 1)
    rows = db.execute(select(ticket_events).where(mine).order_by(ticket_events.c.ticket_id, ticket_events.c.seq)).all()
    for number, group in groupby(rows, key=lambda row: row.ticket_id):
        head, lines = Head(0, ""), []
        for row in group:
            line = (number, row.seq, row.at, row.kind, row.staff_id, row.data)
            new = link(head.hash, *line, key=key_of(db), salt=row.salt)
            lines.append({"line": row.id, "new": new})
            head = Head(row.seq, new)
        yield number, head, lines


def _unguarded(db: Connection, write: Any) -> None:
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("ALTER TABLE ticket_events DISABLE TRIGGER ticket_events_no_change")
        write()
        db.exec_driver_sql("ALTER TABLE ticket_events ENABLE TRIGGER ticket_events_no_change")
        return
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'ticket_events_no_update'"
    guards = db.exec_driver_sql(query).scalars().all()
    for _ in guards:
        db.exec_driver_sql("DROP TRIGGER ticket_events_no_update")
    write()
    for guard in guards:
        db.exec_driver_sql(guard)
