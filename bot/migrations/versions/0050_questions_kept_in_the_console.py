"""Changes of the draft question by question, what the regressions said of it, and files about to be taken into it"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0046"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_kb_articles_article_id", "kb_articles", ["article_id", "revision_id"])
    op.create_table(
        "kb_draft_changes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer()),
        sa.Index("ix_kb_draft_changes_article_id", "article_id", "id"),
        sa.Index("ix_kb_draft_changes_state", "state"),
    )
    op.create_table(
        "kb_draft_checks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("content", sa.String(16), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("begun_at", _INSTANT, nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("refused", sa.Text()),
        sa.Column("lost", sa.JSON(), nullable=False),
        sa.Column("lost_talks", sa.JSON(), nullable=False),
        sa.Column("lost_before", sa.JSON(), nullable=False),
    )
    op.create_table(
        "kb_uploads",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )
