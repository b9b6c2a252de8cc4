"""The tables of targets with who has read them, and of improvements with their progress."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, String, Table

from escalation.sealed_columns import SealedText
from escalation.tables import metadata

Instant = DateTime(timezone=True)

targets = Table(
    "targets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("indicator", String(32), nullable=False),
    Column("tier", String(64)),  # null: every one
    Column("queue", String(64)),
    Column("start_value", Integer, nullable=False),  # an amount of `amounts`
    Column("start_on", Date, nullable=False),
    Column("goal_value", Integer, nullable=False),
    Column("goal_on", Date, nullable=False),
    Column("owner_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("impact", Integer, nullable=False),  # 1 to 5
    Column("difficulty", Integer, nullable=False),  # 1 to 5
    Column("made_by", String(64), nullable=False),  # a sign-in name
    Column("made_at", Instant, nullable=False),
    Column("announced_at", Instant),
    Column("ended_at", Instant),
    Column("edits", Integer, nullable=False),  # what a change must have seen
)

target_reads = Table(
    "target_reads",
    metadata,
    Column("target_id", Integer, ForeignKey("targets.id"), primary_key=True, autoincrement=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

improvements = Table(
    "improvements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding", SealedText("improvements.finding"), nullable=False),
    Column("indicator", String(32)),  # of a finding in the figures, with the period and what it was
    Column("period", String(24)),
    Column("value", Integer),
    Column("tier", String(64)),
    Column("queue", String(64)),
    Column("cause_kind", String(16), nullable=False),
    Column("cause", SealedText("improvements.cause"), nullable=False),
    Column("measure", SealedText("improvements.measure"), nullable=False),
    Column("person_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("department", String(64), nullable=False),
    Column("start_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("made_by", String(64), nullable=False),  # a sign-in name
    Column("made_at", Instant, nullable=False),
    Column("closed_on", Date),
    Column("closed_at", Instant),
    Column("outcome", SealedText("improvements.outcome"), nullable=False),
    Column("edits", Integer, nullable=False),  # what a change must have seen
)
Index(
    "ix_improvements_due_on_open",
    improvements.c.due_on,
    sqlite_where=improvements.c.closed_at.is_(None),
    postgresql_where=improvements.c.closed_at.is_(None),
)

improvement_progress = Table(
    "improvement_progress",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("improvement_id", Integer, ForeignKey("improvements.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("words", SealedText("improvement_progress.words"), nullable=False),
)
