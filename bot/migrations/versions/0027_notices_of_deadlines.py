"""Notices know the deadline that was reached, and are found by their ticket"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("deadline_id", sa.Integer(), nullable=True))
    op.create_index("ix_notices_ticket_id", "notices", ["ticket_id"], unique=False)
