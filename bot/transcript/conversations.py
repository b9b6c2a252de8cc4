"""Conversations: the state kept between two messages of one person, locked while it changes."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    select,
    update,
)

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from bot.transcript.addresses import APART, CONTACT, conversation_addresses, leads_to, place, write_heard
from escalation.customers.customer_rows import contacts, organisations
from escalation.sealed_columns import SealedText
from escalation.tickets.changes import note
from escalation.tickets.ticket_store import tickets

Instant = DateTime(timezone=True)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),  # where its customer wrote from last, and the bot replies
    Column("address", String(64), nullable=False),
    Column("contact_id", String(64), ForeignKey(contacts.c.id)),
    Column("proof", String(32)),  # what the identity rests on: token, shared_contact
    Column("language", String(8), nullable=False),
    Column("ticket_id", Integer, ForeignKey(tickets.c.id)),
    Column("misses", Integer, nullable=False),
    Column("bot_answers", Integer, nullable=False),
    Column("question", SealedText("conversations.question")),  # what the matter is about, in the customer's words
    Column("last_answer", String(64).with_variant(Text(), "postgresql")),  # the article given last and not yet judged
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
    Column("joined_into", Integer, ForeignKey("conversations.id")),  # all that was in it is now part of that one
    Column("joins", Integer, nullable=False, server_default="0"),  # how many have become part of it
    Column("read_to", Integer),  # the last line that a page of its customer has fetched
    Column("notice_version", String(32)),  # of the privacy notice that was shown last; null: none yet
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("channel", "address"),
)
Index(
    "ix_conversations_contact_id",
    conversations.c.contact_id,
    sqlite_where=conversations.c.joined_into.is_(None),
    postgresql_where=conversations.c.joined_into.is_(None),
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state kept between two messages of one person; `channel` and `address`: where they wrote from last."""

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
    joined_into: int | None = None
    joins: int = 0
    notice_version: str | None = None


CONVERSATION = [conversations.c[f.name] for f in fields(Conversation)]

# Built once: making a statement anew takes SQLAlchemy longer than the database takes.
_KEPT = [f.name for f in fields(Conversation) if f.name not in ("id", "channel", "address", "joined_into", "joins")]
_HERE = conversation_addresses.c
_MINE = and_(_HERE.channel == bindparam("channel"), _HERE.address == bindparam("address"))
_FOUND = select(*CONVERSATION).join_from(conversation_addresses, conversations).where(_MINE)
_LOCKED = _FOUND.with_for_update(key_share=True, of=conversations)
_OF_ID = select(*CONVERSATION).where(conversations.c.id == bindparam("conversation"))
_LOCKED_OF_ID = _OF_ID.with_for_update(key_share=True)
_BEGUN = insert_or_nothing(conversations, conversations.c.id)
_SAVED = update(conversations).where(conversations.c.id == bindparam("conversation"))


def name_of_address(channel: str, address: str) -> str:
    """Return the name that viewers of an address wait for until it has a conversation."""
    return f"a{channel}:{address}"


def name_of_conversation(conversation_id: int) -> str:
    """Return the name that viewers of a conversation wait for: its lines, and what the bot is about to do."""
    return f"c{conversation_id}"


def lock_conversation(db: Connection, channel: str, address: str, now: datetime) -> Conversation:
    """Return the address's conversation, created if there is none, locked until the transaction ends.

    From then on it is this address that the bot replies to.
    """
    whose = {"channel": channel, "address": address}
    row = db.execute(_LOCKED, whose).one_or_none()
    if row is None:
        if (begun := begin_conversation(db, channel, address, now)) is not None:
            place(db, channel, address, begun, now)
        row = db.execute(_LOCKED, whose).one()
    found = _where_it_went(db, Conversation(*row))
    if (found.channel, found.address) == (channel, address):
        return found
    if leads_to(db, channel, address) != found.id:  # it has left that conversation while its lock was waited for
        return lock_conversation(db, channel, address, now)
    return _heard_at(db, found, whose, now)


def begin_conversation(db: Connection, channel: str, address: str, now: datetime) -> int | None:
    """Begin a conversation that no address leads to yet, and return its id; None if somebody else has just begun it."""
    note(db, name_of_address(channel, address))
    whose: dict[str, Any] = {"channel": channel, "address": address, "created_at": now, "updated_at": now}
    fresh = {"language": "zh-Hans", "misses": 0, "bot_answers": 0, "rejected": [], "joins": 0}
    return cast("int | None", _BEGUN.run(db, whose | fresh).scalar_one_or_none())


def _where_it_went(db: Connection, found: Conversation) -> Conversation:
    """The conversation that this one has become part of while its lock was waited for, locked; itself if it has not."""
    while found.joined_into is not None:
        found = Conversation(*db.execute(_LOCKED_OF_ID, {"conversation": found.joined_into}).one())
    return found


def _heard_at(db: Connection, conversation: Conversation, whose: dict[str, str], now: datetime) -> Conversation:
    write_heard(db, whose["channel"], whose["address"], now)
    db.execute(_SAVED, {"conversation": conversation.id, "unreachable_at": None} | whose)
    return replace(conversation, channel=whose["channel"], address=whose["address"], unreachable_at=None)


def lock_conversation_by_id(db: Connection, conversation_id: int) -> Conversation:
    """Return an existing conversation, or the one it has become part of, locked until the transaction ends.

    Raises sqlalchemy's NoResultFound without one.
    """
    return _where_it_went(db, Conversation(*db.execute(_LOCKED_OF_ID, {"conversation": conversation_id}).one()))


def lock_conversation_of_contact(db: Connection, contact_id: str, now: datetime) -> Conversation:
    """Return a contact's conversation, begun apart if there is none; locked as the others."""
    row = db.execute(_LOCKED, {"channel": CONTACT, "address": contact_id}).one_or_none()
    if row is not None:
        kept = _where_it_went(db, Conversation(*row))
        if leads_to(db, CONTACT, contact_id) == kept.id:
            return kept
        return lock_conversation_of_contact(db, contact_id, now)  # unbound or merged while the lock was waited for
    known = next(iter(talks_of(db, contact_id)), None)
    found = lock_conversation_by_id(db, known) if known is not None else begin_apart(db, now)
    if not place(db, CONTACT, contact_id, found.id, now):  # somebody else has just begun it
        return lock_conversation_of_contact(db, contact_id, now)
    db.execute(_SAVED, {"conversation": found.id, "contact_id": contact_id})
    return replace(found, contact_id=contact_id)


def begin_apart(db: Connection, now: datetime) -> Conversation:
    """Begin a conversation that no channel leads to, for what staff were told elsewhere; locked as the others."""
    return lock_conversation(db, APART, token_hex(16), now)


def find_conversation(db: Connection, channel: str, address: str) -> Conversation | None:
    """Return the address's conversation without locking it."""
    row = db.execute(_FOUND, {"channel": channel, "address": address}).one_or_none()
    return Conversation(*row) if row else None


def get_conversation(db: Connection, conversation_id: int) -> Conversation:
    """Return an existing conversation, or the one it has become part of, without locking it.

    Raises sqlalchemy's NoResultFound without one.
    """
    found = Conversation(*db.execute(_OF_ID, {"conversation": conversation_id}).one())
    return found if found.joined_into is None else get_conversation(db, found.joined_into)


def talks_of(db: Connection, contact_id: str | None) -> list[int]:
    """Return the ids of a contact's conversations, the one heard last first; none for a stranger."""
    if contact_id is None:
        return []
    mine = (conversations.c.contact_id == contact_id, conversations.c.joined_into.is_(None))
    newest_first = (conversations.c.updated_at.desc(), conversations.c.id)
    return list(db.scalars(select(conversations.c.id).where(*mine).order_by(*newest_first)))


def save_conversation(db: Connection, conversation: Conversation, now: datetime) -> None:
    """Write every field; the next wake-up is the earliest of the timers. The conversation must be locked."""
    values = {name: getattr(conversation, name) for name in _KEPT}
    timers = (conversation.held_until, conversation.hand_over_at, conversation.follow_up_at, conversation.turn_at)
    wake_at = min((timer for timer in timers if timer is not None), default=None)
    note(db, name_of_conversation(conversation.id))
    db.execute(_SAVED, values | {"conversation": conversation.id, "wake_at": wake_at, "updated_at": now})


def write_origin(db: Connection, conversation: Conversation) -> None:
    """Write where its messages come from before the turn is over, for whoever counts by it in this transaction."""
    db.execute(_SAVED, {"conversation": conversation.id, "origin": conversation.origin})


def fresh_matter(conversation: Conversation) -> Conversation:
    """Return the conversation with the state of the present matter reset: the next message begins a new one.

    A danger that waits for its turn goes on waiting.
    """
    if conversation.turn_for != "critical":
        conversation = replace(conversation, turn_at=None, turn_for=None)
    conversation = replace(conversation, misses=0, bot_answers=0, question=None, last_answer=None, rejected=[])
    return replace(conversation, raised_at=None, hand_over_at=None)
