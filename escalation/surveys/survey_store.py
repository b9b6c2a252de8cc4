"""Quarterly surveys that were sent and what was answered: the tables and their SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    update,
)

from escalation.tables import INSERTS, metadata

surveys = Table(
    "surveys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("quarter", String(8), nullable=False),  # 2026-Q4, in the company's time zone
    Column("channel", String(16), nullable=False),
    Column("contact_id", Text),  # null where whom they became was asked in the same quarter
    Column("conversation_id", Integer, nullable=False),  # in which it was asked
    Column("sent_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("contact_id", "quarter", name="uq_surveys_contact_id_quarter"),
)
survey_scores = Table(
    "survey_scores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("survey_id", Integer, ForeignKey("surveys.id"), nullable=False, index=True),
    Column("dimension", String(16), nullable=False),  # empty: the overall score
    Column("score", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey that a contact was sent."""

    id: int
    quarter: str
    channel: str
    contact_id: str | None
    conversation_id: int
    sent_at: datetime


def insert_once(
    db: Connection, quarter: str, channel: str, contact_id: str, conversation_id: int, now: datetime
) -> int | None:
    """Write a survey and return its number; None where this contact has one of the quarter already."""
    row = {"quarter": quarter, "channel": channel, "contact_id": contact_id}
    statement = INSERTS[db.dialect.name](surveys).values(**row, conversation_id=conversation_id, sent_at=now)
    number: int | None = db.scalar(statement.on_conflict_do_nothing().returning(surveys.c.id))
    return number


def get_survey(db: Connection, survey_id: int) -> Survey | None:
    """Return a survey; None for a number that none has."""
    row = db.execute(select(surveys).where(surveys.c.id == survey_id)).one_or_none()
    return Survey(*row) if row is not None else None


def latest_of_contact(db: Connection, contact_id: str) -> Survey | None:
    """Return the survey that a contact was sent last."""
    query = select(surveys).where(surveys.c.contact_id == contact_id).order_by(surveys.c.id.desc()).limit(1)
    row = db.execute(query).one_or_none()
    return Survey(*row) if row is not None else None


def insert_score(db: Connection, survey_id: int, dimension: str, score: int, now: datetime) -> None:
    """Write an answer; the last one of a dimension counts, earlier ones stay."""
    db.execute(insert(survey_scores).values(survey_id=survey_id, dimension=dimension, score=score, at=now))


def scores_of(db: Connection, survey_id: int) -> dict[str, int]:
    """Return what counts of a survey: the last score of each dimension, the overall one under an empty name."""
    rows = db.execute(select(survey_scores).where(survey_scores.c.survey_id == survey_id).order_by(survey_scores.c.id))
    return {row.dimension: row.score for row in rows}


def move_surveys(db: Connection, from_id: str, into_id: str) -> None:
    """Give a contact's surveys to whom they became; one of a quarter that both were asked in is nobody's."""
    theirs = select(surveys.c.quarter).where(surveys.c.contact_id == into_id)
    mine = surveys.c.contact_id == from_id
    db.execute(update(surveys).where(mine, surveys.c.quarter.in_(theirs.scalar_subquery())).values(contact_id=None))
    db.execute(update(surveys).where(mine).values(contact_id=into_id))
