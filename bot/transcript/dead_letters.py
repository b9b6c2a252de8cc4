"""Dead letters: updates from a channel that could not be handled, kept sealed until an operator has seen them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, DateTime, String, Table, Text, func, insert, select, update

from bot.storage.tables import metadata
from escalation.vault import Vault

_FIELD = "set_aside.content"

set_aside = Table(
    "set_aside",
    metadata,
    Column("key", String(160), primary_key=True),  # as in the inbox: kept once
    Column("kind", String(32), nullable=False),
    Column("chat", BigInteger),
    Column("why", Text, nullable=False),  # the kind of failure, without a word of what was written
    Column("content", Text, nullable=False),  # sealed: the update as it came
    Column("at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A dead letter that waits for an operator."""

    key: str
    kind: str
    chat: int | None
    why: str
    at: datetime


def keep(
    db: Connection, vault: Vault, key: str, kind: str, chat: int | None, why: str, content: Any, now: datetime
) -> None:
    """Store a dead letter; the caller has made sure that its key is new."""
    # Half a character, which no encoding takes, must not be the loss of what nobody could handle anyway.
    readable = json.dumps(content, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()
    sealed = vault.seal(readable, row=key, field=_FIELD)
    db.execute(insert(set_aside).values(key=key, kind=kind[:32], chat=chat, why=why[:300], content=sealed, at=now))


def waiting(db: Connection, limit: int = 100) -> list[SetAside]:
    """Return dead letters not marked as seen, newest first."""
    columns = (set_aside.c.key, set_aside.c.kind, set_aside.c.chat, set_aside.c.why, set_aside.c.at)
    query = select(*columns).where(set_aside.c.seen_at.is_(None)).order_by(set_aside.c.at.desc()).limit(limit)
    return [SetAside(*row) for row in db.execute(query)]


def content_of(db: Connection, vault: Vault, key: str) -> Any:
    """Return the update as it was received; None if there is no such key."""
    sealed = db.scalar(select(set_aside.c.content).where(set_aside.c.key == key))
    return json.loads(vault.open(sealed, row=key, field=_FIELD)) if sealed is not None else None


def mark_seen(db: Connection, key: str, now: datetime) -> bool:
    """Mark a dead letter as seen; False if none with this key was left to see."""
    mine = (set_aside.c.key == key, set_aside.c.seen_at.is_(None))
    return db.execute(update(set_aside).where(*mine).values(seen_at=now)).rowcount == 1


def count_waiting(db: Connection) -> int:
    """Return the number of dead letters not marked as seen."""
    return int(db.scalar(select(func.count()).where(set_aside.c.seen_at.is_(None))) or 0)
