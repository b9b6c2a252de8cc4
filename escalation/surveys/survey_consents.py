"""Who wishes no more surveys, and who wishes them again, with a record of when: the table and its SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, DateTime, Integer, Select, String, Table, Text, func, select, update
from sqlalchemy import insert as insert_row

from escalation.tables import metadata

survey_consents = Table(
    "survey_consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_id", Text, nullable=False, index=True),
    Column("wanted", Boolean, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("survey_id", Integer),  # below which it was tapped; null where it was said
    Column("at", DateTime(timezone=True), nullable=False),
)


def wants_surveys(db: Connection, contact_id: str) -> bool:
    """Whether a contact may be sent surveys: they have not withdrawn, or agreed again since."""
    return withdrawn_at(db, contact_id) is None


def withdrawn_at(db: Connection, contact_id: str) -> datetime | None:
    """Return since when a contact wishes no surveys; None while they may be sent some."""
    mine = select(survey_consents.c.wanted, survey_consents.c.at).where(survey_consents.c.contact_id == contact_id)
    newest_first = (survey_consents.c.at.desc(), survey_consents.c.id.desc())
    row = db.execute(mine.order_by(*newest_first).limit(1)).one_or_none()
    return row.at if row is not None and not row.wanted else None


def set_wanted(
    db: Connection, contact_id: str, channel: str, now: datetime, *, wanted: bool, survey_id: int | None = None
) -> bool:
    """Record that a contact wishes surveys or not; False, and nothing written, where that is so already."""
    if wants_surveys(db, contact_id) == wanted:
        return False
    row = {"contact_id": contact_id, "wanted": wanted, "channel": channel, "survey_id": survey_id, "at": now}
    db.execute(insert_row(survey_consents).values(**row))
    return True


def withdrawn_contacts() -> Select[tuple[str]]:
    """Select the contacts who wish no surveys."""
    newest = func.row_number().over(
        partition_by=survey_consents.c.contact_id, order_by=(survey_consents.c.at.desc(), survey_consents.c.id.desc())
    )
    ranked = select(survey_consents.c.contact_id, survey_consents.c.wanted, newest.label("place")).subquery()
    return select(ranked.c.contact_id).where(ranked.c.place == 1, ranked.c.wanted.is_(False))


def move_consents(db: Connection, from_id: str, into_id: str) -> None:
    """Give what a contact said of surveys to whom they became; the latest of both counts."""
    mine = survey_consents.c.contact_id == from_id
    db.execute(update(survey_consents).where(mine).values(contact_id=into_id))
