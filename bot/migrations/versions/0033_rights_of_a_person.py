"""What a person may ask of us by law, and lines of history whose content can be erased"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)
KEPT = {
    "ticket_events": (
        "The history of a ticket is only ever added to.",
        ("id", "ticket_id", "seq", "at", "kind", "staff_id", "hash"),
    ),
    "journal_lines": ("The journal is only ever added to.", ("id", "seq", "at", "what", "hash")),
}


def upgrade() -> None:
    op.add_column("ticket_events", sa.Column("salt", sa.String(length=32), server_default="", nullable=False))
    for table in KEPT:
        op.add_column(table, sa.Column("erased_by", sa.String(length=128), nullable=True))
        op.add_column(table, sa.Column("erased_at", Instant, nullable=True))
        op.add_column(table, sa.Column("erasure", sa.String(length=64), nullable=True))
    for table, (sentence, columns) in KEPT.items():
        _let_erase(table, sentence, columns)
    op.create_table(
        "data_requests",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True, index=True),
        sa.Column("digest", sa.String(length=64), nullable=False, index=True),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("first_by", sa.String(length=64), nullable=True),
        sa.Column("first_at", Instant, nullable=True),
        sa.Column("second_by", sa.String(length=64), nullable=True),
        sa.Column("second_at", Instant, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("ground", sa.Text(), nullable=False, server_default=""),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("done_at", Instant, nullable=True),
        sa.Column("delivered", sa.JSON(), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=True, index=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("told_late_at", Instant, nullable=True),
    )
    op.create_index("ix_data_requests_state_due_at", "data_requests", ["state", "due_at"])
    op.create_table(
        "restricted_parts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("request_id", sa.Integer(), sa.ForeignKey("data_requests.id"), nullable=False, index=True),
        sa.Column("content", sa.Text(), nullable=False),
    )


def _let_erase(table: str, sentence: str, columns: tuple[str, ...]) -> None:
    """A line is still refused any change but one that erases what it says: its hash and place stay, and it says so."""
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in columns)
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT (NEW.erasure IS NOT NULL AND {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )
        return
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in columns)
    function = "refuse_to_change_history" if table == "ticket_events" else "refuse_to_change_journal"
    op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (NOT (NEW.erasure IS NOT NULL AND {same})) EXECUTE FUNCTION {function}()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
