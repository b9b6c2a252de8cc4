"""An operator can say that the holidays given of a year are all of them"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calendar_years", sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False))
