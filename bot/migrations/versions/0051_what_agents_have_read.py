"""Up to which line of a ticket a person has read, how they want to be alerted, and their saved views of the list"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0048"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ticket_reads",
        sa.Column("staff_id", sa.Integer(), primary_key=True),
        sa.Column("ticket_id", sa.Integer(), primary_key=True),
        sa.Column("message_id", sa.Integer(), nullable=False),
    )
    op.create_table(
        "staff_preferences",
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("alerts", sa.String(8), nullable=False),
        sa.Column("with_words", sa.Boolean(), nullable=False),
        sa.Column("single_keys", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Index("ix_saved_views_name", "staff_id", "name", unique=True),
    )
