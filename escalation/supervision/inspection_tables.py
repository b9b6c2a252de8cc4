"""The tables of draws, drawn records with their scores, objections to these, and rectifications."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
)

from escalation.sealed_columns import SealedJson, SealedText
from escalation.tables import metadata

Instant = DateTime(timezone=True)

inspection_draws = Table(
    "inspection_draws",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inspector_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("by", String(64), nullable=False),  # a sign-in name, "cli" or "system"
    Column("at", Instant, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("queue", String(64)),
    Column("share", Integer, nullable=False),  # in hundredths of a percent
    Column("least", Integer, nullable=False),
    Column("most", Integer),
    Column("seed", String(64), nullable=False),
    Column("frame", JSON, nullable=False),  # what could be drawn: [ticket, agent, tier] each
    Column("edition", String(12), nullable=False),
    Column("checklist", JSON, nullable=False),  # as it was then
)

inspections = Table(
    "inspections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draw_id", Integer, ForeignKey("inspection_draws.id"), nullable=False),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("inspector_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("agent_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("tier", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("state", String(8), nullable=False),  # drawn | draft | scored
    Column("answers", JSON, nullable=False),  # by item: yes, no, na, or points
    Column("remarks", SealedJson("inspections.remarks"), nullable=False),  # by item
    Column("overall", SealedText("inspections.overall"), nullable=False),
    Column("score", Integer),
    Column("saved_at", Instant),
    Column("scored_at", Instant),
    Column("object_until", Instant),
    UniqueConstraint("draw_id", "ticket_id"),
)
Index(  # a ticket is scored once, whoever submits first
    "uq_inspections_ticket_id_scored",
    inspections.c.ticket_id,
    unique=True,
    sqlite_where=inspections.c.state == "scored",
    postgresql_where=inspections.c.state == "scored",
)

inspection_objections = Table(
    "inspection_objections",
    metadata,
    Column("inspection_id", Integer, ForeignKey("inspections.id"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("words", SealedText("inspection_objections.words"), nullable=False),
    Column("outcome", String(16)),  # upheld | explained; null while it waits
    Column("answer", SealedText("inspection_objections.answer"), nullable=False),
    Column("answered_by", Integer, ForeignKey("staff.id")),
    Column("answered_at", Instant),
    Column("answers_after", JSON),  # of one that was upheld, beside those of the inspection, which stay
    Column("score_after", Integer),
)

rectifications = Table(
    "rectifications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inspection_id", Integer, ForeignKey("inspections.id"), nullable=False, index=True),
    Column("person_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("measure", SealedText("rectifications.measure"), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("asked_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("done", SealedText("rectifications.done"), nullable=False),  # what was done
    Column("done_at", Instant),
    Column("reminded_at", Instant),
    Column("overdue_at", Instant),  # when person and lead were told that it is overdue
)
Index(
    "ix_rectifications_due_on_open",
    rectifications.c.due_on,
    sqlite_where=and_(rectifications.c.done_at.is_(None), rectifications.c.overdue_at.is_(None)),
    postgresql_where=and_(rectifications.c.done_at.is_(None), rectifications.c.overdue_at.is_(None)),
)
