"""Who may see what: closed tickets, drawn records, queues that are named"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
