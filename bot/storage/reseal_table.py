"""The table of how far the rows of each table are sealed with a key."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, String, Table

from bot.storage.tables import metadata

reseals = Table(
    "reseals",
    metadata,
    Column("table_name", String(64), primary_key=True),
    Column("key_id", String(32), nullable=False),  # whose pass this is
    Column("after", JSON, nullable=False),  # the last row that was looked at: the values of its primary key
    Column("missed", Boolean, nullable=False),  # a row was in other hands: another pass follows
    Column("done", Boolean, nullable=False),
    Column("unreadable", Integer, nullable=False),  # values that no key opens …
    Column("keys", JSON, nullable=False, server_default="[]"),  # … of these …
    Column("counted_at", DateTime(timezone=True)),  # … as far as was looked then
)
