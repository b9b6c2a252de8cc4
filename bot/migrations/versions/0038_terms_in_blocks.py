"""Which tickets have a term of the search stands in blocks; the name of a business account's owner is sealed"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.drop_table("term_tickets")
    op.drop_table("ticket_terms")
    op.create_table(
        "ticket_terms",
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("tickets.id"), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_table(
        "term_blocks",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tickets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "block"),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM search_marks")
    op.execute("INSERT INTO search_marks (ticket_id) SELECT id FROM tickets")
    if not is_sqlite:  # which holds nobody to the length of a text
        op.alter_column("business_connections", "owner_name", type_=sa.Text())
