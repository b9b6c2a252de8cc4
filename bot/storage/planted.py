"""Triggers and rules that somebody planted: fired by the product's own writes, what they do would be sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text

from bot.storage.seal_check import SealFault
from bot.storage.sealing import postgres_bodies

# What guards histories and the journal only refuses.
_REFUSES_SQLITE = re.compile(r"\bBEGIN SELECT RAISE\(ABORT, '[^']*'\); END\s*$")
_REFUSES_POSTGRES = re.compile(r"\s*BEGIN RAISE EXCEPTION '[^']*'; END;?\s*")
_TRIGGERS = (
    "SELECT t.tgname AS name, c.relname AS tbl, p.proname AS function, p.prosrc AS body FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace ORDER BY 2, 1"
)
_RULES = "SELECT rulename AS name, tablename AS tbl FROM pg_rules WHERE schemaname = current_schema() ORDER BY 2, 1"


def verify_triggers(db: Connection) -> Iterator[SealFault]:
    """Yield each trigger, and rule of PostgreSQL, that does something and is none of the product's."""
    for name, table in _planted_sqlite(db) if db.dialect.name == "sqlite" else _planted_postgres(db):
        yield SealFault("trigger", 0, name, table, f"it stands on {table} and is none of the product's; drop it.")


def _planted_sqlite(db: Connection) -> Iterator[tuple[str, str]]:
    found = "SELECT name, tbl_name AS tbl, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 2, 1"
    for row in db.execute(text(found)):
        if row.sql.count(";") > 1 or not _REFUSES_SQLITE.search(row.sql):
            yield row.name, row.tbl


def _planted_postgres(db: Connection) -> Iterator[tuple[str, str]]:
    ours = postgres_bodies(db)
    for row in db.execute(text(_TRIGGERS)):
        known = ours.get(row.function)
        if not (row.body == known if known is not None else _REFUSES_POSTGRES.fullmatch(row.body)):
            yield row.name, row.tbl
    for row in db.execute(text(_RULES)):
        yield row.name, row.tbl
