"""What a person has typed on a ticket and not sent yet: theirs alone, sealed, forgotten after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Index, Integer, String, Table, Text, delete, select

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from escalation.staff import staff
from escalation.tickets.changes import name_of_presence, note
from escalation.tickets.ticket_store import tickets
from escalation.vault import Vault

FIELDS = (
    *("reply", "note", "help", "report", "plan"),
    *("send_plan", "send_progress", "send_result", "send_invitation"),
)
LONGEST = 20_000  # characters; a plan of twenty steps has the most
KEPT_FOR = timedelta(days=7)

reply_drafts = Table(
    "reply_drafts",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), primary_key=True),
    Column("field", String(16), primary_key=True),
    Column("text", Text, nullable=False),  # sealed for its row
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_reply_drafts_at", "at"),
)
_KEPT = Upsert(
    reply_drafts,
    lambda row: row.on_conflict_do_update(
        index_elements=["ticket_id", "staff_id", "field"], set_={"text": row.excluded.text, "at": row.excluded.at}
    ),
)


def keep_draft(
    db: Connection, vault: Vault, ticket_id: int, staff_id: int, field: str, text: str, now: datetime
) -> None:
    """Keep what a person has typed into a field of this ticket, in place of what was kept; nothing typed drops it.

    Raises ValueError for a field that is none of FIELDS, and for a text over LONGEST characters.
    """
    if field not in FIELDS or len(text) > LONGEST:
        raise ValueError(field)
    note(db, name_of_presence(ticket_id))
    if not text.strip():
        drop_draft(db, ticket_id, staff_id, field)
        return
    values = {"ticket_id": ticket_id, "staff_id": staff_id, "field": field, "at": now}
    _KEPT.run(db, {**values, "text": vault.seal(text, row=_row(ticket_id, staff_id), field=_column(field))})


def drafts_of(db: Connection, vault: Vault, ticket_id: int, staff_id: int, now: datetime) -> dict[str, str]:
    """Return what this person has typed on this ticket, by field, empty where nothing; raises VaultError as `open`."""
    mine = (reply_drafts.c.ticket_id == ticket_id, reply_drafts.c.staff_id == staff_id)
    rows = db.execute(select(reply_drafts).where(*mine, reply_drafts.c.at > now - KEPT_FOR))
    row = _row(ticket_id, staff_id)
    kept = {each.field: vault.open(each.text, row=row, field=_column(each.field)) for each in rows}
    return {field: kept.get(field, "") for field in FIELDS}


def last_typed(db: Connection, ticket_id: int, staff_id: int, field: str) -> datetime | None:
    """Return when this person last typed into a field of this ticket; None where nothing is kept."""
    mine = (reply_drafts.c.ticket_id == ticket_id, reply_drafts.c.staff_id == staff_id)
    found: datetime | None = db.scalar(select(reply_drafts.c.at).where(*mine, reply_drafts.c.field == field))
    return found


def drop_draft(db: Connection, ticket_id: int, staff_id: int, field: str) -> None:
    """Forget what a person has typed into a field, because it was sent or emptied."""
    mine = (reply_drafts.c.ticket_id == ticket_id, reply_drafts.c.staff_id == staff_id)
    db.execute(delete(reply_drafts).where(*mine, reply_drafts.c.field == field))


def forget_expired(db: Connection, now: datetime, limit: int) -> int:
    """Delete up to `limit` drafts that nobody has touched for KEPT_FOR; return how many."""
    key = (reply_drafts.c.ticket_id, reply_drafts.c.staff_id, reply_drafts.c.field)
    old = db.execute(select(*key).where(reply_drafts.c.at <= now - KEPT_FOR).limit(limit)).all()
    for row in old:
        drop_draft(db, *row)
    return len(old)


def _row(ticket_id: int, staff_id: int) -> str:
    return f"{ticket_id}:{staff_id}"


def _column(field: str) -> str:
    return f"reply_drafts.{field}"
