"""Staff sign-in: server-side sessions and their CSRF tokens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.auth.failed_sign_ins import FailedSignIns, failed_sign_ins
from bot.auth.token_digest import token_digest
from bot.config.generated import generated_secret
from bot.storage.tables import metadata
from escalation.improvement.waiting import nearest_day, unread_targets
from escalation.staff import Staff, get_staff, staff

LIFETIME = timedelta(hours=12)  # a long shift
IDLE = timedelta(hours=4)
MOST = 10  # sessions of one person; the longest unused ends first
HANDLE = 16  # characters of a digest that name a session on its person's own page

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("agent", String(64), nullable=False, server_default=""),  # the browser, in a word or two
    Column("network", String(64), nullable=False, server_default=""),  # where it was opened from
    Index("ix_staff_sessions_staff_id", "staff_id"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member of staff of a session, the CSRF token of their forms, and failed sign-ins they must hear of."""

    staff: Staff
    csrf: str
    seen_at: datetime
    failed: FailedSignIns | None = None
    unread_targets: int = 0
    improvement_due_on: date | None = None  # of the open ones that are theirs, the nearest day


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its person sees it; `handle` names it in forms and opens nothing."""

    handle: str
    agent: str
    network: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


def open_session(db: Connection, who: Staff, now: datetime, *, agent: str = "", network: str = "") -> str:
    """Create a session and return its cookie, of which only a digest is stored.

    A person has at most MOST (10) sessions; beyond that the longest unused end.
    """
    token = generated_secret(32)
    values = {"digest": token_digest(token), "staff_id": who.id, "csrf": generated_secret(32)}
    mine = staff_sessions.c.staff_id == who.id
    others = select(staff_sessions.c.digest).where(mine).order_by(staff_sessions.c.seen_at.desc()).limit(MOST - 1)
    db.execute(delete(staff_sessions).where(mine, staff_sessions.c.digest.not_in(others)))
    values |= {"agent": agent[:64], "network": network[:64]}
    db.execute(insert(staff_sessions).values(**values, created_at=now, seen_at=now))
    return token


def find_session(db: Connection, token: str, now: datetime) -> SignedIn | None:
    """Return the session of a cookie; None if it has expired, was idle too long, or the person is disabled.

    A session lasts LIFETIME (12 hours), at most IDLE (4 hours) of them without a request.
    """
    failed = failed_sign_ins.c
    told: tuple[ColumnElement[Any], ...] = (failed.unseen, failed.unseen_since, failed.last_at)
    mine = staff_sessions.c.staff_id
    told += (unread_targets(mine).label("unread_targets"), nearest_day(mine).label("due_on"))
    query = select(mine, staff_sessions.c.csrf, staff_sessions.c.seen_at, *told)
    query = query.join(staff).outerjoin(failed_sign_ins, (failed.login == staff.c.login) & (failed.unseen > 0))
    row = db.execute(query.where(staff_sessions.c.digest == token_digest(token), *_alive(now))).one_or_none()
    who = get_staff(db, row.staff_id) if row is not None else None
    if row is None or who is None:
        return None
    found = FailedSignIns(row.unseen, row.unseen_since, row.last_at) if row.unseen else None
    return SignedIn(who, row.csrf, row.seen_at, found, row.unread_targets, row.due_on)


def sessions_of(db: Connection, staff_id: int, token: str, now: datetime) -> list[OpenSession]:
    """Return a person's sessions, the one with this cookie first, then those used last."""
    found = open_sessions(db, [staff_id], token, now).get(staff_id, [])
    return sorted(found, key=lambda each: not each.is_this)


def open_sessions(db: Connection, ids: Collection[int], token: str, now: datetime) -> dict[int, list[OpenSession]]:
    """Return the sessions of these people who have any, those used last first; `token`: the cookie of who looks."""
    query = select(staff_sessions).where(staff_sessions.c.staff_id.in_(ids), *_alive(now))
    mine = token_digest(token)
    found: dict[int, list[OpenSession]] = {}
    for row in db.execute(query.order_by(staff_sessions.c.seen_at.desc())):
        seen = (row.created_at, row.seen_at, row.digest == mine)
        found.setdefault(row.staff_id, []).append(OpenSession(row.digest[:HANDLE], row.agent, row.network, *seen))
    return found


def touch(db: Connection, token: str, now: datetime) -> None:
    """Record that a session is in use, which restarts its idle time."""
    db.execute(update(staff_sessions).where(staff_sessions.c.digest == token_digest(token)).values(seen_at=now))


def close_session(db: Connection, token: str) -> None:
    """Delete a session."""
    db.execute(delete(staff_sessions).where(staff_sessions.c.digest == token_digest(token)))


def close_all(db: Connection, staff_id: int) -> None:
    """Delete all sessions of a member of staff: after they are disabled or their password is reset."""
    db.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))


def close_one(db: Connection, staff_id: int, handle: str) -> bool:
    """Delete the session of a member of staff with this handle; True if there was one."""
    mine = (staff_sessions.c.staff_id == staff_id, func.substr(staff_sessions.c.digest, 1, HANDLE) == handle)
    return db.execute(delete(staff_sessions).where(*mine)).rowcount > 0


def close_others(db: Connection, staff_id: int, token: str) -> int:
    """Delete all sessions of a member of staff but the one with this cookie; returns how many."""
    others = (staff_sessions.c.staff_id == staff_id, staff_sessions.c.digest != token_digest(token))
    return db.execute(delete(staff_sessions).where(*others)).rowcount


def forget_expired(db: Connection, now: datetime, at_most: int) -> int:
    """Delete up to `at_most` sessions that have expired or were idle too long; returns how many."""
    over = or_(staff_sessions.c.created_at <= now - LIFETIME, staff_sessions.c.seen_at <= now - IDLE)
    expired = select(staff_sessions.c.digest).where(over).limit(at_most)
    return db.execute(delete(staff_sessions).where(staff_sessions.c.digest.in_(expired))).rowcount


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (staff_sessions.c.created_at > now - LIFETIME, staff_sessions.c.seen_at > now - IDLE)
