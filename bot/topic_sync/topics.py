"""The state of each ticket's topic in a staff group: what it shows, and since when it is out of date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    func,
    select,
    update,
)

from bot.rules import Rules
from bot.storage.tables import metadata
from bot.storage.upsert import Upsert, insert_or_nothing
from escalation.sealed_columns import SealedText
from escalation.tickets import changes
from escalation.tickets.ticket_store import tickets

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
    Column(
        "next_at", Instant
    ),  # the overview is not to be touched before: leased by a replica, or changed a moment ago
    Column("moved_to", BigInteger),  # the group became another chat, though the setting still names this one
)

DANGER = 0  # a rank before any tier's
# With the highest tier, and after its customers: a stranger's word alone must not keep those waiting.
DANGER_OF_STRANGER = 1

topics = Table(
    "topics",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("chat", BigInteger),  # the group; null until the topic is made
    Column("thread", Integer),
    Column("card", Integer),  # the number of the pinned message
    Column("pinned", Boolean, nullable=False),
    Column("shown", String(64)),  # digest of the card as it stands there
    Column("title", SealedText("topics.title", 128)),  # of the topic as it stands there
    Column("told", Integer, nullable=False),  # the last line of the transcript shown …
    Column("noted", Integer, nullable=False),  # … and the last note
    Column("revised", Integer, nullable=False),  # … and the last revision of a line
    Column("made", Integer, nullable=False),  # how many times a topic was made: twice when the first was deleted
    Column("closed", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),  # DANGER, then the tier's: the lowest is served first
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


_BEGIN_GROUP = insert_or_nothing(groups)
_FRESH: dict[str, Any] = {
    "pinned": False,
    "told": 0,
    "noted": 0,
    "revised": 0,
    "made": 0,
    "closed": False,
    "attempts": 0,
}
# Whoever waits already keeps their place: a ticket in which much happens must not go to the end each time.
_WANT = Upsert(
    topics,
    lambda row: row.on_conflict_do_update(
        index_elements=[topics.c.ticket_id],
        set_={"wanted_at": func.coalesce(topics.c.wanted_at, row.excluded.wanted_at), "rank": row.excluded.rank},
    ),
)


def mark_changed(db: Connection, rules: Rules, now: datetime) -> None:
    """Mark the topics of tickets changed in this transaction as out of date; registered as `Database.before_commit`.

    Does nothing without staff groups. For a closed ticket no topic is created, and a new line alone marks nothing.
    """
    changed = changes.changed_tickets(db) if rules.topic_groups else {}
    if not changed:
        return
    columns = (tickets.c.id, tickets.c.tier, tickets.c.urgency, tickets.c.state, tickets.c.contact_id)
    found = db.execute(select(*columns).where(tickets.c.id.in_(changed)).order_by(tickets.c.id)).all()
    want(db, {row.id: _rank(rules, row) for row in found if row.state != "closed"}, now)
    want_again(db, [row.id for row in found if row.state == "closed" and changed[row.id]], now)


def want(db: Connection, ranks: Mapping[int, int], now: datetime) -> None:
    """Mark the topics of these tickets (id → rank, the lowest first) as out of date; those without a topic get one."""
    at = {"wanted_at": now, "next_at": now}
    if ranks:
        _WANT.run(db, [{**_FRESH, **at, "ticket_id": number, "rank": rank} for number, rank in ranks.items()])


def want_again(db: Connection, ticket_ids: Collection[int], now: datetime) -> None:
    """Mark existing topics of these tickets as out of date."""
    if ticket_ids:
        # Also those wanted already: whoever looks at one just now, and saw less than this, is waited for.
        mine = topics.c.ticket_id.in_(ticket_ids)
        db.execute(update(topics).where(mine).values(wanted_at=func.coalesce(topics.c.wanted_at, now)))


def _rank(rules: Rules, ticket: Any) -> int:
    if not rules.policy.urgency_of(ticket.urgency).critical:
        return rules.policy.tier_of(ticket.tier).rank
    return DANGER if ticket.contact_id is not None else DANGER_OF_STRANGER


def links(db: Connection, ticket_ids: Collection[int]) -> dict[int, str]:
    """Return the t.me links to these tickets' topics, which members of the group can open; by ticket id."""
    mine = (topics.c.ticket_id.in_(ticket_ids), topics.c.thread.is_not(None))
    found = db.execute(select(topics.c.ticket_id, topics.c.chat, topics.c.thread).where(*mine))
    return {row.ticket_id: link(row.chat, row.thread) for row in found}


def link(chat: int, thread: int) -> str:
    """Return the t.me link to a topic, which members of its group can open."""
    return f"https://t.me/c/{str(chat).removeprefix('-100')}/{thread}"


def ticket_at(db: Connection, chat: int, thread: int) -> int | None:
    """Return the id of the ticket that a topic belongs to."""
    found: int | None = db.scalar(select(topics.c.ticket_id).where(topics.c.chat == chat, topics.c.thread == thread))
    return found


def move_group(db: Connection, old: int, new: int) -> None:
    """Replace a group's chat id after Telegram has changed it; its topics move along. May be repeated.

    Topics are locked before groups, in the order in which the topic worker locks them.
    """
    known = {row.chat: row for row in db.execute(select(groups).where(groups.c.chat.in_((old, new))))}
    if old == new or (old in known and known[old].moved_to is not None):
        return
    db.execute(update(topics).where(topics.c.chat == old).values(chat=new))
    _BEGIN_GROUP.run(db, [{"chat": chat, "sent": [], "top": 0} for chat in (old, new)])
    heard = known[old].sent if old in known else []
    db.execute(update(groups).where(groups.c.chat == new).values(sent=heard))
    gone: dict[str, Any] = {"moved_to": new, "overview": None, "board": None, "shown": None, "trouble": None}
    db.execute(update(groups).where(groups.c.chat == old).values(**gone))
