"""The topic that a ticket has in its customer's private chat, and whether the bot may make such topics."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import (
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
    delete,
    or_,
    select,
    update,
)

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert, insert_or_nothing
from escalation.sealed_columns import SealedText
from escalation.tickets.ticket_store import tickets

CHANNEL = "telegram"
WANTED, ASKED, MADE = "wanted", "asked", "made"  # asked: a call began whose end nobody wrote down yet
GONE, REFUSED = "gone", "refused"  # deleted by the customer; never made. Either way the chat itself is written to
_TICKET = "#"  # before a ticket's number in an address: 77/#3 is the topic of ticket 3, made or still to be made

customer_topics = Table(
    "customer_topics",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),  # of a merged ticket each customer has their own
    Column("thread", BigInteger),
    Column("name", SealedText("customer_topics.name", 128), nullable=False),
    Column("state", String(8), nullable=False),
    Index("ix_customer_topics_chat_thread", "chat", "thread"),
)

private_topics = Table(  # whether topics of private chats are switched on at the messenger
    "private_topics",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("trouble", Text),  # why none can be made, for a person to mend; null: all is well
    Column("trouble_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class CustomerTopic:
    """The topic of a ticket in a private chat; `thread` is None until it is made."""

    ticket_id: int
    chat: int
    thread: int | None
    name: str
    state: str


_TOPIC = [customer_topics.c[field.name] for field in fields(CustomerTopic)]
_ROW = customer_topics.c
_BEGIN = insert_or_nothing(customer_topics)
_SWITCH = Upsert(
    private_topics,
    lambda row: row.on_conflict_do_update(
        index_elements=[private_topics.c.channel],
        set_={name: row.excluded[name] for name in ("enabled", "trouble", "trouble_at")},
    ),
)


def set_enabled(db: Connection, enabled: bool) -> None:  # what it is about
    """Record whether topics of private chats are switched on; what was wrong before is forgotten."""
    known = db.scalar(select(private_topics.c.enabled))
    if known is not None or enabled:
        _SWITCH.run(db, {"channel": CHANNEL, "enabled": enabled, "trouble": None, "trouble_at": None})


def trouble_of(db: Connection) -> tuple[str, datetime] | None:
    """Return why no topic can be made in private chats, and since when; None if nothing is wrong."""
    wrong = private_topics.c.trouble.is_not(None)
    row = db.execute(select(private_topics.c.trouble, private_topics.c.trouble_at).where(wrong)).one_or_none()
    return (row.trouble, row.trouble_at) if row is not None else None


def set_trouble(db: Connection, trouble: str | None, now: datetime) -> None:
    """Record why no topic can be made; None: nothing is wrong any more. What is known already stays as it is."""
    row = private_topics.c
    other = row.trouble.is_distinct_from(trouble)
    db.execute(update(private_topics).where(other).values(trouble=trouble, trouble_at=now if trouble else None))


def want_topic(db: Connection, ticket_id: int, channel: str, address: str, name: str) -> None:
    """Let a ticket have a topic in the private chat that it came from, where topics are switched on."""
    chat = private_chat(channel, address)
    if chat is not None and db.scalar(select(private_topics.c.enabled)):
        _BEGIN.run(db, {"ticket_id": ticket_id, "chat": chat, "name": name, "state": WANTED})


def private_chat(channel: str, address: str) -> int | None:
    """Return the private chat of an address: 77 of 77, 77/5 and 77/#3; None for any other."""
    chat = address.partition("/")[0]
    return int(chat) if channel == CHANNEL and chat.isdecimal() else None


def thread_of(channel: str, address: str) -> int | None:
    """Return the topic of a private chat that an address means: 5 of 77/5."""
    thread = address.partition("/")[2]
    return int(thread) if thread.isdecimal() and private_chat(channel, address) is not None else None


def topic_address(db: Connection, to: tuple[str, str], about: int | None) -> tuple[str, str]:
    """Return channel and address for what is said about a ticket: its topic in that private chat, if it has one.

    `about`: None for what answers words of the customer's where they were written. A ticket's topic has one address,
    however it was reached, so that what is said there stays in order.
    """
    channel, address = to
    chat = private_chat(channel, address)
    if chat is None or (about is None and "/" not in address):
        return to
    topic = _in_thread(db, chat, address) if about is None else _of_ticket(db, chat, about)
    return (channel, f"{chat}/{_TICKET}{topic.ticket_id}") if topic is not None else to


def forget_topics(db: Connection, ticket_id: int) -> list[str]:
    """Forget the topics of a ticket in its customers' chats, and return the addresses that led to them."""
    mine = _ROW.ticket_id == ticket_id
    chats = list(db.scalars(select(_ROW.chat).where(mine)))
    db.execute(delete(customer_topics).where(mine))
    return [f"{chat}/{_TICKET}{ticket_id}" for chat in chats]


def ticket_of_address(address: str) -> int | None:
    """Return the ticket whose topic an address means: 3 of 77/#3."""
    number = address.partition("/")[2]
    return int(number[1:]) if number.startswith(_TICKET) and number[1:].isdecimal() else None


def ticket_written_in(db: Connection, channel: str, address: str) -> int | None:
    """Return the ticket in whose topic a customer has written; None for any other place."""
    chat = private_chat(channel, address)
    topic = _in_thread(db, chat, address) if chat is not None else None
    return topic.ticket_id if topic is not None else None


def get_topic(db: Connection, ticket_id: int, chat: int) -> CustomerTopic | None:
    """Return the ticket's topic in a private chat; None if it never was to have one."""
    row = db.execute(select(*_TOPIC).where(_ROW.ticket_id == ticket_id, _ROW.chat == chat)).one_or_none()
    return CustomerTopic(*row) if row is not None else None


def set_state(db: Connection, ticket_id: int, chat: int, state: str, thread: int | None = None) -> None:
    """Record what has become of a topic; `thread`: the one it was made as."""
    known = {"thread": thread} if thread is not None else {}
    mine = (_ROW.ticket_id == ticket_id, _ROW.chat == chat)
    db.execute(update(customer_topics).where(*mine).values(state=state, **known))


def adopt_topic(db: Connection, chat: int, name: str, thread: int) -> None:
    """Record a topic that the bot has made without having heard so: the messenger tells of it by its name."""
    asked = select(*_TOPIC).where(_ROW.chat == chat, _ROW.state == ASKED, _ROW.thread.is_(None))
    topics = [CustomerTopic(*row) for row in db.execute(asked)]
    for topic in topics:
        if topic.name == name:  # compared here: it is sealed in the database
            set_state(db, topic.ticket_id, chat, MADE, thread)


def _in_thread(db: Connection, chat: int, address: str) -> CustomerTopic | None:
    thread = thread_of(CHANNEL, address)
    row = db.execute(select(*_TOPIC).where(_ROW.chat == chat, _ROW.thread == thread).limit(1)).one_or_none()
    return CustomerTopic(*row) if row is not None else None


def _of_ticket(db: Connection, chat: int, ticket_id: int) -> CustomerTopic | None:
    """The ticket's own, else that of a ticket that goes on in it."""
    merged = select(tickets.c.id).where(tickets.c.merged_into == ticket_id)
    mine = (_ROW.chat == chat, or_(_ROW.ticket_id == ticket_id, _ROW.ticket_id.in_(merged)))
    found = db.execute(select(*_TOPIC).where(*mine).order_by(_ROW.ticket_id != ticket_id, _ROW.ticket_id).limit(1))
    row = found.one_or_none()
    return CustomerTopic(*row) if row is not None else None
