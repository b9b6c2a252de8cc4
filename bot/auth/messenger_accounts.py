"""Which member of staff stands behind a messenger account; nobody without having entered a code of the console's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, DateTime, ForeignKey, Integer, Table, delete, insert, select

from bot.storage.tables import metadata
from escalation.staff import Staff, get_staff, staff

staff_links = Table(
    "staff_links",
    metadata,
    Column("account", BigInteger, primary_key=True, autoincrement=False),  # the messenger's number of the person
    Column("staff_id", Integer, ForeignKey(staff.c.id), nullable=False, unique=True),
    Column("at", DateTime(timezone=True), nullable=False),
)


def link(db: Connection, account: int, staff_id: int, now: datetime) -> None:
    """From now on this account acts as this person; any earlier link of either ends."""
    db.execute(delete(staff_links).where((staff_links.c.account == account) | (staff_links.c.staff_id == staff_id)))
    db.execute(insert(staff_links).values(account=account, staff_id=staff_id, at=now))


def unlink(db: Connection, account: int) -> Staff | None:
    """The account acts as nobody any more; whoever it was."""
    was = staff_of(db, account)
    db.execute(delete(staff_links).where(staff_links.c.account == account))
    return was


def staff_of(db: Connection, account: int) -> Staff | None:
    """The person behind an account, with the rights they have now; None for strangers and for those disabled since."""
    found: int | None = db.scalar(select(staff_links.c.staff_id).where(staff_links.c.account == account))
    return get_staff(db, found) if found is not None else None


def account_of(db: Connection, staff_id: int) -> int | None:
    """The account of a person, if they linked one."""
    found: int | None = db.scalar(select(staff_links.c.account).where(staff_links.c.staff_id == staff_id))
    return found
