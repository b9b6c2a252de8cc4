"""The staff's inbox of notices: what a person still has to act on, the latest of each fact, read marks per person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select

from bot.notifications.current import latest_of_each_fact, queues_taken, still_current
from bot.notifications.notice import Audience, Notice
from bot.notifications.notice_tables import notice_reads, notices
from escalation.customers.starring import starred
from escalation.staff import Staff, all_staff
from escalation.tickets.access import visible_to
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.ticket_store import tickets
from escalation.vault import Vault

FIELD = "notices.text"  # what a sealed text is bound to, beside its ref
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A notice as one member of staff sees it."""

    id: int
    ticket_id: int
    kind: str
    text: str
    at: datetime
    read: bool
    repeats: bool = False  # until somebody who works the ticket's queue taps 知道了


@dataclass(frozen=True, slots=True)
class InboxRow:
    """What one hour brought to a person, every notice of it a line, the newest first."""

    began: datetime
    lines: tuple[InboxLine, ...]

    @property
    def read(self) -> bool:
        """Whether every line is read."""
        return all(line.read for line in self.lines)


def save_notice(db: Connection, vault: Vault, notice: Notice, now: datetime) -> None:
    """Store a notice for each of its audiences; the text is sealed."""
    save_notices(db, vault, (notice,), now)


def save_notices(db: Connection, vault: Vault, many: Sequence[Notice], now: datetime) -> None:
    """Store notices for each of their audiences, in one statement; texts are sealed."""
    rows = [row for notice in many for row in _rows(vault, notice, now)]
    if rows:
        db.execute(insert(notices), rows)


def _rows(vault: Vault, notice: Notice, now: datetime) -> list[dict[str, Any]]:
    ref = uuid4().hex
    text = vault.seal(starred(notice.text), row=ref, field=FIELD)
    values = {"ticket_id": notice.ticket_id, "ref": ref, "kind": notice.kind, "text": text, "at": now}
    values["deadline_id"] = notice.deadline_id
    return [{**values, "audience": audience.kind, "name": audience.name} for audience in notice.to]


def notices_for(db: Connection, vault: Vault, who: Staff, queues: Sequence[str], limit: int = 50) -> list[InboxLine]:
    """Return this person's notices that still matter, newest first: every unread one, of those read at most `limit`."""
    found = _current(db, who, queues)
    read = {row.id for row in [row for row in found if row.read][:limit]}
    return [_line(vault, who, row) for row in found if not row.read or row.id in read]


def rows_of(lines: Sequence[InboxLine]) -> list[InboxRow]:
    """Return the lines by the hour in which they came: one row lists everything of its hour."""
    hours = groupby(lines, lambda line: line.at.replace(minute=0, second=0, microsecond=0))
    return [InboxRow(began, tuple(each)) for began, each in hours]


def count_unread(db: Connection, who: Staff, queues: Sequence[str]) -> int:
    """Return the number of notices that this person has not read and still has to act on."""
    return sum(not row.read for row in _current(db, who, queues))


def mark_read(db: Connection, who: Staff, queues: Sequence[str], ticket_id: int | None = None) -> None:
    """Mark all notices so far as read by this person; only those of a ticket, if one is given."""
    about = notices.c.ticket_id == ticket_id if ticket_id is not None else None
    unread = [row.id for row in _meant_for(db, who, queues, about) if not row.read]
    if unread:
        db.execute(insert(notice_reads), [{"notice_id": notice_id, "staff_id": who.id} for notice_id in unread])


def has_unread(db: Connection, who: Staff, queues: Sequence[str], ticket_id: int) -> bool:
    """Whether a notice of this ticket waits to be read by this person."""
    return any(not row.read for row in _meant_for(db, who, queues, notices.c.ticket_id == ticket_id))


def _line(vault: Vault, who: Staff, row: Row[Any]) -> InboxLine:
    text = starred(vault.open(row.text, row=row.ref, field=FIELD))  # older ones were kept as they were
    may_stop = who.works(row.queue) or row.holder_id == who.id
    unseen = row.kind in ("breach", "overdue") and row.schedule is not None and row.acknowledged_at is None
    repeats = unseen and may_stop and any(step.get("repeat") for step in row.schedule)
    return InboxLine(row.id, row.ticket_id, row.kind, text, row.at, row.read, repeats)


def _current(db: Connection, who: Staff, queues: Sequence[str]) -> list[Row[Any]]:
    """Newest first, each once even if they belong to several of its audiences."""
    return latest_of_each_fact(_meant_for(db, who, queues, still_current(who)))


def _meant_for(
    db: Connection, who: Staff, queues: Sequence[str], only: ColumnElement[bool] | None
) -> Sequence[Row[Any]]:
    """Notices of which an audience is this person, and whose ticket they may see; newest first."""
    taken = queues_taken(all_staff(db), who, queues)
    ways = [(Audience("staff", str(who.id))), Audience("role", who.role), *(Audience("queue", q) for q in taken)]
    meant = [or_(*(and_(notices.c.audience == way.kind, notices.c.name == way.name) for way in ways)), visible_to(who)]
    read = select(notice_reads.c.notice_id).where(notice_reads.c.staff_id == who.id)
    beside = (tickets.c.queue, tickets.c.holder_id, deadlines.c.schedule, deadlines.c.acknowledged_at)
    query = select(notices, notices.c.id.in_(read).label("read"), *beside).join_from(notices, tickets)
    query = query.outerjoin(deadlines, deadlines.c.id == notices.c.deadline_id)
    query = query.where(*meant, *([only] if only is not None else []))
    return db.execute(query.order_by(notices.c.id.desc())).all()
