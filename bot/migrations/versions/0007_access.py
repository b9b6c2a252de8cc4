"""Who may see what: closed tickets, drawn records, queues that are named"""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("closed_to", sa.Text(), server_default="", nullable=False))
    op.add_column("tickets", sa.Column("drawn_for", sa.Text(), server_default="", nullable=False))
    # No queues named meant all of them until now; from here on it means none.
    op.execute("UPDATE staff SET queues = '[\"*\"]' WHERE CAST(queues AS TEXT) = '[]'")
