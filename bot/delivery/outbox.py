"""The outbox: post messages, claim due rows under a lease, record the outcome of each send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    Row,
    String,
    Table,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.delivery.undeliverable import note_undelivered
from bot.messages import Button, Delivery, Later, Never, Outgoing, Sent, button_from
from bot.storage.tables import metadata
from bot.transcript.channel_message_ids import ChannelMessage, chat_of, id_in, remember_ids
from bot.wording.business import undelivered
from escalation.sealed_columns import SealedJson, SealedText

STAFF_CHAT = "staff"  # the channel that leads to staff's chats and topics
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
    Column("ref", String(32)),  # of an earlier version: what the text is sealed for, before the column seals it
    Column("text", SealedText("outbox.text"), nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("state", String(8), nullable=False),  # pending | sent | dead
    Column("attempts", Integer, nullable=False),
    Column("in_flight", Boolean, nullable=False),  # a send began whose end nobody wrote down yet
    Column("retried", Boolean, nullable=False),  # an earlier try may have arrived: the text is labelled
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("why", SealedText("outbox.why")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("rank", Integer, nullable=False, server_default="9"),  # the lowest goes first; 0 is danger, then the tier's
    Column("reply_to", BigInteger),  # the channel's number of the message this one answers
    Column("content", SealedJson("outbox.content")),  # what is not words, see `Outgoing.content`
    Column("line", Integer),  # the line of the transcript it carries: its number at the channel is kept
)
Index("ix_outbox_channel_address_id", outbox.c.channel, outbox.c.address, outbox.c.id)
Index(
    "ix_outbox_pending",
    outbox.c.next_at,
    sqlite_where=outbox.c.state == "pending",
    postgresql_where=outbox.c.state == "pending",
)


# Built once: making a statement anew takes SQLAlchemy longer than the database takes.
_POSTED = insert(outbox).returning(outbox.c.id)
_WAITING = and_(outbox.c.channel == bindparam("of_channel"), outbox.c.state == "pending")
# One pass over what is pending: asking of each row whether another comes before it takes the square of that.
_FIRST_OF_EACH_ADDRESS = select(func.min(outbox.c.id)).where(_WAITING).group_by(outbox.c.address)
_NEXT = select(func.min(outbox.c.next_at)).where(outbox.c.id.in_(_FIRST_OF_EACH_ADDRESS))
_DUE = (
    select(outbox)
    .where(outbox.c.id.in_(_FIRST_OF_EACH_ADDRESS), outbox.c.state == "pending", outbox.c.next_at <= bindparam("now"))
    .order_by(outbox.c.rank, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)
_THESE = outbox.c.id.in_(bindparam("ids", expanding=True))
_LEASED = (
    update(outbox)
    .where(_THESE)
    .values(
        next_at=bindparam("until"),
        attempts=outbox.c.attempts + 1,
        in_flight=True,
        retried=or_(outbox.c.retried, outbox.c.in_flight),
    )
)
_ARRIVED = (
    update(outbox)
    .where(_THESE, outbox.c.state == "pending")
    .values(state="sent", sent_at=bindparam("now"), why=None, in_flight=False)
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
    """Add a message to the outbox and return the row's id; it can be sent once the transaction has committed.

    `rank`: priority, the lowest is sent first. `reply_to`: the channel's id of the message it answers.
    `content`: what is not text (see `Outgoing.content`). `line`: id of the transcript line it carries.
    `ref`: what `text` was sealed for, as an earlier version did with staff's chats.
    """
    row = row_of(channel, address, text, now, buttons, ref, rank=rank, reply_to=reply_to, content=content)
    return post_row(db, row | {"line": line})


def post_row(db: Connection, row: dict[str, Any]) -> int:
    """Write the columns of a row, and return its id."""
    return int(db.execute(_POSTED, row).scalar_one())


def row_of(
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
) -> dict[str, Any]:
    """Return the columns of a row that `post` would add, but for its `line`."""
    row: dict[str, Any] = {"channel": channel, "address": address, "text": text, "state": "pending", "attempts": 0}
    row |= {"ref": ref, "buttons": [button.as_json() for button in buttons], "in_flight": False, "retried": False}
    row |= {"rank": rank, "reply_to": reply_to, "content": dict(content) if content else None}
    return row | {"next_at": now, "created_at": now}


def claim(db: Connection, channel: str, now: datetime, limit: int = 1) -> list[Outgoing]:
    """Claim up to `limit` due rows for LEASE (60 seconds): the lowest rank first, then the oldest.

    Only the first pending row of each address may be claimed, so that order is kept.
    """
    if limit < 1:
        return []
    rows = db.execute(_DUE, {"of_channel": channel, "now": now, "most": limit}).all()
    if rows:
        db.execute(_LEASED, {"ids": [row.id for row in rows], "until": now + LEASE})
    return [_numbered(db, _outgoing(row)) for row in rows]


def _numbered(db: Connection, message: Outgoing) -> Outgoing:
    """An edit with the channel's number of what it changes, in place of the line's; None if nobody knows it."""
    content = message.content or {}
    if "edit" not in content:
        return message
    chat = chat_of(message.address)
    number = id_in(db, chat, content["edit"]) if chat is not None else None
    return replace(message, content={**content, "edit": number})


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        row.id,
        row.channel,
        row.address,
        row.text,
        tuple(button_from(button) for button in row.buttons),
        row.attempts + 1,
        row.retried or row.in_flight,
        row.created_at,
        ref=row.ref,
        rank=row.rank,
        reply_to=row.reply_to,
        content=row.content,
        line=row.line,
    )


def conclude(db: Connection, done: Sequence[tuple[Outgoing, Delivery]], now: datetime) -> None:
    """Record the outcome of sends: sent, to be tried again, or a dead letter with its reason.

    A failure counts only from the latest claim of its row; success always counts. `Later` becomes a dead letter after
    MAX_ATTEMPTS tries, but not before the row is MAX_AGE old.
    """
    arrived = [(message, outcome) for message, outcome in done if isinstance(outcome, Sent)]
    if arrived:
        ids = [message.id for message, _ in arrived]
        db.execute(_ARRIVED, {"ids": ids, "now": now})
        _note_numbers(db, [(message, outcome.number) for message, outcome in arrived if outcome.number is not None])
    for message, outcome in done:
        if not isinstance(outcome, Sent):
            _conclude_failed(db, message, outcome, now)


def _conclude_failed(db: Connection, message: Outgoing, outcome: Later | Never, now: datetime) -> None:
    # Whoever took so long that the lease ran out may only say that it arrived: the rest is up to who has it now.
    values: dict[str, Any]
    match outcome:
        case Never(why):
            values = {"state": "dead", "why": why}
        case Later(_, why, _) if message.attempts >= MAX_ATTEMPTS and now - message.created_at >= MAX_AGE:
            values = {"state": "dead", "why": f"gave up after {message.attempts} tries: {why}"}
        case Later(seconds, why, ambiguous):
            pause = timedelta(seconds=_growing(seconds, message.attempts) if ambiguous else seconds)
            values = {"next_at": now + pause, "why": why, "retried": message.retried or ambiguous}
    mine = (outbox.c.id == message.id, outbox.c.state == "pending", outbox.c.attempts == message.attempts)
    changed = db.execute(update(outbox).where(*mine).values(in_flight=False, **values)).rowcount == 1
    if changed and values.get("state") == "dead" and message.line is not None:
        obstacle = outcome.obstacle if isinstance(outcome, Never) else ""
        place = note_undelivered(db, message.line, now, obstacle)
        if place is not None:
            post(db, STAFF_CHAT, place.address, undelivered(obstacle), now, reply_to=place.number)


def _note_numbers(db: Connection, told: Sequence[tuple[Outgoing, int]]) -> None:
    lines = [(chat_of(message.address), number, message.line) for message, number in told if message.line is not None]
    remember_ids(db, [ChannelMessage(chat, number, line, None) for chat, number, line in lines if chat is not None])


def next_pending(db: Connection, channel: str) -> datetime | None:
    """Return when the next row of this channel can be claimed; None: nothing is pending.

    Rows behind another of the same address do not count.
    """
    due: datetime | None = db.scalar(_NEXT, {"of_channel": channel})
    return due


def _growing(seconds: float, attempts: int) -> float:
    return max(seconds, min(seconds * 2.0 ** min(attempts - 1, 10), LONGEST_PAUSE))
