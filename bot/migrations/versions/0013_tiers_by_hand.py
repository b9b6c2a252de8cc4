"""Tiers set by hand: wishes that wait for a second person, the history of every tier, teams of organisations"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RUN_OUT = "manual_tier IS NOT NULL AND (expiry_noted IS NULL OR expiry_noted <> manual_expires)"


def upgrade() -> None:
    op.add_column("organisations", sa.Column("expiry_noted", sa.Date(), nullable=True))
    op.create_index(
        "ix_organisations_manual_expires",
        "organisations",
        ["manual_expires"],
        unique=False,
        sqlite_where=sa.text(RUN_OUT),
        postgresql_where=sa.text(RUN_OUT),
    )
    op.create_table(
        "tier_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.String(length=128), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_tier_proposals_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_proposals")),
    )
    op.create_index("ix_tier_proposals_organisation_id", "tier_proposals", ["organisation_id"], unique=False)
    waits = sa.text("state = 'waiting'")
    op.create_index(
        "ix_tier_proposals_waiting",
        "tier_proposals",
        ["organisation_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_table(
        "tier_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("tier_before", sa.Text(), nullable=False),
        sa.Column("tier_after", sa.Text(), nullable=False),
        sa.Column("wished", sa.Text(), nullable=True),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=128), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_tier_history_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_history")),
    )
    op.create_index("ix_tier_history_organisation_id", "tier_history", ["organisation_id"], unique=False)
    op.create_table(
        "service_teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_service_teams_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_teams")),
        sa.UniqueConstraint("organisation_id", "login", name=op.f("uq_service_teams_organisation_id_login")),
    )
    op.create_table(
        "tier_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["step_id"], ["tier_history.id"], name=op.f("fk_tier_notices_step_id_tier_history")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_notices")),
    )
    untold = sa.text("told_at IS NULL")
    op.create_index(
        "ix_tier_notices_untold", "tier_notices", ["id"], sqlite_where=untold, postgresql_where=untold
    )
