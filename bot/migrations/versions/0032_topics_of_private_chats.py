"""Each ticket may have a topic in its customer's private chat"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_topics",
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("chat", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("thread", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
    )
    op.create_index("ix_customer_topics_chat_thread", "customer_topics", ["chat", "thread"])
    op.create_table(
        "private_topics",
        sa.Column("channel", sa.String(length=16), primary_key=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("trouble_at", sa.DateTime(timezone=True), nullable=True),
    )
