"""One-time links, known devices, failed sign-ins that somebody must hear of, scopes of keys"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_password_links_staff_id_staff")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_password_links")),
    )
    op.create_index("ix_password_links_staff_id", "password_links", ["staff_id"], unique=False)
    op.create_table(
        "known_devices",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_known_devices_staff_id_staff")),
        sa.PrimaryKeyConstraint("digest", "staff_id", name=op.f("pk_known_devices")),
    )
    op.create_index("ix_known_devices_staff_id", "known_devices", ["staff_id"], unique=False)
    op.create_table(
        "failed_sign_ins",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("unrecorded", sa.Integer(), nullable=False),
        sa.Column("unrecorded_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unseen", sa.Integer(), nullable=False),
        sa.Column("unseen_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_network", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_failed_sign_ins")),
    )
    op.add_column("staff_sessions", sa.Column("agent", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("staff_sessions", sa.Column("network", sa.String(length=64), nullable=False, server_default=""))
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"], unique=False)
    op.add_column("api_keys", sa.Column("scopes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("api_keys", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_keys", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    # Keys of before could do everything there is.
    op.execute("""UPDATE api_keys SET scopes = '["customers", "telegram-links", "metrics"]'""")
    op.create_index("ix_link_codes_purpose_subject", "link_codes", ["purpose", "subject"], unique=False)
