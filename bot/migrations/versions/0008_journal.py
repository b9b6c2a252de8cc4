"""One journal of everything that is done, and what its chains cover"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JOURNAL_IS_KEPT = "The journal is only ever added to."


def upgrade() -> None:
    op.create_table(
        "journal_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_lines")),
    )
    op.create_index("ix_journal_lines_subject_seq", "journal_lines", ["subject", "seq"], unique=True)
    op.create_index("ix_journal_lines_by", "journal_lines", ["by"], unique=False)
    op.create_index("ix_journal_lines_at", "journal_lines", ["at"], unique=False)
    op.create_table(
        "journal_heads",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_journal_heads")),
    )
    op.create_table(
        "seals",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", "name", name=op.f("pk_seals")),
    )
    _only_ever_added_to()


def _only_ever_added_to() -> None:
    """The database itself refuses to change or drop a line. A migration that rebuilds the table on SQLite loses these
    triggers and must make them again."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{JOURNAL_IS_KEPT}'); END"
        for what in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER journal_lines_no_{what.lower()} BEFORE {what} ON journal_lines {refuse}")
        # SQLite fires no DELETE trigger for what INSERT OR REPLACE drops.
        taken = "SELECT 1 FROM journal_lines WHERE id = NEW.id OR (subject = NEW.subject AND seq = NEW.seq)"
        op.execute(
            f"CREATE TRIGGER journal_lines_no_replace BEFORE INSERT ON journal_lines WHEN EXISTS ({taken}) {refuse}"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_to_change_journal() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{JOURNAL_IS_KEPT}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_lines_no_change BEFORE UPDATE OR DELETE ON journal_lines "
        "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_journal()"
    )
    op.execute(
        "CREATE TRIGGER journal_lines_no_truncate BEFORE TRUNCATE ON journal_lines "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_journal()"
    )
