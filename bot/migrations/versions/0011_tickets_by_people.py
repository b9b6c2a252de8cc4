"""What people say of tickets: how they came, what was set by hand, how grave they are, who helps, where they went on"""

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("channel", sa.String(length=16), server_default="", nullable=False),
        sa.Column("opened_by", sa.Integer(), sa.ForeignKey("staff.id", name="fk_tickets_opened_by_staff")),
        sa.Column("set_by_hand", sa.Text(), server_default="", nullable=False),
        sa.Column("gravity", sa.String(length=16), server_default="", nullable=False),
        sa.Column("merged_into", sa.Integer(), sa.ForeignKey("tickets.id", name="fk_tickets_merged_into_tickets")),
        sa.Column("helpers", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("tickets", column, inline_references=True)
    op.create_index("ix_tickets_merged_into", "tickets", ["merged_into"], unique=False)
