"""What is on file of a customer: items, notes, who became whom, who left; a number that an organisation shares"""

import sqlalchemy as sa
from alembic import op


revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("note", sa.Text()),
        sa.Column("preferred_channel", sa.String(length=16)),
        sa.Column("merged_into", sa.Text(), sa.ForeignKey("contacts.id", name="fk_contacts_merged_into_contacts")),
        sa.Column("left_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("contacts", column, inline_references=True)
    op.create_index("ix_contacts_updated_at", "contacts", ["updated_at"], unique=False)
    op.create_index("ix_contacts_merged_into", "contacts", ["merged_into"], unique=False)
    op.add_column(
        "organisations",
        sa.Column(
            "merged_into",
            sa.String(length=32),
            sa.ForeignKey("organisations.id", name="fk_organisations_merged_into_organisations"),
        ),
        inline_references=True,
    )
    op.create_index("ix_organisations_updated_at", "organisations", ["updated_at"], unique=False)
    op.add_column(
        "conversations",
        sa.Column(
            "organisation_id",
            sa.String(length=32),
            sa.ForeignKey("organisations.id", name="fk_conversations_organisation_id_organisations"),
        ),
        inline_references=True,
    )
    op.create_table(
        "customer_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date()),
        sa.Column("ends", sa.Date()),
        sa.Column("status", sa.String(length=32)),
        sa.Column("note", sa.Text()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_customer_items_organisation_id_organisations"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_items"),
        sa.UniqueConstraint("organisation_id", "kind", "number", name="uq_customer_items_organisation_id_kind_number"),
    )
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_customer_notes_organisation_id_organisations"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_customer_notes_contact_id_contacts"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_notes"),
    )
    op.create_index("ix_customer_notes_organisation_id", "customer_notes", ["organisation_id"], unique=False)
