"""Canned replies, and what agents made of suggested answers"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0050"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("staff.id"), index=True),
        sa.Column("queue", sa.String(64)),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(64)),
        sa.Column("tier", sa.String(64)),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used_at", _INSTANT),
        sa.Column("changed_by", sa.String(128), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("retired_at", _INSTANT),
    )
    op.create_table(
        "suggestion_verdicts",
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("article_id", sa.String(), primary_key=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Index("ix_suggestion_verdicts_at", "at"),
    )
