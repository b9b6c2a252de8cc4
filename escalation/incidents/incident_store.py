"""Service interruptions, and the conversations notified of them: tables and SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from escalation.incidents.model import Incident, IncidentDraft
from escalation.tables import insert_into, metadata
from escalation.tickets.history import HistoryEntry, log_many
from escalation.tickets.ticket_store import tickets

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(64), nullable=False),
    Column("topics", JSON, nullable=False),  # ids of topics that it touches
    Column("words", JSON, nullable=False),  # words in a message that mean it, normalised
    Column("notice", Text, nullable=False),  # what every matching customer is told, once
    Column("declared_at", DateTime(timezone=True), nullable=False),
    Column("declared_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Integer, ForeignKey("staff.id")),
    Column("end_notice", Text),
)

incident_notices = Table(
    "incident_notices",
    metadata,
    Column("incident_id", Integer, ForeignKey("incidents.id"), primary_key=True),
    Column("conversation_id", Integer, primary_key=True),  # bot's; a plain number, as tickets keep it
    Column("told_at", DateTime(timezone=True), nullable=False),
    Column("end_told_at", DateTime(timezone=True)),
)
Index(
    "ix_incident_notices_end_untold",
    incident_notices.c.incident_id,
    sqlite_where=incident_notices.c.end_told_at.is_(None),
    postgresql_where=incident_notices.c.end_told_at.is_(None),
)

_INCIDENT = [incidents.c[f.name] for f in fields(Incident)]
_RUNNING = select(*_INCIDENT).where(incidents.c.ended_at.is_(None)).order_by(incidents.c.id)
_READ = (tickets.c.topic, tickets.c.subject)
_IS_OPEN = tickets.c.state.in_(("waiting", "claimed"))
_running = select(incidents.c.id).where(incidents.c.ended_at.is_(None)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class IncidentReach:
    """How many conversations were notified of an interruption and of its end, and how many tickets belong to it."""

    told: int = 0
    end_told: int = 0
    tickets: int = 0


def insert_incident(db: Connection, draft: IncidentDraft, staff_id: int, now: datetime) -> Incident:
    """Write a declared interruption and return it."""
    values: dict[str, Any] = {"title": draft.title, "topics": list(draft.topics), "words": list(draft.words)}
    values |= {"notice": draft.notice, "declared_at": now, "declared_by": staff_id}
    return _incident(db.execute(insert(incidents).values(**values).returning(*_INCIDENT)).one())


def running_incidents(db: Connection) -> list[Incident]:
    """Return the interruptions that have not ended, the oldest first."""
    return [_incident(row) for row in db.execute(_RUNNING)]


def latest_incidents(db: Connection, limit: int) -> list[Incident]:
    """Return interruptions, the newest first."""
    return [_incident(row) for row in db.execute(select(*_INCIDENT).order_by(incidents.c.id.desc()).limit(limit))]


def get_incident(db: Connection, incident_id: int) -> Incident | None:
    """Return the interruption of that number; None when there is none."""
    row = db.execute(select(*_INCIDENT).where(incidents.c.id == incident_id)).one_or_none()
    return _incident(row) if row else None


def lock_incident(db: Connection, incident_id: int) -> Incident | None:
    """Lock an interruption to end it: waits for all transactions that notify a customer of it. None when unknown."""
    row = db.execute(select(*_INCIDENT).where(incidents.c.id == incident_id).with_for_update()).one_or_none()
    return _incident(row) if row else None


def lock_running(db: Connection, incident_id: int) -> bool:
    """Whether it runs, and keeps running until this transaction ends.

    It is locked against its end: no customer is notified of it after its end was announced.
    """
    mine = (incidents.c.id == incident_id, incidents.c.ended_at.is_(None))
    return db.scalar(select(incidents.c.id).where(*mine).with_for_update(read=True)) is not None


def end_incident(db: Connection, incident_id: int, staff_id: int, text: str, now: datetime) -> None:
    """Write the end of an interruption."""
    values = {"ended_at": now, "ended_by": staff_id, "end_notice": text}
    db.execute(update(incidents).where(incidents.c.id == incident_id).values(**values))


def mark_notified(db: Connection, incident_id: int, conversation_ids: Collection[int], now: datetime) -> set[int]:
    """Mark these conversations as notified of it, and return those that were not before."""
    if not conversation_ids:
        return set()
    rows = [{"incident_id": incident_id, "conversation_id": each, "told_at": now} for each in sorted(conversation_ids)]
    statement = insert_into(db, incident_notices).values(rows).on_conflict_do_nothing()
    return set(db.scalars(statement.returning(incident_notices.c.conversation_id)))


def mark_end_notified(db: Connection, incident_id: int, conversation_ids: Collection[int], now: datetime) -> set[int]:
    """Mark these conversations as notified of its end, and return those that knew of it and not of its end."""
    mine = and_(incident_notices.c.incident_id == incident_id, incident_notices.c.end_told_at.is_(None))
    these = and_(mine, incident_notices.c.conversation_id.in_(conversation_ids))
    done = update(incident_notices).where(these).values(end_told_at=now)
    return set(db.scalars(done.returning(incident_notices.c.conversation_id)))


def is_notified(db: Connection, incident_id: int, conversation_id: int) -> bool:
    """Whether this conversation was notified of it."""
    return db.scalar(select(exists().where(*_ledger(incident_id, conversation_id)))) is True


def conversations_to_notify(db: Connection, incident: Incident, spellings: Collection[str], limit: int) -> list[int]:
    """Return conversations with an open ticket it affects that were not notified, or whose ticket belongs to none."""
    told = exists().where(*_ledger(incident.id, tickets.c.conversation_id))
    query = select(*_READ, tickets.c.conversation_id).where(_IS_OPEN, or_(~told, _is_free()))
    if not incident.words:  # titles are sealed, so only words need each of them
        query = query.where(tickets.c.topic.in_(incident.topics))
    rows = db.execute(query.order_by(tickets.c.conversation_id))
    touched = (row.conversation_id for row in rows if is_touched(row, incident, spellings))
    return list(islice(dict.fromkeys(touched), limit))


def tickets_to_attach(
    db: Connection, incident: Incident, spellings: Collection[str], conversation_ids: Collection[int]
) -> list[int]:
    """Return, locked, the open tickets of these conversations that it affects and that belong to no other."""
    mine = and_(_IS_OPEN, _is_free(), tickets.c.conversation_id.in_(conversation_ids))
    query = select(*_READ, tickets.c.id).where(mine).order_by(tickets.c.id).with_for_update(key_share=True)
    return [row.id for row in db.execute(query) if is_touched(row, incident, spellings)]


def attach(db: Connection, incident: Incident, ticket_ids: Sequence[int], now: datetime) -> None:
    """Make these tickets, locked in this transaction, belong to it, with a line in their histories."""
    if not ticket_ids:
        return
    db.execute(update(tickets).where(tickets.c.id.in_(ticket_ids)).values(incident_id=incident.id))
    data = {"incident": incident.id, "title": incident.title}
    log_many(db, [HistoryEntry(number, "incident", now, None, dict(data)) for number in ticket_ids])


def conversations_to_notify_end(db: Connection, limit: int) -> tuple[int, list[int]] | None:
    """Return the oldest interruption whose end was not announced to all, and conversations to notify.

    None when all were notified.
    """
    untold = and_(incident_notices.c.end_told_at.is_(None), incident_notices.c.incident_id.not_in(_running))
    first = db.scalar(select(func.min(incident_notices.c.incident_id)).where(untold))
    if first is None:
        return None
    mine = and_(incident_notices.c.incident_id == first, incident_notices.c.end_told_at.is_(None))
    query = select(incident_notices.c.conversation_id).where(mine).order_by(incident_notices.c.conversation_id)
    return first, list(db.scalars(query.limit(limit)))


def open_tickets_by_holder(db: Connection, incident_id: int) -> dict[int, list[int]]:
    """Return the numbers of its open tickets by their holder or assignee."""
    holder = func.coalesce(tickets.c.holder_id, tickets.c.assignee_id).label("holder")
    query = select(holder, tickets.c.id).where(tickets.c.incident_id == incident_id, _IS_OPEN, holder.is_not(None))
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in db.execute(query.order_by(tickets.c.id)):
        found[row.holder].append(row.id)
    return dict(found)


def reach_of(db: Connection, incident_ids: Sequence[int]) -> dict[int, IncidentReach]:
    """Return how many conversations and tickets each of them reached."""
    ledger = incident_notices.c
    told = select(ledger.incident_id, func.count(), func.count(ledger.end_told_at)).group_by(ledger.incident_id)
    known = {row[0]: (row[1], row[2]) for row in db.execute(told.where(ledger.incident_id.in_(incident_ids)))}
    attached = select(tickets.c.incident_id, func.count()).group_by(tickets.c.incident_id)
    held = {row[0]: row[1] for row in db.execute(attached.where(tickets.c.incident_id.in_(incident_ids)))}
    return {each: IncidentReach(*known.get(each, (0, 0)), held.get(each, 0)) for each in incident_ids}


def change_number(db: Connection) -> int:
    """Return a number that grows whenever an interruption begins or ends."""
    return int(db.scalar(select(func.count() + func.count(incidents.c.ended_at)).select_from(incidents)) or 0)


def move_notices(db: Connection, from_id: int, to_id: int) -> None:
    """Count what one conversation was told of as told to another, which it has become part of."""
    known = select(incident_notices.c.incident_id).where(incident_notices.c.conversation_id == to_id).scalar_subquery()
    mine = incident_notices.c.conversation_id == from_id
    db.execute(delete(incident_notices).where(mine, incident_notices.c.incident_id.in_(known)))
    db.execute(update(incident_notices).where(mine).values(conversation_id=to_id))


def _ledger(incident_id: int, conversation_id: Any) -> tuple[ColumnElement[bool], ...]:
    mine = incident_notices.c
    return mine.incident_id == incident_id, mine.conversation_id == conversation_id


def is_touched(row: Row[*tuple[Any, ...]], incident: Incident | IncidentDraft, spellings: Collection[str]) -> bool:
    """Whether an interruption affects a ticket, given as a row with its topic and subject."""
    title = row.subject.casefold()
    return row.topic in incident.topics or any(word.casefold() in title for word in spellings)


def _is_free() -> ColumnElement[bool]:
    # One that belonged to an interruption which is over may belong to the next; what a person has said stays.
    free = or_(tickets.c.incident_id.is_(None), tickets.c.incident_id.not_in(_running))
    return and_(free, ~tickets.c.set_by_hand.contains("|incident|"))


def _incident(row: Row[Any]) -> Incident:
    values = row._asdict()
    return Incident(**values | {"topics": tuple(row.topics), "words": tuple(row.words)})
