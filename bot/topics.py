"""Tickets as topics of a group of staff: what each topic shows, what it is to show, and who sees to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.rules import Rules
from bot.tables import metadata
from escalation.store import tickets

Instant = DateTime(timezone=True)

groups = Table(  # forum supergroups that staff work in; new topics go to the first that has room
    "groups",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("overview", Integer),  # the thread of the topic 总览 …
    Column("board", Integer),  # … and the number of the message in it that is kept up to date
    Column("shown", String(64)),  # digest of what that message says
    Column("sent", JSON, nullable=False),  # instants (ms) of the last minute's messages, by all replicas
    Column("top", BigInteger, nullable=False),  # the highest message number seen: a group has room for a million
    Column("trouble", Text),  # why nothing can be said there, for a person to mend; null: all is well
    Column("trouble_at", Instant),
)

topics = Table(
    "topics",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("chat", BigInteger),  # the group; null until the topic is made
    Column("thread", Integer),
    Column("card", Integer),  # the number of the pinned message
    Column("pinned", Boolean, nullable=False),
    Column("shown", String(64)),  # digest of the card as it stands there
    Column("title", String(128)),  # of the topic as it stands there
    Column("told", Integer, nullable=False),  # the last line of the transcript shown …
    Column("noted", Integer, nullable=False),  # … and the last note
    Column("revised", Integer, nullable=False),  # … and the last revision of a line
    Column("made", Integer, nullable=False),  # how many times a topic was made: twice when the first was deleted
    Column("closed", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),  # 0 is danger, then the tier's: the lowest is served first
    Column("wanted_at", Instant),  # since when it shows less than it should; null: it is up to date
    Column("next_at", Instant, nullable=False),  # not to be touched before: leased, or resting after a failure
    Column("attempts", Integer, nullable=False),
    Column("doing", String(16)),  # a step began whose end nobody wrote down yet: it may have happened
    Column("why", Text),  # it failed last
)
Index(
    "ix_topics_wanted",
    topics.c.rank,
    topics.c.wanted_at,
    sqlite_where=topics.c.wanted_at.is_not(None),
    postgresql_where=topics.c.wanted_at.is_not(None),
)
Index("ix_topics_chat_thread", topics.c.chat, topics.c.thread)


def want(db: Connection, rules: Rules, ticket_id: int, rank: int, now: datetime) -> None:
    """This ticket's topic has something to show: made if there is none. Does nothing where there is no desk."""
    if not rules.desk:
        return
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    fresh: dict[str, Any] = {
        "ticket_id": ticket_id,
        "pinned": False,
        "told": 0,
        "noted": 0,
        "revised": 0,
        "made": 0,
        "closed": False,
    }
    fresh |= {"rank": rank, "wanted_at": now, "next_at": now, "attempts": 0}
    statement = dialect.insert(topics).values(**fresh)
    again: dict[str, Any] = {"wanted_at": now, "rank": rank}
    db.execute(statement.on_conflict_do_update(index_elements=[topics.c.ticket_id], set_=again))


def want_all(db: Connection, rules: Rules, ticket_ids: Collection[int], now: datetime) -> None:
    """These tickets' topics, where they have one, have something to show."""
    if rules.desk and ticket_ids:
        db.execute(update(topics).where(topics.c.ticket_id.in_(ticket_ids)).values(wanted_at=now))
