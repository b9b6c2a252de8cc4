"""Every edition of the policy file that was in force, so that the rules of past promises stay readable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, Integer, String, Table, Text, insert, select

from escalation.journal.journal_store import record
from escalation.tables import metadata

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("id", Integer, primary_key=True),  # the highest is in force
    Column("version", String(16), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("activated_at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Edition:
    """A policy file as it was in force from `activated_at` until the next edition."""

    version: str
    text: str
    activated_at: datetime


def activate(db: Connection, version: str, text: str, now: datetime, by: str = "system") -> bool:
    """Put this edition in force; return False when it was already. `by` is who the journal says did it.

    The caller holds the lock of `be_alone`: editions are activated one at a time.
    """
    before = in_force(db)
    if before == version:
        return False
    after = {"version": version, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    record(db, "policy", "edition in force", by, now, before={"version": before}, after=after)
    db.execute(insert(policy_versions).values(version=version, text=text, activated_at=now))
    return True


def in_force(db: Connection) -> str | None:
    """Return the version activated last; None before the first."""
    found: str | None = db.scalar(select(policy_versions.c.version).order_by(policy_versions.c.id.desc()).limit(1))
    return found


def editions(db: Connection) -> list[Edition]:
    """Return every edition, the newest first."""
    rows = db.execute(select(policy_versions).order_by(policy_versions.c.id.desc()))
    return [Edition(row.version, row.text, row.activated_at) for row in rows]
