"""Tickets are searched by keyed terms, and no longer by a copy of what was said"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("PRAGMA secure_delete=ON")  # what was said is not to be left in pages that are free
    op.drop_table("ticket_texts")
    op.create_table(
        "ticket_terms",
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("tickets.id"), nullable=False),
        sa.Column("terms", sa.LargeBinary() if is_sqlite else sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_table(
        "term_tickets",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("tickets.id"), nullable=False),
        sa.PrimaryKeyConstraint("term", "ticket_id"),
        sqlite_with_rowid=False,
    )
    if not is_sqlite:
        op.create_index("ix_ticket_terms_terms", "ticket_terms", ["terms"], postgresql_using="gin")
    op.execute("INSERT INTO search_marks (ticket_id) SELECT id FROM tickets")
