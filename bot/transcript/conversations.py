"""Conversations and their transcript; the inbox that makes every message count once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.messages import Author, Button, File, Kind
from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from escalation.customers.customer_store import contacts
from escalation.staff import staff
from escalation.tickets.changes import note_line
from escalation.tickets.store import tickets

Instant = DateTime(timezone=True)
LONGEST_HOLD = timedelta(minutes=5)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("contact_id", String(64), ForeignKey(contacts.c.id)),
    Column("proof", String(32)),  # what the identity rests on: token, shared_contact
    Column("language", String(8), nullable=False),
    Column("ticket_id", Integer, ForeignKey(tickets.c.id)),
    Column("misses", Integer, nullable=False),
    Column("bot_answers", Integer, nullable=False),
    Column("question", Text),  # what the present matter is about, in the customer's words
    Column("last_answer", String(64)),  # the article given last and not yet judged
    Column("rejected", JSON, nullable=False),
    Column("awaiting", String(16)),
    Column("raised_at", Instant),  # the first message of the present matter that the bot has not answered
    Column("held_until", Instant),  # fragments are being gathered until then
    Column("hand_over_at", Instant),  # the bot may not keep this customer longer
    Column("follow_up_at", Instant),
    Column("wake_at", Instant, index=True),  # the earliest of the three
    Column("unreachable_at", Instant),  # the customer has blocked the bot, or is gone; null: can be written to
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("channel", "address"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey(conversations.c.id), nullable=False),
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), index=True),
    Column("author", String(16), nullable=False),
    Column("staff_id", Integer, ForeignKey(staff.c.id)),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("meta", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Column("considered", Boolean, nullable=False),  # false while the bot still waits for more fragments
    Index("ix_messages_conversation_id_id", "conversation_id", "id"),
)

attachments = Table(  # in the database: one transaction with the message, and every replica can show them
    "attachments",
    metadata,
    Column("message_id", Integer, ForeignKey(messages.c.id), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("mime", String(127), nullable=False),
    Column("size", Integer, nullable=False),
    Column("reference", String(255)),
    Column("content", LargeBinary),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("key", String(160), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("message_id", Integer),  # what the key became, so that a repetition is answered like the first time
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that is remembered between two messages of one address."""

    id: int
    channel: str
    address: str
    contact_id: str | None
    proof: str | None
    language: str
    ticket_id: int | None
    misses: int
    bot_answers: int
    question: str | None
    last_answer: str | None
    rejected: list[str]
    awaiting: str | None
    raised_at: datetime | None
    held_until: datetime | None
    hand_over_at: datetime | None
    follow_up_at: datetime | None
    unreachable_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the transcript."""

    id: int
    conversation_id: int
    ticket_id: int | None
    author: Author
    staff_id: int | None
    kind: Kind
    text: str
    meta: dict[str, Any]
    at: datetime

    @property
    def words(self) -> str:
        """What it says by now: `text` are the first words, and customers may change them at some channels."""
        latest: str = self.meta.get("now", self.text)
        return latest


_CONVERSATION = [conversations.c[f.name] for f in fields(Conversation)]
_MESSAGE = [messages.c[f.name] for f in fields(Message)]

# What every message needs is built once: making a statement anew takes SQLAlchemy longer than the database takes.
_REMEMBERED_FIELDS = [f.name for f in fields(Conversation) if f.name not in ("id", "channel", "address")]
_MINE = and_(conversations.c.channel == bindparam("channel"), conversations.c.address == bindparam("address"))
_FOUND = select(*_CONVERSATION).where(_MINE)
_LOCKED = _FOUND.with_for_update(key_share=True)
_BEGUN = insert_or_nothing(conversations)
_SAVED = update(conversations).where(conversations.c.id == bindparam("conversation"))
_REMEMBERED = insert_or_nothing(inbox, inbox.c.key)
_OF_KEY = and_(inbox.c.channel == bindparam("of_channel"), inbox.c.key == bindparam("of_key"))
_NOTED = update(inbox).where(_OF_KEY)
_BECAME = select(inbox.c.message_id).where(_OF_KEY)
_ADDED = insert(messages).returning(messages.c.id)
_UNCONSIDERED = and_(messages.c.conversation_id == bindparam("conversation"), messages.c.considered.is_(False))
_PENDING = select(*_MESSAGE).where(_UNCONSIDERED).order_by(messages.c.id)
_HELD_BACK = update(messages).where(messages.c.id == bindparam("line")).values(considered=False)
_CONSIDERED = update(messages).where(_UNCONSIDERED).values(considered=True)


def remember_key(db: Connection, channel: str, key: str, now: datetime) -> bool:
    """True the first time this key is seen on this channel, False ever after."""
    values = {"channel": channel, "key": key, "at": now}
    return _REMEMBERED.run(db, values).one_or_none() is not None


def note_message(db: Connection, channel: str, key: str, message_id: int) -> None:
    """The message that a key, remembered in this transaction, became."""
    db.execute(_NOTED, {"of_channel": channel, "of_key": key, "message_id": message_id})


def message_of_key(db: Connection, channel: str, key: str) -> int | None:
    """The message a key became, if it became one."""
    found: int | None = db.scalar(_BECAME, {"of_channel": channel, "of_key": key})
    return found


def lock_conversation(db: Connection, channel: str, address: str, now: datetime) -> Conversation:
    """The address's conversation, begun if there is none, locked until the transaction ends."""
    whose: dict[str, Any] = {"channel": channel, "address": address}
    row = db.execute(_LOCKED, whose).one_or_none()
    if row is None:
        fresh = whose | {"language": "zh-Hans", "misses": 0, "bot_answers": 0, "rejected": []}
        _BEGUN.run(db, fresh | {"created_at": now, "updated_at": now})
        row = db.execute(_LOCKED, whose).one()
    return Conversation(*row)


def lock_conversation_by_id(db: Connection, conversation_id: int) -> Conversation:
    """A conversation known to exist, locked until the transaction ends."""
    query = select(*_CONVERSATION).where(conversations.c.id == conversation_id).with_for_update(key_share=True)
    return Conversation(*db.execute(query).one())


def lock_free(db: Connection, conversation_ids: Sequence[int]) -> list[Conversation]:
    """Those of these conversations that nobody else has locked, locked until the transaction ends."""
    query = select(*_CONVERSATION).where(conversations.c.id.in_(conversation_ids)).order_by(conversations.c.id)
    return [Conversation(*row) for row in db.execute(query.with_for_update(key_share=True, skip_locked=True))]


def find_conversation(db: Connection, channel: str, address: str) -> Conversation | None:
    """The address's conversation without a lock."""
    row = db.execute(_FOUND, {"channel": channel, "address": address}).one_or_none()
    return Conversation(*row) if row else None


def get_conversation(db: Connection, conversation_id: int) -> Conversation:
    """A conversation known to exist, without a lock."""
    return Conversation(*db.execute(select(*_CONVERSATION).where(conversations.c.id == conversation_id)).one())


def save_conversation(db: Connection, conversation: Conversation, now: datetime) -> None:
    """Write every field; the next wake-up follows from the three timers."""
    values = {name: getattr(conversation, name) for name in _REMEMBERED_FIELDS}
    timers = (conversation.held_until, conversation.hand_over_at, conversation.follow_up_at)
    wake_at = min((timer for timer in timers if timer is not None), default=None)
    db.execute(_SAVED, values | {"conversation": conversation.id, "wake_at": wake_at, "updated_at": now})


def due_conversations(db: Connection, now: datetime, limit: int = 50) -> list[Conversation]:
    """Conversations in which something is to happen by `now`, the most overdue first."""
    # Nobody is made to wait for minutes: an instant so far ahead was written before the clock was set back.
    due = or_(conversations.c.wake_at <= now, conversations.c.held_until > now + LONGEST_HOLD)
    query = select(*_CONVERSATION).where(due).order_by(conversations.c.wake_at)
    return [Conversation(*row) for row in db.execute(query.limit(limit))]


def next_wake(db: Connection) -> datetime | None:
    """When the next conversation wants attention by itself."""
    at: datetime | None = db.scalar(select(func.min(conversations.c.wake_at)))
    return at


def add_message(
    db: Connection,
    conversation: Conversation,
    author: Author,
    text: str,
    now: datetime,
    *,
    kind: Kind = "text",
    staff_id: int | None = None,
    buttons: Sequence[Button] = (),
    considered: bool = True,
    **meta: Any,
) -> int:
    """Append a line and return its id. The conversation must be locked, so that ids grow in commit order."""
    if buttons:
        meta["buttons"] = [button.as_json() for button in buttons]
    if conversation.ticket_id is not None:
        note_line(db, conversation.ticket_id)
    values: dict[str, Any] = {"conversation_id": conversation.id, "ticket_id": conversation.ticket_id, "author": author}
    values |= {"staff_id": staff_id, "kind": kind, "text": text, "meta": meta, "at": now, "considered": considered}
    return int(db.execute(_ADDED, values).scalar_one())


def add_attachment(db: Connection, message_id: int, file: File) -> None:
    """Keep a file with its message."""
    values = {"name": file.name, "mime": file.mime, "size": file.size, "reference": file.reference}
    db.execute(insert(attachments).values(message_id=message_id, content=file.content, **values))


def get_attachment(db: Connection, message_id: int) -> tuple[int, File] | None:
    """The file of a message and the conversation it belongs to."""
    columns = (messages.c.conversation_id, attachments.c.name, attachments.c.mime, attachments.c.size)
    query = select(*columns, attachments.c.content, attachments.c.reference).join_from(messages, attachments)
    row = db.execute(query.where(messages.c.id == message_id)).one_or_none()
    return (row[0], File(*row[1:])) if row else None


def pending(db: Connection, conversation_id: int) -> list[Message]:
    """Fragments the bot has not considered yet, oldest first."""
    return [Message(*row) for row in db.execute(_PENDING, {"conversation": conversation_id})]


def get_message(db: Connection, message_id: int) -> Message:
    """A line known to exist."""
    return Message(*db.execute(select(*_MESSAGE).where(messages.c.id == message_id)).one())


def get_messages(db: Connection, ids: Collection[int]) -> dict[int, Message]:
    """Those of these lines that there are."""
    rows = db.execute(select(*_MESSAGE).where(messages.c.id.in_(ids))) if ids else ()
    return {row.id: Message(*row) for row in rows}


def reword(db: Connection, line: Message, **changes: Any) -> None:
    """Change what is kept of a line besides its first words; with None, forget it."""
    meta = {name: value for name, value in (line.meta | changes).items() if value is not None}
    db.execute(update(messages).where(messages.c.id == line.id).values(meta=meta))


def hold_back(db: Connection, message_id: int) -> None:
    """A line is to be taken into account by the next turn, with what comes until then."""
    db.execute(_HELD_BACK, {"line": message_id})


def is_of_album(db: Connection, conversation_id: int, album: str) -> bool:
    """Whether a piece of this album came before."""
    mine = (messages.c.conversation_id == conversation_id, messages.c.author == "customer")
    query = select(messages.c.meta).where(*mine).order_by(messages.c.id.desc()).limit(20)
    return any(meta.get("album") == album for meta in db.scalars(query))


def mark_considered(db: Connection, conversation_id: int) -> None:
    """Everything so far has been taken into account."""
    db.execute(_CONSIDERED, {"conversation": conversation_id})


def leave_to_agent(db: Connection, conversation: Conversation, now: datetime) -> None:
    """Whatever the bot was still waiting for belongs to the agent now."""
    mark_considered(db, conversation.id)
    save_conversation(db, replace(conversation, held_until=None, hand_over_at=None), now)


def file_under_ticket(db: Connection, conversation_id: int, ticket_id: int, since: datetime) -> None:
    """Messages of the matter from `since` on belong to this ticket, whichever was remembered when they came."""
    mine = (messages.c.conversation_id == conversation_id, messages.c.at >= since)
    db.execute(update(messages).where(*mine).values(ticket_id=ticket_id))


def transcript(db: Connection, conversation_id: int, after: int = 0, limit: int = 500) -> list[Message]:
    """Lines after the id `after`, oldest first."""
    mine = (messages.c.conversation_id == conversation_id, messages.c.id > after)
    return [Message(*row) for row in db.execute(select(*_MESSAGE).where(*mine).order_by(messages.c.id).limit(limit))]


def ticket_lines(db: Connection, ticket_id: int, after: int, limit: int) -> list[Message]:
    """The first `limit` lines filed under a ticket after the id `after`, oldest first."""
    mine = (messages.c.ticket_id == ticket_id, messages.c.id > after)
    return [Message(*row) for row in db.execute(select(*_MESSAGE).where(*mine).order_by(messages.c.id).limit(limit))]


def latest(db: Connection, conversation_id: int, limit: int = 300) -> list[Message]:
    """The newest lines, oldest first."""
    query = select(*_MESSAGE).where(messages.c.conversation_id == conversation_id)
    rows = db.execute(query.order_by(messages.c.id.desc()).limit(limit)).all()
    return [Message(*row) for row in reversed(rows)]


def fresh_matter(conversation: Conversation) -> Conversation:
    """The conversation with the present matter forgotten: what comes next is something new."""
    return replace(
        conversation,
        misses=0,
        bot_answers=0,
        question=None,
        last_answer=None,
        rejected=[],
        raised_at=None,
        hand_over_at=None,
    )
