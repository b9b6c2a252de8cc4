"""Accounts that the bot is connected to, and when their customers wrote last: what may be sent there now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Row,
    Select,
    String,
    Table,
    delete,
    select,
)

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from bot.transcript.business_chats import BusinessChat, business_chat
from escalation.sealed_columns import SealedText

WINDOW = timedelta(hours=24)  # after a customer's message, in which the bot may write in the owner's name
REPLY, READ, DELETE = "can_reply", "can_read_messages", "can_delete_sent_messages"

Obstacle = Literal["business_off", "business_no_right", "business_window_over"]

business_connections = Table(
    "business_connections",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", BigInteger),  # the account's number; null while only its messages are known
    Column("owner_name", SealedText("business_connections.owner_name", 200), nullable=False),
    Column("owner_chat", BigInteger),  # its private chat with the bot
    Column("enabled", Boolean, nullable=False),
    Column("rights", JSON(none_as_null=True)),  # names of those that the bot has; null: nobody has told them yet
    Column("since", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
business_chats = Table(
    "business_chats",
    metadata,
    Column("address", String(64), primary_key=True),
    Column("connection_id", String(64), nullable=False, index=True),
    Column("heard_at", DateTime(timezone=True), nullable=False),  # the customer's latest message …
    Column("number", BigInteger, nullable=False),  # … and its id there
)
_CONNECTED = Upsert(
    business_connections,
    lambda row: row.on_conflict_do_update(
        index_elements=["id"],
        set_={each.name: row.excluded[each.name] for each in business_connections.c if each.name != "id"},
    ),
)
_HEARD = Upsert(
    business_chats,
    lambda row: row.on_conflict_do_update(
        index_elements=["address"], set_={name: row.excluded[name] for name in ("heard_at", "number")}
    ),
)


@dataclass(frozen=True, slots=True)
class BusinessAccount:
    """A connection to an account. `rights`: None if nobody has told them yet; they are assumed then."""

    id: str
    owner: int | None
    owner_name: str
    owner_chat: int | None
    enabled: bool
    rights: frozenset[str] | None
    since: datetime

    def may(self, right: str) -> bool:
        """Whether the bot has a right, as far as is known."""
        return self.rights is None or right in self.rights


def save_account(db: Connection, account: BusinessAccount, now: datetime) -> BusinessAccount | None:
    """Store what Telegram tells of a connection; returns what was known before."""
    before = find_account(db, account.id)
    row: dict[str, Any] = {"id": account.id, "owner": account.owner, "owner_name": account.owner_name[:200]}
    row |= {"owner_chat": account.owner_chat, "enabled": account.enabled, "since": account.since, "changed_at": now}
    row["rights"] = sorted(account.rights) if account.rights is not None else None
    _CONNECTED.run(db, row)
    return before


def find_account(db: Connection, connection: str) -> BusinessAccount | None:
    """Return a connection; None for one that nothing is known of."""
    row = db.execute(_select().where(business_connections.c.id == connection)).one_or_none()
    return _account(row) if row is not None else None


def all_accounts(db: Connection) -> list[BusinessAccount]:
    """Return every connection, the oldest first."""
    return [_account(row) for row in db.execute(_select().order_by(business_connections.c.since))]


def hear(db: Connection, chat: BusinessChat, number: int, now: datetime) -> None:
    """Note that the customer wrote: for WINDOW from now on the bot may write there."""
    row = {"address": chat.address, "connection_id": chat.connection, "heard_at": now, "number": number}
    _HEARD.run(db, row)


def forget_chat(db: Connection, address: str) -> None:
    """Forget when the customer at an address wrote."""
    db.execute(delete(business_chats).where(business_chats.c.address == address))


def chats_of(db: Connection, connection: str) -> list[str]:
    """Return the addresses of the customers who wrote to an account, in order."""
    mine = business_chats.c.connection_id == connection
    return list(db.scalars(select(business_chats.c.address).where(mine).order_by(business_chats.c.address)))


def latest_number(db: Connection, address: str) -> int | None:
    """Return the id of the customer's latest message at an address."""
    found: int | None = db.scalar(select(business_chats.c.number).where(business_chats.c.address == address))
    return found


def obstacle_at(db: Connection, address: str, now: datetime) -> Obstacle | None:
    """Return why nothing can be sent to an address now; None if it can, and for addresses of other kinds."""
    chat = business_chat(address)
    if chat is None:
        return None
    heard_at = db.scalar(select(business_chats.c.heard_at).where(business_chats.c.address == address))
    return obstacle(find_account(db, chat.connection), heard_at, now)


def obstacle(account: BusinessAccount | None, heard_at: datetime | None, now: datetime) -> Obstacle | None:
    """Return why the bot may not write in the account's name; `heard_at`: the customer's latest message."""
    if account is not None and not account.enabled:
        return "business_off"
    if account is not None and not account.may(REPLY):
        return "business_no_right"
    return "business_window_over" if heard_at is None or now - heard_at >= WINDOW else None


def _select() -> Select[Any]:
    return select(*(business_connections.c[field.name] for field in fields(BusinessAccount)))


def _account(row: Row[Any]) -> BusinessAccount:
    rights = frozenset(row.rights) if row.rights is not None else None
    return BusinessAccount(row.id, row.owner, row.owner_name, row.owner_chat, row.enabled, rights, row.since)


def names_of(rights: Iterable[tuple[str, object]]) -> frozenset[str]:
    """Return the names of the rights that are given."""
    return frozenset(name for name, value in rights if value is True)
