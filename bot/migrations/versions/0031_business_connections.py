"""Accounts that the bot is connected to, and when their customers wrote last"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "business_connections",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("owner", sa.BigInteger()),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("owner_chat", sa.BigInteger()),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("rights", sa.JSON()),
        sa.Column("since", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
    )
    op.create_table(
        "business_chats",
        sa.Column("address", sa.String(length=64), primary_key=True),
        sa.Column("connection_id", sa.String(length=64), nullable=False, index=True),
        sa.Column("heard_at", Instant, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
    )
