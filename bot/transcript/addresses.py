"""Where a conversation's customer writes from and can be written to: one or more addresses of one or more channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    delete,
    select,
    update,
)

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing

WEB = "web"  # its transcript is the delivery; every messenger has the outbox
APART = "apart"  # the channel of a conversation that nobody can be written to through
CONTACT = "contact"  # not a channel: by this the conversation of a proven contact is found
PAGES = (WEB, APART)  # nothing is sent there
JOINED = "joined"  # the channel of what is left of a conversation that has become part of another

conversation_addresses = Table(
    "conversation_addresses",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("address", String(64), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("joined_at", DateTime(timezone=True), nullable=False),
    Column("heard_at", DateTime(timezone=True), nullable=False),  # since when it was last the one written from
    Column("unreachable_at", DateTime(timezone=True)),  # the customer has blocked the bot; null: can be written to
)

_PLACED = insert_or_nothing(conversation_addresses, conversation_addresses.c.conversation_id)
_THIS = and_(
    conversation_addresses.c.channel == bindparam("of_channel"),
    conversation_addresses.c.address == bindparam("of_address"),
)
_HEARD = update(conversation_addresses).where(_THIS)
_MESSENGER = (
    select(conversation_addresses.c.channel, conversation_addresses.c.address)
    .where(
        conversation_addresses.c.conversation_id == bindparam("conversation"),
        conversation_addresses.c.channel.not_in((WEB, APART, CONTACT)),
        conversation_addresses.c.unreachable_at.is_(None),
    )
    .order_by(conversation_addresses.c.heard_at.desc(), conversation_addresses.c.address)
    .limit(1)
)


def place(db: Connection, channel: str, address: str, conversation_id: int, now: datetime) -> bool:
    """Let an address lead to a conversation; False if it leads to one already."""
    row = {"channel": channel, "address": address, "conversation_id": conversation_id}
    return _PLACED.run(db, row | {"joined_at": now, "heard_at": now}).one_or_none() is not None


def write_heard(db: Connection, channel: str, address: str, now: datetime) -> None:
    """Write that the customer writes from this address now; whoever writes from it can be written to."""
    db.execute(_HEARD, {"of_channel": channel, "of_address": address, "heard_at": now, "unreachable_at": None})


def set_unreachable(db: Connection, channel: str, address: str, since: datetime | None) -> bool:
    """Write since when nothing reaches an address, or that something does; False if that was known."""
    at = conversation_addresses.c.unreachable_at
    other = at.is_not(None) if since is None else at.is_(None)
    changed = update(conversation_addresses).where(_THIS, other).values(unreachable_at=since)
    row = changed.returning(conversation_addresses.c.conversation_id)
    return db.execute(row, {"of_channel": channel, "of_address": address}).one_or_none() is not None


def messenger_of(db: Connection, conversation_id: int) -> tuple[str, str] | None:
    """Return channel and address at a messenger, of several the one heard last; None if none can be written to."""
    row = db.execute(_MESSENGER, {"conversation": conversation_id}).one_or_none()
    return (row[0], row[1]) if row is not None else None


def another_of(db: Connection, conversation_id: int, channel: str, address: str) -> tuple[str, str] | None:
    """Return channel and address of another way to the conversation's customer, the one heard last; None without."""
    mine = (conversation_addresses.c.conversation_id == conversation_id, conversation_addresses.c.channel != CONTACT)
    columns = (conversation_addresses.c.channel, conversation_addresses.c.address)
    query = select(*columns).where(*mine).order_by(conversation_addresses.c.heard_at.desc())
    return next(((row[0], row[1]) for row in db.execute(query) if (row[0], row[1]) != (channel, address)), None)


def channels_of(db: Connection, conversation_id: int) -> list[tuple[str, str]]:
    """Return channel and address of every way by which its customer writes."""
    here = conversation_addresses.c
    mine = (here.conversation_id == conversation_id, here.channel.not_in((APART, CONTACT)))
    query = select(here.channel, here.address).where(*mine).order_by(here.channel, here.address)
    return [(row[0], row[1]) for row in db.execute(query)]


def move(db: Connection, channel: str, address: str, conversation_id: int, now: datetime) -> None:
    """Let an address lead to another conversation from now on."""
    there = {"conversation_id": conversation_id, "joined_at": now, "heard_at": now}
    db.execute(_HEARD, {"of_channel": channel, "of_address": address} | there)


def move_contact(db: Connection, from_id: str, into_id: str, now: datetime) -> None:
    """Let a contact's conversation be found by another contact, unless they have one; by the first no more."""
    mine = and_(conversation_addresses.c.channel == CONTACT, conversation_addresses.c.address == from_id)
    found = db.scalar(select(conversation_addresses.c.conversation_id).where(mine))
    if found is not None:
        forget(db, CONTACT, from_id, found)
        place(db, CONTACT, into_id, found, now)


def leads_to(db: Connection, channel: str, address: str) -> int | None:
    """Return the conversation that an address leads to; None without one."""
    query = select(conversation_addresses.c.conversation_id).where(_THIS)
    found: int | None = db.scalar(query, {"of_channel": channel, "of_address": address})
    return found


def addresses_of(db: Connection, conversation_id: int, channel: str) -> list[str]:
    """Return the conversation's addresses at a channel."""
    mine = (conversation_addresses.c.conversation_id == conversation_id, conversation_addresses.c.channel == channel)
    return list(db.scalars(select(conversation_addresses.c.address).where(*mine)))


def addresses_below(db: Connection, channel: str, begin: str) -> list[str]:
    """Return the addresses at a channel that begin so, in order, whichever conversations they lead to."""
    here = conversation_addresses.c
    mine = (here.channel == channel, here.address.startswith(begin, autoescape=True))
    return list(db.scalars(select(here.address).where(*mine).order_by(here.address)))


def forget(db: Connection, channel: str, address: str, conversation_id: int) -> None:
    """Let an address lead to this conversation no longer; it leads nowhere then."""
    which = conversation_addresses.c
    mine = (which.channel == channel, which.address == address, which.conversation_id == conversation_id)
    db.execute(delete(conversation_addresses).where(*mine))
