"""Brakes on password guessing, which no stranger can turn against a person's own browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
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
)

from bot.storage.tables import metadata

WINDOW = timedelta(minutes=15)
TRIES = 5  # failures of one sign-in name at one network address within the window
TRIES_PER_LOGIN = 100  # failures per sign-in name, wherever
TRIES_PER_PLACE = 30  # failures per network address within the window
TRIES_PER_DEVICE = 10  # failures of one person in a browser known to be theirs
SKEW = timedelta(minutes=1)  # replicas' clocks, and attempts under way at once; what is later came from a wrong clock

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(64), nullable=False),
    Column("place", String(64), nullable=False),  # a network address, or a known device
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_sign_in_failures_login_at", "login", "at"),
    Index("ix_sign_in_failures_place_at", "place", "at"),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to sign in; `device` is the digest of a browser known to be this person's, otherwise empty."""

    login: str
    network: str
    device: str = ""

    @property
    def place(self) -> str:
        """Where failures count: on a known device, only there."""
        return f"device:{self.device[:40]}" if self.device else self.network[:64]


def wait_before_sign_in(db: Connection, attempt: Attempt, now: datetime) -> timedelta:
    """Return how long this attempt must wait after too many failures within WINDOW; zero if not.

    A name is limited per address, so that a stranger elsewhere cannot lock a person out; for all addresses together
    only after TRIES_PER_LOGIN failures, which mean guessing from many addresses. A known device is limited by its own
    failures alone, so that guessing elsewhere, or many invented names at one address, never keep its person out.
    """
    by_login = sign_in_failures.c.login == attempt.login[:64]
    by_place = sign_in_failures.c.place == attempt.place
    if attempt.device:
        return _wait(db, and_(by_login, by_place), TRIES_PER_DEVICE, now)
    return max(
        _wait(db, and_(by_login, by_place), TRIES, now),
        _wait(db, by_place, TRIES_PER_PLACE, now),
        _wait(db, by_login, TRIES_PER_LOGIN, now),
    )


def begin_attempt(db: Connection, attempt: Attempt, now: datetime) -> timedelta:
    """Record an attempt as failed before it is judged; returns how long it must wait instead, zero if it need not.

    Written down first, so that guesses sent all at once cannot slip past the count while their passwords are hashed,
    and none of them has to queue behind another. Deletes failures older than WINDOW (15 minutes) or of a wrong clock.
    """
    _one_at_a_time(db, attempt)
    wait = wait_before_sign_in(db, attempt, now)
    if wait > timedelta():
        return wait
    at = sign_in_failures.c.at
    db.execute(delete(sign_in_failures).where(or_(at < now - WINDOW, at > now + WINDOW)))
    values = {"login": attempt.login[:64], "place": attempt.place, "at": now}
    db.execute(insert(sign_in_failures).values(**values))
    return timedelta()


def end_attempt(db: Connection, attempt: Attempt) -> None:
    """Forget the failures of a name at this place, after a successful sign-in there."""
    mine = (sign_in_failures.c.login == attempt.login[:64], sign_in_failures.c.place == attempt.place)
    db.execute(delete(sign_in_failures).where(*mine))


def forget_failures(db: Connection, login: str) -> None:
    """Delete all failures of a sign-in name, after its password was set anew."""
    db.execute(delete(sign_in_failures).where(sign_in_failures.c.login == login[:64]))


def _wait(db: Connection, mine: ColumnElement[bool], tries: int, now: datetime) -> timedelta:
    # The clock may have been set back: what lies ahead of it is no reason to wait.
    recent = (mine, sign_in_failures.c.at > now - WINDOW, sign_in_failures.c.at <= now + SKEW)
    count, oldest = db.execute(select(func.count(), func.min(sign_in_failures.c.at)).where(*recent)).one()
    return min(oldest + WINDOW - now, WINDOW) if count >= tries else timedelta()


def _one_at_a_time(db: Connection, attempt: Attempt) -> None:
    """On PostgreSQL, let attempts of one name or one place count one after the other; SQLite has one writer anyway."""
    if db.dialect.name == "postgresql":
        for text in (f"sign-in place {attempt.place}", f"sign-in name {attempt.login[:64]}"):
            db.execute(select(func.pg_advisory_xact_lock(func.hashtext(text))))
