"""Canned replies: the table and its SQL. One row is a person's own reply or, without an owner, the team's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from bot.storage.tables import metadata
from escalation.staff import staff

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", Integer, ForeignKey(staff.c.id), index=True),  # null: the team's
    Column("queue", String(64)),  # of a team's: offered on tickets of this queue; null: on all
    Column("code", String(16), nullable=False),  # what is typed after the slash
    Column("title", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("topic", String(64)),  # offered on tickets of this topic and tier; null: of any
    Column("tier", String(64)),
    Column("uses", Integer, nullable=False),  # replies that were sent with it
    Column("used_at", DateTime(timezone=True)),
    Column("changed_by", String(128), nullable=False),  # a sign-in name, or "sample content"
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
)
_C = canned_replies.c


@dataclass(frozen=True, slots=True)
class CannedReplyWords:
    """What a canned reply says and where it is offered; None is no limit."""

    code: str
    title: str
    text: str
    queue: str | None = None
    topic: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A canned reply as kept; without `owner_id` it is the team's."""

    id: int
    owner_id: int | None
    words: CannedReplyWords
    uses: int
    used_at: datetime | None
    changed_by: str
    changed_at: datetime
    retired_at: datetime | None

    @property
    def is_team(self) -> bool:
        """Whether it is the team's."""
        return self.owner_id is None


def list_replies(db: Connection, owner_id: int) -> list[CannedReply]:
    """Return this person's own replies and all of the team's, by code, without retired ones."""
    mine = (_C.owner_id == owner_id) | _C.owner_id.is_(None)
    query = select(canned_replies).where(mine, _C.retired_at.is_(None)).order_by(_C.code, _C.id)
    return [_reply(row) for row in db.execute(query)]


def get_reply(db: Connection, reply_id: int) -> CannedReply | None:
    """Return a reply, also a retired one; None if there is none."""
    row = db.execute(select(canned_replies).where(_C.id == reply_id)).one_or_none()
    return _reply(row) if row else None


def add_reply(db: Connection, owner_id: int | None, words: CannedReplyWords, by: str, now: datetime) -> int:
    """Add a reply and return its id."""
    values = {**_values(words), "owner_id": owner_id, "uses": 0, "changed_by": by, "changed_at": now}
    return int(db.execute(insert(canned_replies).values(values).returning(_C.id)).scalar_one())


def change_reply(db: Connection, reply_id: int, words: CannedReplyWords, by: str, now: datetime) -> None:
    """Replace what a reply says and where it is offered."""
    values = {**_values(words), "changed_by": by, "changed_at": now}
    db.execute(update(canned_replies).where(_C.id == reply_id).values(values))


def retire_reply(db: Connection, reply_id: int, by: str, now: datetime) -> None:
    """Offer a reply no longer; its row stays."""
    values = {"retired_at": now, "changed_by": by, "changed_at": now}
    db.execute(update(canned_replies).where(_C.id == reply_id).values(values))


def count_use(db: Connection, owner_id: int, reply_ids: Collection[int], now: datetime) -> None:
    """Count one use of each of these replies that this person is offered."""
    offered = (_C.owner_id == owner_id) | _C.owner_id.is_(None)
    if reply_ids:
        mine = (_C.id.in_(sorted(reply_ids)), offered)
        db.execute(update(canned_replies).where(*mine).values(uses=_C.uses + 1, used_at=now))


def _values(words: CannedReplyWords) -> dict[str, str | None]:
    return {
        "code": words.code,
        "title": words.title,
        "text": words.text,
        "queue": words.queue,
        "topic": words.topic,
        "tier": words.tier,
    }


def _reply(row: Row[tuple[object, ...]]) -> CannedReply:
    words = CannedReplyWords(row.code, row.title, row.text, row.queue, row.topic, row.tier)
    return CannedReply(
        row.id, row.owner_id, words, row.uses, row.used_at, row.changed_by, row.changed_at, row.retired_at
    )
