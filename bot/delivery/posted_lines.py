"""Write a line of the transcript and post it to a messenger."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.delivery.outbox import outbox, post_row
from bot.transcript.message_store import add_line, messages

_PLACE = ("channel", "address", "ref", "text", "buttons", "rank", "reply_to", "content")
_WRITTEN = (*_PLACE, "state", "attempts", "in_flight", "retried", "next_at", "created_at")


def add_posted_line(db: Connection, line: dict[str, Any], row: dict[str, Any]) -> None:
    """Add the columns of a line, and those of the outbox row that carries it; one round trip on PostgreSQL."""
    if db.dialect.name != "postgresql":
        post_row(db, row | {"line": add_line(db, line)})
        return
    values = {f"line_{name}": value for name, value in line.items()}
    db.execute(_at_once(), values | {f"row_{name}": value for name, value in row.items()})


@cache
def _at_once() -> Any:
    line = {column.name: _bound("line", column) for column in messages.c if column.name != "id"}
    said = insert(messages).values(line).returning(messages.c.id).cte("said")
    row = [_bound("row", outbox.c[name]) for name in _WRITTEN]
    return insert(outbox).from_select([*_WRITTEN, "line"], select(*row, said.c.id)).returning(outbox.c.id)


def _bound(prefix: str, column: Column[Any]) -> Any:
    return bindparam(f"{prefix}_{column.name}", type_=column.type)
