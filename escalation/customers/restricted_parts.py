"""What of a person is only restricted: sealed under a key of its own that is kept apart, until an end date."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, Text, delete, insert, select

from escalation.customers.data_requests import data_requests
from escalation.tables import metadata
from escalation.vault import Vault

_FIELD = "restricted_parts.content"

restricted_parts = Table(
    "restricted_parts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Integer, ForeignKey(data_requests.c.id), nullable=False, index=True),
    Column("content", Text, nullable=False),  # JSON, sealed under the key of its request
)


def keep_part(db: Connection, key: Vault, request_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what is being erased: rows of tables, each with `table`; values that JSON can hold, others as text."""
    if rows:
        text = json.dumps(list(rows), ensure_ascii=False, default=str)
        sealed = key.seal(text, row=str(request_id), field=_FIELD)
        db.execute(insert(restricted_parts).values(request_id=request_id, content=sealed))


def open_parts(db: Connection, key: Vault, request_id: int) -> Iterator[dict[str, Any]]:
    """Yield what was kept, in the order it was kept; raises VaultError when the key does not fit."""
    query = select(restricted_parts.c.content).where(restricted_parts.c.request_id == request_id)
    for content in db.scalars(query.order_by(restricted_parts.c.id)):
        yield from json.loads(key.open(content, row=str(request_id), field=_FIELD))


def drop_parts(db: Connection, request_id: int) -> int:
    """Delete what was kept; return how many parts that were."""
    return db.execute(delete(restricted_parts).where(restricted_parts.c.request_id == request_id)).rowcount
