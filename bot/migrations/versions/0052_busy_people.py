"""Since when a person is busy and is assigned nothing new"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("busy_since", sa.DateTime(timezone=True), nullable=True))
