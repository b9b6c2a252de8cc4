"""Browsers in which a person has signed in before: strangers' failures there and elsewhere do not make these wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Index, Integer, String, Table, delete, select

from bot.auth.token_digest import token_digest
from bot.config.generated import generated_secret
from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from escalation.staff import staff

LIFETIME = timedelta(days=180)  # since the last sign-in there
MOST = 20  # devices of one person; the longest unused goes first

known_devices = Table(
    "known_devices",
    metadata,
    Column("digest", String(64), primary_key=True),  # of a cookie; several people may share a browser
    Column("staff_id", Integer, ForeignKey(staff.c.id), primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Index("ix_known_devices_staff_id", "staff_id"),
)

_REMEMBER = Upsert(
    known_devices,
    lambda row: row.on_conflict_do_update(
        index_elements=["digest", "staff_id"], set_={"seen_at": row.excluded.seen_at}
    ),
)


def is_known(db: Connection, token: str, staff_id: int, now: datetime) -> bool:
    """Whether this person has signed in in the browser with this cookie within LIFETIME (180 days)."""
    mine = (known_devices.c.digest == token_digest(token), known_devices.c.staff_id == staff_id)
    return db.scalar(select(known_devices.c.digest).where(*mine, known_devices.c.seen_at > now - LIFETIME)) is not None


def remember(db: Connection, token: str, staff_id: int, now: datetime) -> str:
    """Record a sign-in and return the browser's cookie: the one it has if we gave it, or a new one."""
    ours = select(known_devices.c.digest).where(known_devices.c.digest == token_digest(token)).limit(1)
    if db.scalar(ours) is None:
        token = generated_secret(32)
    _REMEMBER.run(db, {"digest": token_digest(token), "staff_id": staff_id, "seen_at": now})
    mine = select(known_devices.c.digest).where(known_devices.c.staff_id == staff_id)
    newest = mine.order_by(known_devices.c.seen_at.desc(), known_devices.c.digest).limit(MOST)
    db.execute(delete(known_devices).where(known_devices.c.staff_id == staff_id, known_devices.c.digest.not_in(newest)))
    return token


def forget(db: Connection, staff_id: int) -> None:
    """Forget a person's devices: after a lost password, or when they are disabled."""
    db.execute(delete(known_devices).where(known_devices.c.staff_id == staff_id))


def forget_expired(db: Connection, now: datetime, at_most: int) -> int:
    """Delete up to `at_most` devices unused for LIFETIME; returns how many."""
    expired = select(known_devices.c.digest).where(known_devices.c.seen_at <= now - LIFETIME).limit(at_most)
    over = (known_devices.c.seen_at <= now - LIFETIME, known_devices.c.digest.in_(expired))
    return db.execute(delete(known_devices).where(*over)).rowcount
