"""Records drawn for inspectors, their scores, objections to these, and rectifications"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SCORED = sa.text("state = 'scored'")
OPEN = sa.text("done_at IS NULL AND overdue_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "inspection_draws",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("inspector_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("queue", sa.String(64), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("frame", sa.JSON(), nullable=False),
        sa.Column("edition", sa.String(12), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
    )
    op.create_table(
        "inspections",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("draw_id", sa.Integer(), sa.ForeignKey("inspection_draws.id"), nullable=False),
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("tickets.id"), nullable=False, index=True),
        sa.Column("inspector_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("tier", sa.String(64), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("overall", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("saved_at", INSTANT, nullable=True),
        sa.Column("scored_at", INSTANT, nullable=True),
        sa.Column("object_until", INSTANT, nullable=True),
        sa.UniqueConstraint("draw_id", "ticket_id", name="uq_inspections_draw_id_ticket_id"),
    )
    op.create_index(
        "uq_inspections_ticket_id_scored",
        "inspections",
        ["ticket_id"],
        unique=True,
        sqlite_where=SCORED,
        postgresql_where=SCORED,
    )
    op.create_table(
        "inspection_objections",
        sa.Column(
            "inspection_id", sa.Integer(), sa.ForeignKey("inspections.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answers_after", sa.JSON(), nullable=True),
        sa.Column("score_after", sa.Integer(), nullable=True),
    )
    op.create_table(
        "rectifications",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("inspection_id", sa.Integer(), sa.ForeignKey("inspections.id"), nullable=False, index=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("overdue_at", INSTANT, nullable=True),
    )
    op.create_index(
        "ix_rectifications_due_on_open", "rectifications", ["due_on"], sqlite_where=OPEN, postgresql_where=OPEN
    )
