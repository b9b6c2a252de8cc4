"""Whether a vault's keys are those that a database's personal data is sealed with."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, Connection, Text, inspect, select, type_coerce

from bot.storage.tables import metadata
from escalation.column_seal import MARK
from escalation.customers import customer_store
from escalation.tables import metadata as of_tickets
from escalation.vault import Vault, VaultError


def holds_sealed(db: Connection) -> bool:
    """Whether the database holds anything that is sealed, as far as the newest rows tell."""
    return customer_store.any_sealed_name(db) is not None or any(_newest(db))


def opens(db: Connection, vault: Vault) -> bool:
    """Whether the vault opens what the newest rows hold; true of a database that holds nothing sealed."""
    name = customer_store.any_sealed_name(db)
    try:
        if name is not None:
            customer_store.open_name(vault, name)
        for field, stored in _newest(db):
            vault.open_column(stored, field)
    except VaultError:
        return False
    return True


def _newest(db: Connection) -> Iterator[tuple[str, str]]:
    """Field and stored text, without its mark, of the newest line and the newest title, where they are sealed."""
    columns: tuple[Column[str], ...] = (metadata.tables["messages"].c.text, of_tickets.tables["tickets"].c.subject)
    for column in columns:
        if inspect(db).has_table(column.table.name):
            newest = select(type_coerce(column, Text)).order_by(column.table.c.id.desc()).limit(1)
            stored = db.scalar(newest) or ""
            if stored.startswith(MARK):
                yield f"{column.table.name}.{column.name}", stored.removeprefix(MARK)
