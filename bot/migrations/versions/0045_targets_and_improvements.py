"""Targets with who has read them, and improvements with their progress"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("indicator", sa.String(32), nullable=False),
        sa.Column("tier", sa.String(64), nullable=True),
        sa.Column("queue", sa.String(64), nullable=True),
        sa.Column("start_value", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("goal_value", sa.Integer(), nullable=False),
        sa.Column("goal_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("announced_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("edits", sa.Integer(), nullable=False),
    )
    op.create_table(
        "target_reads",
        sa.Column("target_id", sa.Integer(), sa.ForeignKey("targets.id"), primary_key=True, autoincrement=False),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "improvements",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("indicator", sa.String(32), nullable=True),
        sa.Column("period", sa.String(24), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("tier", sa.String(64), nullable=True),
        sa.Column("queue", sa.String(64), nullable=True),
        sa.Column("cause_kind", sa.String(16), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_improvements_due_on_open", "improvements", ["due_on"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "improvement_progress",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("improvement_id", sa.Integer(), sa.ForeignKey("improvements.id"), nullable=False, index=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
