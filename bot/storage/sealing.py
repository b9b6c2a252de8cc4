"""Seals what a transaction changed: triggers note each row's text before and after, the end of it sums and signs.

The triggers of SQLite are temporary ones of our own connection; PostgreSQL's write into a temporary table that only our
own connections have. What is changed past the product is therefore noted nowhere, and its seal no longer fits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Connection

from bot.storage import postgres_seals
from bot.storage.covered_tables import COVERS, Cover
from bot.storage.direct_sql import rows_of, run, run_many
from bot.storage.postgres_seals import NOTED, Change
from bot.storage.row_texts import belongs_to, columns_of, is_changed, row_text
from bot.storage.seal_table import DAMAGED, WHOLE, Key, Part, decode, encode, row_hash, seal_of
from escalation.journal.keyed import key_of

_WATCHED = "jiedai_watched"  # in a connection's info
_COLUMNS = "kind TEXT, number BIGINT, name TEXT, tbl TEXT, sign INTEGER, row_text TEXT"
_READ = f"SELECT kind, number, name, tbl, row_text, sign FROM {NOTED}"
_SAVED = {
    name: f"INSERT INTO seals (kind, number, name, parts, seal) VALUES ({', '.join([mark] * 5)}) "
    "ON CONFLICT (kind, number, name) DO UPDATE SET parts = excluded.parts, seal = excluded.seal"
    for name, mark in (("sqlite", "?"), ("postgresql", "%s"))
}

_SCRIPTS: dict[tuple[Any, ...], str] = {}  # by the tables: what makes the triggers is the same for every connection
_SCRIPTS_LOCK = Lock()


def watch(db: Connection) -> None:
    """Have this SQLite connection note what it changes from now on, once there is a table of seals.

    Outside a transaction.
    """
    if _WATCHED in db.info:
        return
    tables = tuple(db.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").all())
    if "seals" not in (name for name, _ in tables):
        return
    with _SCRIPTS_LOCK:
        script = _SCRIPTS.get(tables)
        if script is None:
            script = _SCRIPTS[tables] = _script(db)
    connection: Any = db.connection.driver_connection
    _make(connection, script)
    db.info[_WATCHED] = True


def _make(connection: sqlite3.Connection, script: str) -> None:
    connection.executescript(script)


def _script(db: Connection) -> str:
    """What makes the triggers, for the tables as they are now."""
    statements = [f"CREATE TEMP TABLE IF NOT EXISTS {NOTED} ({_COLUMNS})"]
    for place, cover in enumerate(COVERS):
        statements += _sqlite_triggers(db, place, cover)
    return ";\n".join(statements)


def unwatch(db: Connection) -> None:
    """Drop the triggers of a SQLite connection, so that a migration may change the tables; `watch` makes them again."""
    if db.info.pop(_WATCHED, None):
        names = db.exec_driver_sql("SELECT name FROM sqlite_temp_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            db.exec_driver_sql(f'DROP TRIGGER "{name}"')


def install(db: Connection) -> None:
    """Make PostgreSQL's triggers anew, for the columns that the tables have now."""
    if db.dialect.name != "postgresql":
        return
    for place, cover in enumerate(COVERS):
        for statement in _postgres_triggers(db, place, cover):
            db.exec_driver_sql(statement.replace("%", "%%"))


def postgres_bodies(db: Connection) -> dict[str, str]:
    """Return the bodies of PostgreSQL's trigger functions as `install` makes them, by the function's name."""
    found = {}
    for place, cover in enumerate(COVERS):
        for statement in _postgres_triggers(db, place, cover):
            if statement.startswith("CREATE OR REPLACE FUNCTION"):
                found[f"seal_{place}"] = statement.split("$$")[1]
    return found


def prepare_session(connection: Any) -> None:
    """Give a new PostgreSQL connection the table that its changes are noted in."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {NOTED} ({_COLUMNS}) ON COMMIT DELETE ROWS")
    connection.commit()


def seal_changes(db: Connection, notice: str = "") -> None:
    """Bring the seals up to what this transaction changed; the last thing it does.

    `notice`: what PostgreSQL tells other processes of the commit.
    """
    if db.dialect.name != "sqlite":
        changes, held = postgres_seals.changed(db)
        postgres_seals.save(db, _sealed(db, changes, held), notice)
    elif _WATCHED in db.info:
        _seal_on_sqlite(db)


def _seal_on_sqlite(db: Connection) -> None:
    noted = rows_of(db, _READ)
    if not noted:
        return
    net: dict[tuple[Any, ...], int] = {}  # what was written and changed again within the transaction cancels out
    for kind, number, name, table, text, sign in noted:
        row = ((kind, number or 0, name or ""), table, text)
        net[row] = net.get(row, 0) + sign
    changes = [(*row, times) for row, times in net.items() if times]
    save_seals(db, _sealed(db, changes, _held(db, sorted({key for key, *_ in changes}))))
    run(db, f"DELETE FROM {NOTED}")


def _sealed(
    db: Connection, changes: Sequence[Change], held: Mapping[Key, tuple[str, str]]
) -> list[tuple[str, int, str, str, str]]:
    """The rows of seals that follow from these changes; `held`: parts and seal of those there are."""
    if not changes:
        return []
    secret = key_of(db)
    sums: dict[Key, dict[str, Part]] = {}
    for key, table, text, times in changes:
        part = sums.setdefault(key, {}).setdefault(table, [0, 0])
        part[0] += times
        part[1] += times * row_hash(secret, key, table, text)
    rows = []
    for key, parts in sorted(sums.items()):
        known = _opened(secret, key, held.get(key))
        for table, (count, total) in parts.items():
            before: Part = known.get(table, [0, "0"])
            known[table] = [before[0] + count, f"{(int(before[1], 16) + total) % WHOLE:x}"]
        text = encode({table: part for table, part in known.items() if part != [0, "0"]})
        rows.append((*key, text, seal_of(secret, key, text)))
    return rows


def save_seals(db: Connection, rows: Sequence[tuple[str, int, str, str, str]]) -> None:
    """Write rows of seals, whether they are there or not."""
    run_many(db, _SAVED[db.dialect.name], rows)


def _opened(secret: bytes, key: Key, row: tuple[str, str] | None) -> dict[str, Part]:
    """The parts of a seal, marked if it is not the one we wrote: summing on must not make it look right again."""
    if row is None:
        return {}
    try:
        parts = decode(row[0])
        sums = {table: [int(part[0]), f"{int(part[1], 16):x}"] for table, part in parts.items()}
    except (ValueError, TypeError, IndexError, KeyError):
        return {DAMAGED: [1, "0"]}
    return sums if row[1] == seal_of(secret, key, row[0]) else sums | {DAMAGED: [1, "0"]}


def _held(db: Connection, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    query = "SELECT parts, seal FROM seals WHERE kind = ? AND number = ? AND name = ?"
    return {key: (parts, seal) for key in keys for parts, seal in rows_of(db, query, key)}


def _sqlite_triggers(db: Connection, place: int, cover: Cover) -> Iterable[str]:
    columns = columns_of(db, cover)
    if not columns:
        return

    def note(row: str, sign: int) -> str:
        number, name = belongs_to(cover, row)
        text = row_text(db, cover, columns, row)
        return f"INSERT INTO {NOTED} VALUES ('{cover.kind}', {number}, {name}, '{cover.table}', {sign}, {text});"

    head = f"CREATE TEMP TRIGGER IF NOT EXISTS seal_{place}"
    table = f'main."{cover.table}"'
    listed = ", ".join(f'"{name}"' for name in columns)
    changed = is_changed("sqlite", columns)
    yield f"{head}_insert AFTER INSERT ON {table} BEGIN {note('NEW', 1)} END"
    # Before, not after: to whom it belongs may be gone with it.
    yield f"{head}_delete BEFORE DELETE ON {table} BEGIN {note('OLD', -1)} END"
    both = f"{note('OLD', -1)} {note('NEW', 1)}"
    yield f"{head}_update AFTER UPDATE OF {listed} ON {table} WHEN {changed} BEGIN {both} END"


def _postgres_triggers(db: Connection, place: int, cover: Cover) -> Iterable[str]:
    columns = columns_of(db, cover)
    function, table = f"seal_{place}", f'"{cover.table}"'
    if not columns:
        return

    def note(row: str, sign: int) -> str:
        number, name = belongs_to(cover, row)
        text = row_text(db, cover, columns, row)
        values = f"'{cover.kind}', {number}, {name}, '{cover.table}', {sign}, {text}"
        return f"INSERT INTO pg_temp.{NOTED} VALUES ({values});"

    yield (
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF to_regclass('pg_temp.{NOTED}') IS NOT NULL THEN "
        f"IF TG_OP <> 'INSERT' THEN {note('OLD', -1)} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {note('NEW', 1)} END IF; "
        "END IF; RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END $$"
    )
    on = f"ON {table} FOR EACH ROW"
    for name, when, condition in (
        ("insert", "AFTER INSERT", ""),
        ("delete", "BEFORE DELETE", ""),
        ("update", "AFTER UPDATE", f" WHEN ({is_changed('postgresql', columns)})"),
    ):
        yield f"DROP TRIGGER IF EXISTS {function}_{name} ON {table}"
        yield f"CREATE TRIGGER {function}_{name} {when} {on}{condition} EXECUTE FUNCTION {function}()"
