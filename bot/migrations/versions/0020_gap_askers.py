"""Who asked what the knowledge base lacked, and what answers it by now"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("kb_gaps", sa.Column("conversation_id", sa.Integer(), nullable=True))
    op.add_column("kb_gaps", sa.Column("tier", sa.String(length=32), nullable=True))
    op.add_column("kb_gaps", sa.Column("answered_by", sa.String(), nullable=True))
