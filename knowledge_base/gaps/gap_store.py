"""Questions without an answer: the table and its SQL. Texts are masked by the caller."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Connection, DateTime, Index, Integer, String, Table, Text, and_, insert, select, update

from knowledge_base.gaps.clustering import Gap, Reason
from knowledge_base.revisions.revision_store import metadata

Settled = Literal["accepted", "dismissed"]

gaps = Table(
    "kb_gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", String(16), nullable=False),  # unanswered | suggested | rejected | human
    Column("text", Text, nullable=False),
    Column("reply", Text),  # what a person answered
    Column("article_id", String),  # rejected: that question; suggested: the one the customer tapped
    Column("ticket_id", Integer),  # no foreign key: this package does not know the other's tables
    Column("state", String(16), nullable=False),  # open | accepted | dismissed
    Column("settled_at", DateTime(timezone=True)),
    Column("settled_by", Text),
    Column("conversation_id", Integer),  # whose message it was; no foreign key either
    Column("tier", String(32)),  # which its customer had then
    Column("answered_by", String),  # accepted: the article under which its question was published
    Index("ix_kb_gaps_state_at", "state", "at"),
    Index("ix_kb_gaps_ticket_id", "ticket_id"),
)
GAP = [gaps.c[name] for name in ("id", "at", "reason", "text", "reply", "article_id", "ticket_id")]
# What all messages of one decision have in common.
DECISION = [gaps.c[name] for name in ("settled_at", "settled_by", "state", "answered_by")]
is_open = gaps.c.state == "open"
is_answered = gaps.c.state == "accepted"


def add_gap(
    db: Connection,
    reason: Reason,
    text: str,
    now: datetime,
    *,
    reply: str | None = None,
    article_id: str | None = None,
    ticket_id: int | None = None,
    conversation_id: int | None = None,
    tier: str | None = None,
) -> int:
    """Write a masked message and return its number."""
    values = {"reason": reason, "text": text, "reply": reply, "article_id": article_id, "ticket_id": ticket_id}
    values |= {"conversation_id": conversation_id, "tier": tier}
    return int(db.execute(insert(gaps).values(**values, at=now, state="open").returning(gaps.c.id)).scalar_one())


def note_chosen(db: Connection, gap_id: int, article_id: str) -> None:
    """Note the suggested article that the customer chose."""
    # After another suggestion that was no help, too: which one is right is worth more than which one was not.
    mine = (gaps.c.id == gap_id, gaps.c.reason.in_(("suggested", "rejected")), is_open)
    db.execute(update(gaps).where(*mine).values(reason="suggested", article_id=article_id))


def note_rejected(db: Connection, gap_id: int, article_id: str) -> bool:
    """Note that the chosen article did not help; return False when the gap is no longer open."""
    mine = (gaps.c.id == gap_id, gaps.c.reason == "suggested", is_open)
    values = {"reason": "rejected", "article_id": article_id}
    return db.execute(update(gaps).where(*mine).values(**values).returning(gaps.c.id)).one_or_none() is not None


def file_gaps(db: Connection, ids: Collection[int], ticket_id: int) -> None:
    """Note the ticket that these messages led to."""
    if ids:
        mine = (gaps.c.id.in_(ids), gaps.c.ticket_id.is_(None))
        db.execute(update(gaps).where(*mine).values(ticket_id=ticket_id))


def keep_reply(db: Connection, ticket_id: int, reply: str) -> bool:
    """Save an agent's reply to the ticket's gaps without one; return False when the ticket has no gap."""
    mine = gaps.c.ticket_id == ticket_id
    db.execute(update(gaps).where(mine, gaps.c.reply.is_(None)).values(reply=reply))
    return db.execute(select(gaps.c.id).where(mine).limit(1)).one_or_none() is not None


def open_gaps(db: Connection, limit: int = 5_000) -> tuple[Gap, ...]:
    """Return the newest open gaps."""
    query = select(*GAP).where(is_open).order_by(gaps.c.at.desc(), gaps.c.id.desc())
    return tuple(Gap(*row) for row in db.execute(query.limit(limit)))


def settle(
    db: Connection, ids: Collection[int], state: Settled, by: str, now: datetime, article_id: str | None = None
) -> int:
    """Close gaps with this state; return how many were still open. `article_id`: what answers an accepted one."""
    mine = (gaps.c.id.in_(ids), is_open)
    values = {"state": state, "settled_at": now, "settled_by": by, "answered_by": article_id}
    return len(db.execute(update(gaps).where(*mine).values(**values).returning(gaps.c.id)).all())


def decided_with(db: Connection, number: int) -> tuple[int, ...]:
    """Return the numbers of the messages that were settled with this one, in order; none if it is open."""
    mine = select(*DECISION).where(gaps.c.id == number, ~is_open).subquery()
    same = [column.is_not_distinct_from(mine.c[column.name]) for column in DECISION]
    return tuple(db.scalars(select(gaps.c.id).join(mine, and_(*same)).order_by(gaps.c.id)))


def settled_at(db: Connection, number: int) -> datetime | None:
    """Return when a gap was settled; None if it is open."""
    found: datetime | None = db.scalar(select(gaps.c.settled_at).where(gaps.c.id == number))
    return found


def reopen(db: Connection, ids: Collection[int]) -> int:
    """Open settled gaps again; return how many were settled."""
    values = {"state": "open", "settled_at": None, "settled_by": None, "answered_by": None}
    mine = (gaps.c.id.in_(ids), ~is_open)
    return len(db.execute(update(gaps).where(*mine).values(**values).returning(gaps.c.id)).all())
