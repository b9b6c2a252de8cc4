"""The rating that comes after a service report was submitted, and before it was due"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("rating", sa.Integer(), nullable=True))
    op.add_column("reports", sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True))
