"""Where one person's conversation is reached, what was joined into it, what they have read, and lines linked to tickets"""

import sqlalchemy as sa
from alembic import op


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversation_addresses",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", Instant, nullable=False),
        sa.Column("heard_at", Instant, nullable=False),
        sa.Column("unreachable_at", Instant),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("channel", "address"),
    )
    op.create_index(
        "ix_conversation_addresses_conversation_id", "conversation_addresses", ["conversation_id"], unique=False
    )
    op.execute(
        "INSERT INTO conversation_addresses (channel, address, conversation_id, joined_at, heard_at, unreachable_at) "
        "SELECT channel, address, id, created_at, updated_at, unreachable_at FROM conversations"
    )
    for column in (
        sa.Column(
            "joined_into", sa.Integer(), sa.ForeignKey("conversations.id", name="fk_conversations_joined_into")
        ),
        sa.Column("joins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("read_to", sa.Integer()),
    ):
        op.add_column("conversations", column, inline_references=True)
    op.create_index(
        "ix_conversations_contact_id",
        "conversations",
        ["contact_id"],
        unique=False,
        sqlite_where=sa.text("joined_into IS NULL"),
        postgresql_where=sa.text("joined_into IS NULL"),
    )
    op.create_table(
        "linked_lines",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("ticket_id", "message_id"),
    )
