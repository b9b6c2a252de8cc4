"""The staff's inbox of notices: one row per notice and audience, read marks per person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
)

from bot.notifications.notice import Audience, Notice
from bot.storage.tables import metadata
from escalation.staff import Staff, staff
from escalation.tickets.access import visible_to
from escalation.tickets.ticket_store import tickets
from escalation.vault import Vault

FIELD = "notices.text"  # what a sealed text is bound to, beside its ref

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), nullable=False),
    Column("ref", String(32), nullable=False),  # the same for all audiences of one notice
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),  # sealed: it names the customer
    Column("audience", String(8), nullable=False),  # staff | queue | role
    Column("name", String(64), nullable=False),  # a staff id, a queue, a role
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_notices_audience_name_id", "audience", "name", "id"),
)

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("notice_id", Integer, ForeignKey(notices.c.id), primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), primary_key=True),
)


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A notice as one member of staff sees it."""

    id: int
    ticket_id: int
    kind: str
    text: str
    at: datetime
    read: bool


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
    text = vault.seal(notice.text, row=ref, field=FIELD)
    values = {"ticket_id": notice.ticket_id, "ref": ref, "kind": notice.kind, "text": text, "at": now}
    return [{**values, "audience": audience.kind, "name": audience.name} for audience in notice.to]


def notices_for(db: Connection, vault: Vault, who: Staff, queues: Sequence[str], limit: int = 50) -> list[InboxLine]:
    """Return the newest notices for this person, each once even if they belong to several of its audiences."""
    read = select(notice_reads.c.notice_id).where(notice_reads.c.staff_id == who.id)
    query = select(notices, notices.c.id.in_(read).label("read")).where(_meant_for(who, queues))
    found: dict[str, InboxLine] = {}
    for row in db.execute(query.order_by(notices.c.id.desc()).limit(limit * 3)):
        if row.ref not in found:
            text = vault.open(row.text, row=row.ref, field=FIELD)
            found[row.ref] = InboxLine(row.id, row.ticket_id, row.kind, text, row.at, row.read)
    return list(found.values())[:limit]


def count_unread(db: Connection, who: Staff, queues: Sequence[str]) -> int:
    """Return the number of notices that this person has not read."""
    read = select(notice_reads.c.notice_id).where(notice_reads.c.staff_id == who.id)
    query = select(func.count(notices.c.ref.distinct()))
    query = query.where(and_(_meant_for(who, queues), notices.c.id.not_in(read)))
    return int(db.scalar(query) or 0)


def mark_read(db: Connection, who: Staff, queues: Sequence[str]) -> None:
    """Mark all notices so far as read by this person."""
    read = select(notice_reads.c.notice_id).where(notice_reads.c.staff_id == who.id)
    unread = db.scalars(select(notices.c.id).where(_meant_for(who, queues), notices.c.id.not_in(read))).all()
    if unread:
        db.execute(insert(notice_reads), [{"notice_id": notice_id, "staff_id": who.id} for notice_id in unread])


def _meant_for(who: Staff, queues: Sequence[str]) -> ColumnElement[bool]:
    """The condition on notices for this person: an audience is theirs, and they may see the ticket it tells of."""
    seen = notices.c.ticket_id.in_(select(tickets.c.id).where(visible_to(who)))
    ways = [(Audience("staff", str(who.id))), Audience("role", who.role), *(Audience("queue", q) for q in queues)]
    return and_(seen, or_(*(and_(notices.c.audience == way.kind, notices.c.name == way.name) for way in ways)))
