"""Staff sign-in: server-side sessions, their CSRF tokens, and rate limits against password guessing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.auth.token_digest import token_digest
from bot.storage.tables import metadata
from escalation.staff import Staff, get_staff, staff

LIFETIME = timedelta(hours=12)  # a long shift
IDLE = timedelta(hours=4)
WINDOW = timedelta(minutes=15)
TRIES = 5  # failures of one sign-in name at one network address within the window
TRIES_PER_LOGIN = 100  # failures per sign-in name, wherever
TRIES_PER_PLACE = 30  # failures per network address within the window

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(64), nullable=False),
    Column("place", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_sign_in_failures_login_at", "login", "at"),
    Index("ix_sign_in_failures_place_at", "place", "at"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member of staff of a session, and the CSRF token that their forms must carry."""

    staff: Staff
    csrf: str
    seen_at: datetime


def open_session(db: Connection, who: Staff, now: datetime) -> str:
    """Create a session and return its cookie, of which only a digest is stored."""
    token = secrets.token_urlsafe(32)
    values = {"digest": token_digest(token), "staff_id": who.id, "csrf": secrets.token_urlsafe(32)}
    db.execute(insert(staff_sessions).values(**values, created_at=now, seen_at=now))
    return token


def find_session(db: Connection, token: str, now: datetime) -> SignedIn | None:
    """Return the session of a cookie; None if it has expired, was idle too long, or the person is disabled.

    A session lasts LIFETIME (12 hours), at most IDLE (4 hours) of them without a request.
    """
    alive = (staff_sessions.c.created_at > now - LIFETIME, staff_sessions.c.seen_at > now - IDLE)
    row = db.execute(select(staff_sessions).where(staff_sessions.c.digest == token_digest(token), *alive)).one_or_none()
    who = get_staff(db, row.staff_id) if row is not None else None
    return SignedIn(who, row.csrf, row.seen_at) if row is not None and who is not None else None


def touch(db: Connection, token: str, now: datetime) -> None:
    """Record that a session is in use, which restarts its idle time."""
    db.execute(update(staff_sessions).where(staff_sessions.c.digest == token_digest(token)).values(seen_at=now))


def close_session(db: Connection, token: str) -> None:
    """Delete a session."""
    db.execute(delete(staff_sessions).where(staff_sessions.c.digest == token_digest(token)))


def close_all(db: Connection, staff_id: int) -> None:
    """Delete all sessions of a member of staff: after they are disabled or their password is reset."""
    db.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))


def forget_expired(db: Connection, now: datetime, at_most: int) -> int:
    """Delete up to `at_most` sessions that have expired or were idle too long; returns how many."""
    over = or_(staff_sessions.c.created_at <= now - LIFETIME, staff_sessions.c.seen_at <= now - IDLE)
    expired = select(staff_sessions.c.digest).where(over).limit(at_most)
    return db.execute(delete(staff_sessions).where(staff_sessions.c.digest.in_(expired))).rowcount


def wait_before_sign_in(db: Connection, login: str, place: str, now: datetime) -> timedelta:
    """Return how long a sign-in name or network address must wait after too many failures within WINDOW; zero if not.

    A name is limited per address, so that a stranger elsewhere cannot lock a person out; for all addresses together
    only after TRIES_PER_LOGIN failures, which mean guessing from many addresses.
    """
    by_login, by_place = sign_in_failures.c.login == login[:64], sign_in_failures.c.place == place[:64]
    return max(
        _wait(db, and_(by_login, by_place), TRIES, now),
        _wait(db, by_place, TRIES_PER_PLACE, now),
        _wait(db, by_login, TRIES_PER_LOGIN, now),
    )


def note_failure(db: Connection, login: str, place: str, now: datetime) -> None:
    """Record a failed sign-in; deletes failures older than WINDOW (15 minutes)."""
    db.execute(delete(sign_in_failures).where(sign_in_failures.c.at < now - WINDOW))
    db.execute(insert(sign_in_failures).values(login=login[:64], place=place[:64], at=now))


def forget_failures(db: Connection, login: str) -> None:
    """Delete the failures of a sign-in name, after a successful sign-in."""
    db.execute(delete(sign_in_failures).where(sign_in_failures.c.login == login))


def _wait(db: Connection, mine: object, tries: int, now: datetime) -> timedelta:
    recent = (mine, sign_in_failures.c.at > now - WINDOW)
    count, oldest = db.execute(select(func.count(), func.min(sign_in_failures.c.at)).where(*recent)).one()  # type: ignore[arg-type]
    return oldest + WINDOW - now if count >= tries else timedelta()
