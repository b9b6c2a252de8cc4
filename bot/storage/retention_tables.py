"""The tables of how far rows were looked at for what has been kept long enough, and which of them were left."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from bot.storage.tables import metadata

retention_passes = Table(
    "retention_passes",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("day", String(10), nullable=False),  # of the pass that was begun last
    Column("retried", Integer, nullable=False),  # the last row left earlier that this pass looked at again
    Column("through", Integer, nullable=False),  # every row up to this id is gone, or left
    Column("done", Boolean, nullable=False),
    Column("gone", Integer, nullable=False),  # in this pass
    Column("after_contact", Text),  # some have no numbers: where this pass is among them
)

retention_left = Table(  # looked at, and still needed: looked at again by each pass
    "retention_left",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("row", Integer, primary_key=True),
)
