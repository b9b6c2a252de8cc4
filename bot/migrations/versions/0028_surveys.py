"""Scores by dimension, quarterly surveys, and who wishes none"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rating_dimensions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("tickets.id"), nullable=False, index=True),
        sa.Column("solution", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "surveys",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant, nullable=False),
        sa.UniqueConstraint("contact_id", "quarter", name="uq_surveys_contact_id_quarter"),
    )
    op.create_table(
        "survey_scores",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("survey_id", sa.Integer(), sa.ForeignKey("surveys.id"), nullable=False, index=True),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "survey_consents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("contact_id", sa.Text(), nullable=False, index=True),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant, nullable=False),
    )
