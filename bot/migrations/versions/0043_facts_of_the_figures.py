"""The facts that the figures are counted from: of open days, of closed ones, summed by month, and how far they have come"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "measure_facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("day", sa.String(10), nullable=False, index=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
    )
    op.create_table(
        "measure_blocks",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=False),
        sa.Column("rewritten_at", _INSTANT, nullable=True),
    )
    op.create_table(
        "measure_months",
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("dimension", sa.String(8), primary_key=True),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "measure_streams",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reached", _INSTANT, nullable=False),
    )
