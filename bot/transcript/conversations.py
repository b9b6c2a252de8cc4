"""Conversations: the state kept between two messages of one address, locked while it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from escalation.customers.customer_rows import contacts, organisations
from escalation.tickets.changes import note
from escalation.tickets.ticket_store import tickets

Instant = DateTime(timezone=True)
LONGEST_HOLD = timedelta(minutes=5)
APART = "apart"  # the channel of a conversation that nobody can be written to through

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
    Column("wake_at", Instant, index=True),  # the earliest of these and of `turn_at`
    Column("unreachable_at", Instant),  # the customer has blocked the bot, or is gone; null: can be written to
    Column("origin", String(40)),  # what stands for the network address that the last message came from
    Column("turn_at", Instant),  # a hand-off beyond the budgets of its origin waits for this turn …
    Column("turn_for", String(32)),  # … and was asked for by this reason
    Column("organisation_id", ForeignKey(organisations.c.id)),  # whose number this is, where several contacts have it
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("channel", "address"),
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state kept between two messages of one address."""

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
    origin: str | None = None
    turn_at: datetime | None = None
    turn_for: str | None = None
    organisation_id: str | None = None


_CONVERSATION = [conversations.c[f.name] for f in fields(Conversation)]

# What every message needs is built once: making a statement anew takes SQLAlchemy longer than the database takes.
_REMEMBERED_FIELDS = [f.name for f in fields(Conversation) if f.name not in ("id", "channel", "address")]
_MINE = and_(conversations.c.channel == bindparam("channel"), conversations.c.address == bindparam("address"))
_FOUND = select(*_CONVERSATION).where(_MINE)
_LOCKED = _FOUND.with_for_update(key_share=True)
_BEGUN = insert_or_nothing(conversations)
_SAVED = update(conversations).where(conversations.c.id == bindparam("conversation"))


def name_of_address(channel: str, address: str) -> str:
    """Return the name that viewers of an address wait for until it has a conversation."""
    return f"a{channel}:{address}"


def name_of_conversation(conversation_id: int) -> str:
    """Return the name that viewers of a conversation wait for: its lines, and what the bot is about to do."""
    return f"c{conversation_id}"


def lock_conversation(db: Connection, channel: str, address: str, now: datetime) -> Conversation:
    """Return the address's conversation, created if there is none, locked until the transaction ends."""
    whose: dict[str, Any] = {"channel": channel, "address": address}
    row = db.execute(_LOCKED, whose).one_or_none()
    if row is None:
        fresh = whose | {"language": "zh-Hans", "misses": 0, "bot_answers": 0, "rejected": []}
        note(db, name_of_address(channel, address))
        _BEGUN.run(db, fresh | {"created_at": now, "updated_at": now})
        row = db.execute(_LOCKED, whose).one()
    return Conversation(*row)


def lock_conversation_by_id(db: Connection, conversation_id: int) -> Conversation:
    """Return an existing conversation, locked until the transaction ends.

    Raises sqlalchemy's NoResultFound without one.
    """
    query = select(*_CONVERSATION).where(conversations.c.id == conversation_id).with_for_update(key_share=True)
    return Conversation(*db.execute(query).one())


def lock_conversation_of_contact(db: Connection, contact_id: str, now: datetime) -> Conversation:
    """Return a contact's conversation, the one heard last, begun apart if there is none; locked as the others."""
    mine = conversations.c.contact_id == contact_id
    newest = select(conversations.c.id).where(mine).order_by(conversations.c.updated_at.desc(), conversations.c.id)
    found = db.scalar(newest.limit(1))
    if found is not None:
        return lock_conversation_by_id(db, found)
    begun = begin_apart(db, now)
    db.execute(update(conversations).where(conversations.c.id == begun.id).values(contact_id=contact_id))
    return replace(begun, contact_id=contact_id)


def begin_apart(db: Connection, now: datetime) -> Conversation:
    """Begin a conversation that no channel leads to, for what staff were told elsewhere; locked as the others."""
    return lock_conversation(db, APART, token_hex(16), now)


def lock_free(db: Connection, conversation_ids: Sequence[int]) -> list[Conversation]:
    """Lock those of these conversations that no other transaction has locked, until the transaction ends."""
    query = select(*_CONVERSATION).where(conversations.c.id.in_(conversation_ids)).order_by(conversations.c.id)
    return [Conversation(*row) for row in db.execute(query.with_for_update(key_share=True, skip_locked=True))]


def find_conversation(db: Connection, channel: str, address: str) -> Conversation | None:
    """Return the address's conversation without locking it."""
    row = db.execute(_FOUND, {"channel": channel, "address": address}).one_or_none()
    return Conversation(*row) if row else None


def get_conversation(db: Connection, conversation_id: int) -> Conversation:
    """Return an existing conversation without locking it; raises sqlalchemy's NoResultFound without one."""
    return Conversation(*db.execute(select(*_CONVERSATION).where(conversations.c.id == conversation_id)).one())


def talks_of(db: Connection, contact_id: str | None) -> list[int]:
    """Return the ids of a contact's conversations, on every channel; none for a stranger."""
    if contact_id is None:
        return []
    return list(db.scalars(select(conversations.c.id).where(conversations.c.contact_id == contact_id)))


def save_conversation(db: Connection, conversation: Conversation, now: datetime) -> None:
    """Write every field; the next wake-up is the earliest of the timers. The conversation must be locked."""
    values = {name: getattr(conversation, name) for name in _REMEMBERED_FIELDS}
    timers = (conversation.held_until, conversation.hand_over_at, conversation.follow_up_at, conversation.turn_at)
    wake_at = min((timer for timer in timers if timer is not None), default=None)
    note(db, name_of_conversation(conversation.id))
    db.execute(_SAVED, values | {"conversation": conversation.id, "wake_at": wake_at, "updated_at": now})


def write_origin(db: Connection, conversation: Conversation) -> None:
    """Write where its messages come from before the turn is over, for whoever counts by it in this transaction."""
    db.execute(_SAVED, {"conversation": conversation.id, "origin": conversation.origin})


def due_conversations(db: Connection, now: datetime, limit: int = 50) -> list[Conversation]:
    """Return conversations with a timer due by `now`, the most overdue first.

    A hold that ends more than LONGEST_HOLD ahead counts as due: it was set before the clock was set back.
    """
    # Nobody is made to wait for minutes: an instant so far ahead was written before the clock was set back.
    due = or_(conversations.c.wake_at <= now, conversations.c.held_until > now + LONGEST_HOLD)
    query = select(*_CONVERSATION).where(due).order_by(conversations.c.wake_at)
    return [Conversation(*row) for row in db.execute(query.limit(limit))]


def next_wake(db: Connection) -> datetime | None:
    """Return when the next timer of any conversation is due."""
    at: datetime | None = db.scalar(select(func.min(conversations.c.wake_at)))
    return at


def fresh_matter(conversation: Conversation) -> Conversation:
    """Return the conversation with the state of the present matter reset: the next message begins a new one.

    A danger that waits for its turn goes on waiting.
    """
    waits = conversation.turn_for == "critical"
    return replace(
        conversation,
        misses=0,
        bot_answers=0,
        question=None,
        last_answer=None,
        rejected=[],
        raised_at=None,
        hand_over_at=None,
        turn_at=conversation.turn_at if waits else None,
        turn_for=conversation.turn_for if waits else None,
    )
