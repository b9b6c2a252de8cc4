"""Main numbers of telephones with an extension"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("phone_main_mac", sa.String(length=64), nullable=True))
    op.create_index("ix_contacts_phone_main_mac", "contacts", ["phone_main_mac"], unique=False)
