"""What an erasure puts aside before it erases: the parts of a person's data that are only restricted."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from escalation.customers.data_requests import DataRequest
from escalation.customers.restricted_parts import keep_part
from escalation.vault import Vault

ALL, ITEMS = "all", "items"  # in `kept`, beside numbers of tickets


@dataclass(frozen=True, slots=True)
class Erasing:
    """An erasure under way: whose, what stands for them from now on, by whom, and what is only restricted.

    `key` seals that; without one nothing is kept.
    """

    request: DataRequest
    pseudonym: str
    vault: Vault
    key: Vault | None = None

    @property
    def by(self) -> str:
        """Who had it done."""
        return self.request.authors

    @property
    def at(self) -> datetime:
        """When it was agreed: the same for every line that it erases."""
        return self.request.second_at or self.request.first_at or self.request.asked_at

    def keeps(self, what: str | int | None) -> bool:
        """Whether this is only restricted: everything, the items, or a ticket by its number."""
        kept = self.request.kept
        return self.key is not None and (ALL in kept or str(what) in kept)

    def put_aside(self, db: Connection, table: str, rows: Sequence[Row[Any]]) -> None:
        """Seal rows of a table into what is restricted."""
        self.put_aside_told(db, table, [{name: _plain(value) for name, value in row._mapping.items()} for row in rows])

    def put_aside_told(self, db: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Seal values that JSON can hold into what is restricted."""
        if self.key is not None:
            keep_part(db, self.key, self.request.id, [{"table": table, **row} for row in rows])


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value.isoformat() if isinstance(value, date) else value  # an instant is one too
