"""Post what must be said; claim a row under a lease; write down what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    select,
    true,
    update,
)

from bot.messages import Button, Delivery, Later, Never, Outgoing, Sent, button_from
from bot.tables import metadata

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 30
MAX_AGE = timedelta(days=1)  # a network that is away for hours costs no message
LONGEST_PAUSE = 300.0  # seconds between tries whose end nobody knows: each may have arrived

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("ref", String(32)),  # what a sealed text is bound to; null: the text is plain
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("state", String(8), nullable=False),  # pending | sent | dead
    Column("attempts", Integer, nullable=False),
    Column("in_flight", Boolean, nullable=False),  # a send began whose end nobody wrote down yet
    Column("retried", Boolean, nullable=False),  # an earlier try may have arrived: the text is labelled
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("why", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("rank", Integer, nullable=False, server_default="9"),  # the lowest goes first; 0 is danger, then the tier's
    Column("reply_to", BigInteger),  # the channel's number of the message this one answers
    Column("content", JSON),  # what is not words: {"copy": [chat, number, …]} | {"place": [latitude, longitude]}
    Column("line", Integer),  # the line of the transcript it carries: its number at the channel is kept
)
Index("ix_outbox_channel_address_id", outbox.c.channel, outbox.c.address, outbox.c.id)
Index(
    "ix_outbox_pending",
    outbox.c.next_at,
    sqlite_where=outbox.c.state == "pending",
    postgresql_where=outbox.c.state == "pending",
)


def post(
    db: Connection,
    channel: str,
    address: str,
    text: str,
    now: datetime,
    buttons: Sequence[Button] = (),
    ref: str | None = None,
    *,
    rank: int = 9,
    reply_to: int | None = None,
    content: Mapping[str, Any] | None = None,
    line: int | None = None,
) -> int:
    """Promise that this will be said; returns its row. The network is not touched before the transaction commits.

    `rank`: the lowest goes first when many wait. `reply_to`: the channel's number of the message it answers.
    `content`: what is not words. `line`: the line of the transcript it carries.
    """
    values: dict[str, Any] = {
        "channel": channel,
        "address": address,
        "text": text,
        "state": "pending",
        "attempts": 0,
        "ref": ref,
    }
    values |= {"buttons": [button.as_json() for button in buttons], "in_flight": False, "retried": False}
    values |= {"rank": rank, "reply_to": reply_to, "content": dict(content) if content else None, "line": line}
    key = db.execute(insert(outbox).values(**values, next_at=now, created_at=now)).inserted_primary_key
    assert key is not None
    return int(key[0])


def claim_one(db: Connection, channel: str, now: datetime) -> Outgoing | None:
    """The oldest row due, leased to the caller; only the first pending row of each address, so that order is kept."""
    due = and_(outbox.c.id.in_(_first_of_each_address(channel)), outbox.c.state == "pending", outbox.c.next_at <= now)
    query = select(outbox).where(due).order_by(outbox.c.id).limit(1)
    row = db.execute(query.with_for_update(skip_locked=True, of=outbox)).one_or_none()
    if row is None:
        return None
    retried = row.retried or row.in_flight
    leased = {"next_at": now + LEASE, "attempts": row.attempts + 1, "in_flight": True, "retried": retried}
    mine = and_(outbox.c.id == row.id, outbox.c.attempts == row.attempts, outbox.c.state == "pending")
    if db.execute(update(outbox).where(mine).values(**leased)).rowcount != 1:
        return None
    buttons = tuple(button_from(button) for button in row.buttons)
    return Outgoing(
        row.id,
        row.channel,
        row.address,
        row.text,
        buttons,
        row.attempts + 1,
        retried,
        row.created_at,
        ref=row.ref,
        rank=row.rank,
        reply_to=row.reply_to,
        content=row.content,
        line=row.line,
    )


def conclude(db: Connection, message: Outgoing, outcome: Delivery, now: datetime) -> None:
    """Write down what became of a send; a row that can never go out stays as a dead letter with its reason.

    Whoever took so long that the lease ran out may only say that it arrived: the rest is up to who has it now.
    """
    values: dict[str, Any]
    mine = outbox.c.attempts == message.attempts
    match outcome:
        case Sent():
            values = {"state": "sent", "sent_at": now, "why": None}
            mine = true()
        case Never(why):
            values = {"state": "dead", "why": why}
        case Later(_, why, _) if message.attempts >= MAX_ATTEMPTS and now - message.created_at >= MAX_AGE:
            values = {"state": "dead", "why": f"gave up after {message.attempts} tries: {why}"}
        case Later(seconds, why, ambiguous):
            pause = timedelta(seconds=_growing(seconds, message.attempts) if ambiguous else seconds)
            values = {"next_at": now + pause, "why": why, "retried": message.retried or ambiguous}
    here = and_(outbox.c.id == message.id, outbox.c.state == "pending", mine)
    db.execute(update(outbox).where(here).values(in_flight=False, **values))


def next_pending(db: Connection, channel: str) -> datetime | None:
    """When the next row of this channel can be claimed; a row behind another of its address does not count."""
    query = select(func.min(outbox.c.next_at)).where(outbox.c.id.in_(_first_of_each_address(channel)))
    due: datetime | None = db.scalar(query)
    return due


def _growing(seconds: float, attempts: int) -> float:
    return max(seconds, min(seconds * 2.0 ** min(attempts - 1, 10), LONGEST_PAUSE))


def _first_of_each_address(channel: str) -> Select[tuple[int]]:
    # One pass over what is pending: asking of each row whether another comes before it takes the square of that.
    waiting = (outbox.c.channel == channel, outbox.c.state == "pending")
    return select(func.min(outbox.c.id)).where(*waiting).group_by(outbox.c.address)


def count_dead(db: Connection) -> int:
    """Letters that could not be delivered."""
    return int(db.scalar(select(func.count()).where(outbox.c.state == "dead")) or 0)
