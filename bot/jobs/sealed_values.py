"""Every value that is sealed at rest: where it stands, and how it is sealed anew with the current key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Protocol

from sqlalchemy import JSON, Column, Dialect, LargeBinary, Row, Table, Text
from sqlalchemy.types import TypeEngine

from bot.storage.tables import metadata as own_metadata
from escalation.sealed_columns import PartlySealedJson, SealedBytes, SealedJson, SealedText
from escalation.tables import metadata
from escalation.vault import Vault, VaultError

# Those whose columns' types seal; a test holds it against the schema.
BY_TYPE = (
    *("messages", "revisions", "attachments", "conversations", "customer_topics", "outbox", "topics"),
    *("tickets", "notes", "pauses", "plans", "reports", "fact_words", "ticket_tasks", "ratings", "ticket_events"),
    *("organisations", "customer_items", "tier_proposals", "tier_history", "business_connections"),
    *("inspections", "inspection_objections", "rectifications", "improvements", "improvement_progress"),
)

# Stands for the dialect that the types' functions are given, and do not look at.
_ANY: Dialect = None  # type: ignore[assignment]


class Sealed(Protocol):
    """How the values of a column are sealed."""

    def is_current(self, stored: Any) -> bool:
        """Whether a stored value is sealed with the current key, or has nothing to be sealed."""

    def renewed(self, stored: Any, row: Row[Any], vault: Vault) -> Any:
        """Return a stored value sealed with the current key; raises VaultError when no key opens it."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values are sealed: `stored` is the type by which the database holds them."""

    name: str
    stored: TypeEngine[Any]
    how: Sealed


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns; `reads`: what else of a row its values are bound to."""

    table: Table
    columns: tuple[SealedColumn, ...]
    reads: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns that rows are told apart by."""
        return tuple(column.name for column in self.table.primary_key)


class ByType:
    """Values that the column's type seals, bound to the column."""

    def __init__(self, kind: SealedText | SealedJson | PartlySealedJson | SealedBytes) -> None:
        self.kind: Any = kind

    def is_current(self, stored: Any) -> bool:
        """Whether it is sealed with the current key."""
        return bool(self.kind.is_current(stored))

    def renewed(self, stored: Any, _row: Row[Any], _vault: Vault) -> Any:
        """Return it sealed anew; raises VaultError when no key opens it."""
        found = self.kind.process_bind_param(self.kind.process_result_value(stored, _ANY), _ANY)
        if not self.kind.is_current(found):
            raise VaultError(f"{self.kind.field} cannot be read.")
        return found


class SealedTwice(ByType):
    """Texts of the outbox: an earlier version sealed some for their `ref` before the column's type did."""

    def renewed(self, stored: Any, row: Row[Any], vault: Vault) -> Any:
        """Return it sealed anew, both times; raises VaultError when no key opens it."""
        if row.ref is None:
            return super().renewed(stored, row, vault)
        within, field = self.kind.process_result_value(stored, _ANY), self.kind.field
        words = vault.open(within, row=row.ref, field=field)
        return self.kind.process_bind_param(vault.seal(words, row=row.ref, field=field), _ANY)


class BoundToRow:
    """Texts that a store seals itself, bound to the row: `row` says what it calls the row, `field` the column."""

    def __init__(self, vault: Vault, row: Callable[[Row[Any]], str], field: Callable[[Row[Any]], str]) -> None:
        self.vault, self.row, self.field = vault, row, field

    def is_current(self, stored: str) -> bool:
        """Whether it is sealed with the current key."""
        return not stored or self.vault.is_current(stored)

    def renewed(self, stored: str, row: Row[Any], vault: Vault) -> str:
        """Return it sealed anew; raises VaultError when no key opens it."""
        name, field = self.row(row), self.field(row)
        return vault.seal(vault.open(stored, row=name, field=field), row=name, field=field)


@lru_cache(8)
def sealed_tables(vault: Vault) -> Sequence[SealedTable]:
    """Return every table with sealed values, in the order of their names."""
    by_type = _by_type()
    bound = [_bound(vault, *each) for each in _BOUND]
    together = {name: [each for each in (*by_type, *bound) if each.name == name] for name in _names(by_type, bound)}
    return [_joined(each) for _, each in sorted(together.items())]


@cache
def _by_type() -> tuple[SealedTable, ...]:
    reads = {"outbox": ("ref",)}
    return tuple(SealedTable(table_of(name), _columns(table_of(name)), reads.get(name, ())) for name in BY_TYPE)


def table_of(name: str) -> Table:
    """Return a table of the bot or of the escalation by its name."""
    return own_metadata.tables[name] if name in own_metadata.tables else metadata.tables[name]


def _columns(table: Table) -> tuple[SealedColumn, ...]:
    kinds: dict[Any, TypeEngine[Any]] = {
        SealedText: Text(),
        SealedJson: JSON(),
        PartlySealedJson: JSON(),
        SealedBytes: LargeBinary(),
    }
    return tuple(
        SealedColumn(column.name, kinds[type(column.type)], _how(table, column))
        for column in table.c
        if type(column.type) in kinds
    )


def _how(table: Table, column: Column[Any]) -> ByType:
    kind: Any = column.type
    return SealedTwice(kind) if (table.name, column.name) == ("outbox", "text") else ByType(kind)


# Table, columns, what else is read of a row, and how the row is called.
_Bound = tuple[str, tuple[str, ...], tuple[str, ...], Callable[[Row[Any]], str]]
_BOUND: tuple[_Bound, ...] = (
    ("organisations", ("name",), (), lambda row: str(row.id)),
    ("contacts", ("name", "phone", "email", "note"), (), lambda row: str(row.id)),
    ("customer_notes", ("text",), (), lambda row: str(row.id)),
    ("set_aside", ("content",), (), lambda row: str(row.key)),
    ("notices", ("text",), ("ref",), lambda row: str(row.ref)),
    ("pages", ("text", "line"), ("ref",), lambda row: str(row.ref)),
    ("crm_chunks", ("content",), (), lambda row: f"{row.import_id}:{row.number}"),
    ("reply_drafts", ("text",), (), lambda row: f"{row.ticket_id}:{row.staff_id}"),
)


def _bound(
    vault: Vault, name: str, columns: Sequence[str], reads: tuple[str, ...], row: Callable[[Row[Any]], str]
) -> SealedTable:
    def field_of(column: str) -> Callable[[Row[Any]], str]:
        if name == "reply_drafts":
            return lambda row: f"reply_drafts.{row.field}"
        return lambda _row: f"{name}.{column}"

    return SealedTable(
        table_of(name),
        tuple(SealedColumn(each, Text(), BoundToRow(vault, row, field_of(each))) for each in columns),
        reads,
    )


def _names(*found: Sequence[SealedTable]) -> set[str]:
    return {each.name for tables in found for each in tables}


def _joined(parts: Sequence[SealedTable]) -> SealedTable:
    columns = tuple(column for each in parts for column in each.columns)
    return SealedTable(parts[0].table, columns, tuple(name for each in parts for name in each.reads))
