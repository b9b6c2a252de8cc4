"""Sealed names opened once per process and kept by row: what a search looks through; follows the tables as they change.

Nothing of it is written anywhere: whoever can read this memory holds the keys as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, func, select

from escalation.customers.customer_rows import NAME, ORGANISATION_NAME, contacts, organisations
from escalation.normalise import normal_name
from escalation.vault import Vault

STEP = 500  # rows opened between two looks at the time
PART = 2_000  # ids fetched at once
OVERLAP = timedelta(minutes=5)  # a row may be committed so long after the instant it bears


@dataclass(slots=True)
class KnownRow:
    """A contact's or an organisation's name in normal form, and what a search filters by."""

    at: datetime
    name: str
    of: str  # a contact's organisation
    tier: str  # an organisation's, as last saved
    agent: str | None  # an organisation's
    gone: bool  # a contact who left
    merged_into: str | None
    searched: str = ""  # a contact's name and id


@dataclass(slots=True)
class KnownTable:
    """The rows of one table that have been opened, by id."""

    table: Table
    field_name: str
    rows: dict[str, KnownRow] = field(default_factory=dict)
    seen: datetime | None = None  # every row up to this instant has been opened as it is
    waiting: list[str] = field(default_factory=list)  # ids still to be opened, the latest last …
    listed: datetime | None = None  # … as they were listed at this instant

    def follow(self, db: Connection, vault: Vault, now: datetime, until: float) -> bool:
        """Open what is new or changed, until this instant of the monotonic clock; False if there is more."""
        if not self.waiting:  # listed once, not at each look: of many rows that takes longer than a look
            self.waiting, self.listed = self._changed(db), now
        while self.waiting:
            if monotonic() >= until:
                return False
            self._open(db, vault, self.waiting[-STEP:])
            del self.waiting[-STEP:]
        self.seen = self.listed - OVERLAP if self.listed is not None else None
        return True

    def total(self, db: Connection) -> int:
        """Return how many rows the table has."""
        return int(db.scalar(select(func.count()).select_from(self.table)) or 0)

    def _changed(self, db: Connection) -> list[str]:
        """The ids of rows that have not been opened as they are, the latest last."""
        at, known = self.table.c.updated_at, self.rows
        if not known:
            # In parts, for whatever is fetched at once holds up the threads beside it.
            parts = db.scalars(select(self.table.c.id).order_by(at)).partitions(PART)
            return [each for part in parts for each in part]
        query = select(self.table.c.id, at).order_by(at)
        if self.seen is not None and self.total(db) == len(known):
            query = query.where(at > self.seen)
        return [row.id for row in db.execute(query) if row.id not in known or known[row.id].at != row.updated_at]

    def _open(self, db: Connection, vault: Vault, ids: list[str]) -> None:
        for row in db.execute(select(self.table).where(self.table.c.id.in_(ids))):
            name = normal_name(vault.open(row.name, row=row.id, field=self.field_name)) if row.name else ""
            self.rows[row.id] = _known_row(row, name)


def _known_row(row: Any, name: str) -> KnownRow:
    if "organisation_id" in row._mapping:
        gone, searched = row.left_at is not None, f"{name}\n{row.id.casefold()}"
        return KnownRow(row.updated_at, name, row.organisation_id, "", None, gone, row.merged_into, searched)
    return KnownRow(row.updated_at, name, "", row.tier, row.agent, False, row.merged_into)


@dataclass(slots=True)
class KnownNames:
    """The names of a database's contacts and organisations."""

    contacts: KnownTable = field(default_factory=lambda: KnownTable(contacts, NAME))
    organisations: KnownTable = field(default_factory=lambda: KnownTable(organisations, ORGANISATION_NAME))
    lock: Lock = field(default_factory=Lock)

    def follow(self, db: Connection, vault: Vault, now: datetime, seconds: float) -> bool:
        """Open what is new or changed for at most so long; False if there is more."""
        until = monotonic() + seconds
        with self.lock:
            return self.organisations.follow(db, vault, now, until) and self.contacts.follow(db, vault, now, until)


_known: WeakKeyDictionary[Engine, KnownNames] = WeakKeyDictionary()


def names_of(db: Connection) -> KnownNames:
    """Return what is known of this engine's database by now."""
    return _known.setdefault(db.engine, KnownNames())
