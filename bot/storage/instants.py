"""Column types of instants: aware datetimes in UTC on both databases, naive ones refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.dialects.sqlite import DATETIME


class UtcDateTime(DATETIME):
    """SQLite's DateTime in UTC: stores UTC, returns aware datetimes, raises ValueError for naive ones."""

    def bind_processor(self, dialect: Any) -> Any:
        inner = super().bind_processor(dialect)
        assert inner is not None

        def process(value: datetime | None) -> Any:
            if value is not None and value.tzinfo is None:
                raise ValueError(f"a naive datetime must not reach the database: {value!r}")
            return inner(value.astimezone(UTC).replace(tzinfo=None) if value is not None else None)

        return process

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        inner = super().result_processor(dialect, coltype)
        assert inner is not None

        def process(value: Any) -> datetime | None:
            found = inner(value)
            return found.replace(tzinfo=UTC) if found is not None else None

        return process


class AwareTimestamp(TIMESTAMP):
    """PostgreSQL's timestamp that raises ValueError for a naive datetime, which it would read in the session's zone."""

    def bind_processor(self, dialect: Any) -> Any:
        del dialect

        def process(value: datetime | None) -> datetime | None:
            if value is not None and value.tzinfo is None:
                raise ValueError(f"a naive datetime must not reach the database: {value!r}")
            return value

        return process
