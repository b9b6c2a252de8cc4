"""Messenger accounts linked to members of staff, by a one-time code from the console."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, DateTime, ForeignKey, Integer, Table, delete, insert, select

from bot.storage.tables import metadata
from escalation.journal.journal_store import record
from escalation.staff import Staff, get_staff, staff

staff_links = Table(
    "staff_links",
    metadata,
    Column("account", BigInteger, primary_key=True, autoincrement=False),  # the messenger's number of the person
    Column("staff_id", Integer, ForeignKey(staff.c.id), nullable=False, unique=True),
    Column("at", DateTime(timezone=True), nullable=False),
)


def link(db: Connection, account: int, staff_id: int, now: datetime) -> None:
    """Link an account to a member of staff; earlier links of either end."""
    db.execute(delete(staff_links).where((staff_links.c.account == account) | (staff_links.c.staff_id == staff_id)))
    db.execute(insert(staff_links).values(account=account, staff_id=staff_id, at=now))
    who = get_staff(db, staff_id)
    if who is not None:
        record(db, f"staff:{who.login}", "Telegram account linked", who.login, now)


def unlink(db: Connection, account: int, by: str, now: datetime) -> Staff | None:
    """Remove the link of an account and return the member of staff it belonged to, if any.

    `by`: who does it, for the journal.
    """
    was = staff_of(db, account)
    db.execute(delete(staff_links).where(staff_links.c.account == account))
    if was is not None:
        record(db, f"staff:{was.login}", "Telegram account unlinked", by, now)
    return was


def unlink_staff(db: Connection, who: Staff, by: str, now: datetime) -> bool:
    """Remove the link of a person's account; True if there was one."""
    account = account_of(db, who.id)
    return account is not None and unlink(db, account, by, now) is not None


def staff_of(db: Connection, account: int) -> Staff | None:
    """Return the member of staff linked to an account, with their present rights; None if unlinked or disabled."""
    found: int | None = db.scalar(select(staff_links.c.staff_id).where(staff_links.c.account == account))
    return get_staff(db, found) if found is not None else None


def account_of(db: Connection, staff_id: int) -> int | None:
    """Return the account linked to a member of staff, if any."""
    found: int | None = db.scalar(select(staff_links.c.account).where(staff_links.c.staff_id == staff_id))
    return found
