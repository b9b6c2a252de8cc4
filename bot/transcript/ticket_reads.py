"""Up to which line of a ticket each member of staff has read, and what customers have written to them since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Integer, Subquery, Table, and_, case, func, or_, select

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from bot.transcript.message_store import messages
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets.ticket_store import tickets

ticket_reads = Table(
    "ticket_reads",
    metadata,
    # No keys: a check would wait for whoever holds the ticket.
    Column("staff_id", Integer, primary_key=True),
    Column("ticket_id", Integer, primary_key=True),
    Column("message_id", Integer, nullable=False),
)
_MARKED = Upsert(
    ticket_reads,
    lambda row: row.on_conflict_do_update(
        index_elements=["staff_id", "ticket_id"],
        set_={"message_id": row.excluded.message_id},
        where=ticket_reads.c.message_id < row.excluded.message_id,
    ),
)


@dataclass(frozen=True, slots=True)
class Unread:
    """What customers have written on a person's tickets and they have not read yet."""

    tickets: int = 0
    newest: int = 0  # the highest message id among it
    newest_ticket: int = 0  # on which that was
    urgent: int = 0  # the highest message id on a ticket of a critical urgency or the first tier


def mark_read(db: Connection, staff_id: int, ticket_id: int) -> None:
    """Note that this person has read the ticket up to its last line."""
    last = db.scalar(select(func.max(messages.c.id)).where(messages.c.ticket_id == ticket_id))
    if last is not None:
        _MARKED.run(db, {"staff_id": staff_id, "ticket_id": ticket_id, "message_id": last})


def is_behind(db: Connection, staff_id: int, ticket_id: int) -> bool:
    """Whether the ticket has lines after the one up to which this person has read."""
    last = db.scalar(select(func.max(messages.c.id)).where(messages.c.ticket_id == ticket_id)) or 0
    mine = (ticket_reads.c.staff_id == staff_id, ticket_reads.c.ticket_id == ticket_id)
    return last > (db.scalar(select(ticket_reads.c.message_id).where(*mine)) or 0)


def unread_by(db: Connection, who: Staff, ids: Collection[int]) -> dict[int, int]:
    """Return how many lines the customer has written since this person read, of the tickets that are theirs."""
    written = _written(who, messages.c.ticket_id.in_(ids))
    query = select(written.c.ticket_id, written.c.lines).where(written.c.ticket_id.in_(ids))
    return {row.ticket_id: row.lines for row in db.execute(query)} if ids else {}


def read_unread(db: Connection, policy: Policy, who: Staff) -> Unread:
    """Return what customers have written on the person's tickets since they read them."""
    written = _written(who)
    query = select(
        written.c.ticket_id, written.c.newest, case((is_urgent(policy), written.c.newest), else_=0).label("urgent")
    ).join_from(written, tickets, tickets.c.id == written.c.ticket_id)
    rows = db.execute(query).all()
    if not rows:
        return Unread()
    last = max(rows, key=lambda row: row.newest)
    return Unread(len(rows), last.newest, last.ticket_id, max(row.urgent for row in rows))


def is_urgent(policy: Policy) -> ColumnElement[bool]:
    """Return the SQL condition on `tickets`: of a critical urgency, or of the first tier."""
    critical = [urgency.id for urgency in policy.urgencies.values() if urgency.critical]
    return or_(tickets.c.tier == next(iter(policy.tiers)), tickets.c.urgency.in_(critical))


def is_unread(who: Staff) -> ColumnElement[bool]:
    """Return the SQL condition on `tickets`: it is theirs, and the customer has written since they read it."""
    return tickets.c.id.in_(select(_written(who).c.ticket_id))


def is_theirs(who: Staff) -> ColumnElement[bool]:
    """Return the SQL condition on `tickets`: open, and held by or given to this person."""
    held = and_(tickets.c.state == "claimed", tickets.c.holder_id == who.id)
    return or_(held, and_(tickets.c.state == "waiting", tickets.c.assignee_id == who.id))


def _written(who: Staff, *where: ColumnElement[bool]) -> Subquery:
    """Per ticket of theirs: how many `lines` of its customer are unread, and the `newest` of them."""
    mine = and_(ticket_reads.c.ticket_id == messages.c.ticket_id, ticket_reads.c.staff_id == who.id)
    after = messages.c.id > func.coalesce(ticket_reads.c.message_id, 0)
    return (
        select(messages.c.ticket_id, func.count().label("lines"), func.max(messages.c.id).label("newest"))
        .select_from(messages.join(tickets, tickets.c.id == messages.c.ticket_id).outerjoin(ticket_reads, mine))
        .where(messages.c.author == "customer", is_theirs(who), after, *where)
        .group_by(messages.c.ticket_id)
        .subquery()
    )
