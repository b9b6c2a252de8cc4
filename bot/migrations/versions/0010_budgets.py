"""What strangers have used of what they may; hand-offs and alarms that must wait"""

import sqlalchemy as sa
from alembic import op


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_uses",
        sa.Column("purse", sa.String(length=80), nullable=False),
        sa.Column("used_for", sa.String(length=16), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purse", "used_for"),
    )
    op.create_index("ix_budget_uses_full_at", "budget_uses", ["full_at"], unique=False)
    op.create_table(
        "delayed_alarms",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    for column in (
        sa.Column("origin", sa.String(length=40)),
        sa.Column("turn_at", sa.DateTime(timezone=True)),
        sa.Column("turn_for", sa.String(length=32)),
    ):
        op.add_column("conversations", column)
    op.create_index("ix_visitor_sessions_expires_at", "visitor_sessions", ["expires_at"], unique=False)
    op.create_index(
        "ix_tickets_of_strangers",
        "tickets",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("contact_id IS NULL"),
        postgresql_where=sa.text("contact_id IS NULL"),
    )
