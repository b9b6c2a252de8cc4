"""Customers' sessions in the web chat: an opaque token, of which only a digest is stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, DateTime, String, Table, delete, insert, select, update

from bot.auth.token_digest import token_digest
from bot.storage.tables import metadata
from escalation.tickets.changes import note

LIFETIME = timedelta(days=30)
UNUSED = timedelta(days=1)  # the lifetime of a session through which nothing was sent

visitor_sessions = Table(
    "visitor_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("address", String(64), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class VisitorSession:
    """A valid session; `is_unused`: nothing was sent through it yet."""

    address: str
    is_unused: bool


def open_session(db: Connection, now: datetime) -> tuple[str, str]:
    """Create a session valid for UNUSED (a day); returns its token and the address of its conversation."""
    token, address = secrets.token_urlsafe(32), secrets.token_hex(16)
    values = {"digest": token_digest(token), "address": address, "created_at": now, "expires_at": now + UNUSED}
    db.execute(insert(visitor_sessions).values(**values))
    return token, address


def address_of(db: Connection, token: str, now: datetime) -> str | None:
    """Return the conversation address of a session token; None if it is unknown or has expired."""
    found = find(db, token, now)
    return found.address if found is not None else None


def find(db: Connection, token: str, now: datetime) -> VisitorSession | None:
    """Return the session of a token; None if it is unknown or has expired."""
    columns = (visitor_sessions.c.address, visitor_sessions.c.created_at, visitor_sessions.c.expires_at)
    mine = (visitor_sessions.c.digest == token_digest(token), visitor_sessions.c.expires_at > now)
    row = db.execute(select(*columns).where(*mine)).one_or_none()
    return VisitorSession(row[0], is_unused=row[2] - row[1] <= UNUSED) if row is not None else None


def keep(db: Connection, token: str) -> None:
    """Make a session that is used valid for LIFETIME (30 days) from its creation; one used before is not changed."""
    mine = visitor_sessions.c.digest == token_digest(token)
    created = db.scalar(select(visitor_sessions.c.created_at).where(mine))
    if created is not None:
        db.execute(update(visitor_sessions).where(mine).values(expires_at=created + LIFETIME))


def name_of_session(token: str) -> str:
    """Return the name that viewers wait for who must stop when the session is closed."""
    return f"s{token_digest(token)}"


def close_session(db: Connection, token: str) -> None:
    """Delete a session: its token opens nothing any more, and its conversation can only be read by staff."""
    note(db, name_of_session(token))
    db.execute(delete(visitor_sessions).where(visitor_sessions.c.digest == token_digest(token)))


def forget_expired(db: Connection, now: datetime, at_most: int) -> int:
    """Delete up to `at_most` expired sessions; returns how many."""
    expired = select(visitor_sessions.c.digest).where(visitor_sessions.c.expires_at <= now).limit(at_most)
    return db.execute(delete(visitor_sessions).where(visitor_sessions.c.digest.in_(expired))).rowcount
