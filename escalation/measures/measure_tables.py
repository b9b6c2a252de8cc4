"""The tables of the figures: facts of days not yet closed, closed days, months, and how far each stream has come."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, String, Table, Text

from escalation.tables import metadata

Instant = DateTime(timezone=True)

measure_facts = Table(
    "measure_facts",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("day", String(10), nullable=False, index=True),  # of the policy's zone, as the date is written
    Column("at", Instant, nullable=False),
    Column("measure", String(32), nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("ticket_id", Integer, nullable=False),  # 0: of none; no key, for what is counted stays when a ticket goes
    Column("tier", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("staff_id", Integer, nullable=False),
    Column("part", Text, nullable=False),
)

measure_blocks = Table(
    "measure_blocks",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("number", Integer, nullable=False),  # of facts
    Column("facts", LargeBinary, nullable=False),  # as `packed_day` writes them
    Column("closed_at", Instant, nullable=False),
    Column("rewritten_at", Instant),  # when facts that came late were put with them
)

measure_months = Table(  # sums of whole months without filters; made anew whenever they are missing
    "measure_months",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("dimension", String(8), primary_key=True),
    Column("sums", LargeBinary, nullable=False),
)

measure_streams = Table(
    "measure_streams",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("through", BigInteger, nullable=False),  # the last number that was read
    Column("began", BigInteger, nullable=False),  # with which number it began; what is older is another stream's
    Column("until", BigInteger),  # with which number it ends; null: never
    Column("reached", Instant, nullable=False),  # no fact of an earlier instant will come from it
)
