"""One-time links under which a person sets their own password; of each, only a digest is stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from bot.auth.token_digest import token_digest
from bot.config.generated import generated_secret
from bot.storage.tables import metadata
from escalation.staff import Staff, get_staff, staff

FOR_NEW_STAFF = timedelta(hours=72)  # over a weekend
FOR_A_LOST_PASSWORD = timedelta(hours=24)
KEPT = timedelta(days=30)  # after its end, so that a late visitor is told which it was
PATH = "/console/welcome"

LinkState = Literal["good", "used", "expired", "unknown"]

password_links = Table(
    "password_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),  # when a password was set with it, or a newer link replaced it
    Index("ix_password_links_staff_id", "staff_id"),
)


def issue(db: Connection, staff_id: int, lifetime: timedelta, now: datetime) -> str:
    """Create a link's token; earlier links of this person end, and links that ended over KEPT (30 days) ago go."""
    db.execute(delete(password_links).where(password_links.c.expires_at < now - KEPT))
    end_all(db, staff_id, now)
    token = generated_secret(32)
    values = {"digest": token_digest(token), "staff_id": staff_id, "expires_at": now + lifetime}
    db.execute(insert(password_links).values(**values))
    return token


def end_all(db: Connection, staff_id: int, now: datetime) -> None:
    """End every link of a person that is still good."""
    unused = (password_links.c.staff_id == staff_id, password_links.c.used_at.is_(None))
    db.execute(update(password_links).where(*unused).values(used_at=now))


def owner(db: Connection, token: str, now: datetime) -> tuple[LinkState, Staff | None]:
    """Return a link's state, and whose it is while it is good; a disabled person's is unknown."""
    row = db.execute(select(password_links).where(password_links.c.digest == token_digest(token))).one_or_none()
    who = get_staff(db, row.staff_id) if row is not None else None
    if row is None or who is None:
        return "unknown", None
    if row.used_at is not None:
        return "used", None
    return ("good", who) if row.expires_at > now else ("expired", None)


def redeem(db: Connection, token: str, now: datetime) -> tuple[LinkState, Staff | None]:
    """As `owner`, and use the link up if it is good: of two at once, one is told that it was used."""
    state, who = owner(db, token, now)
    if who is None:
        return state, None
    mine = (password_links.c.digest == token_digest(token), password_links.c.used_at.is_(None))
    if db.execute(update(password_links).where(*mine).values(used_at=now)).rowcount != 1:
        return "used", None
    return "good", who


def url(site: str, token: str) -> str:
    """Return the address of the page that a link opens; `site` is the server's own."""
    return f"{site}{PATH}?link={token}"
