"""Seals what a transaction changed: triggers note each row's text before and after, the end of it sums and signs.

The triggers of SQLite are temporary ones of our own connection; PostgreSQL's write into a temporary table that only our
own connections have. What is changed past the product is therefore noted nowhere, and its seal no longer fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Connection

from bot.storage.covered_tables import COVERS, Cover
from bot.storage.direct_sql import rows_of, run, run_many
from bot.storage.row_texts import belongs_to, columns_of, is_changed, row_text
from bot.storage.seal_table import DAMAGED, WHOLE, Key, Part, decode, encode, row_hash, seal_of
from escalation.journal.keyed import key_of

NOTED = "jiedai_noted"
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
    connection.executescript(script)
    db.info[_WATCHED] = True


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


def seal_changes(db: Connection) -> None:
    """Bring the seals up to what this transaction changed; the last thing it does."""
    if db.dialect.name == "sqlite" and _WATCHED not in db.info:
        return
    noted = rows_of(db, _READ)
    if not noted:
        return
    secret = key_of(db)
    net: dict[tuple[Any, ...], int] = {}  # what was written and changed again within the transaction cancels out
    for *row, sign in noted:
        net[tuple(row)] = net.get(tuple(row), 0) + sign
    changes: dict[Key, dict[str, list[int]]] = {}
    for (kind, number, name, table, text), sign in net.items():
        if sign:
            key = (kind, number or 0, name or "")
            part = changes.setdefault(key, {}).setdefault(table, [0, 0])
            part[0] += sign
            part[1] += sign * row_hash(secret, key, table, text)
    _write(db, secret, {key: changes[key] for key in sorted(changes)})
    if db.dialect.name == "sqlite":
        run(db, f"DELETE FROM {NOTED}")


def _write(db: Connection, secret: bytes, changes: dict[Key, dict[str, list[int]]]) -> None:
    if not changes:
        return
    held = _locked(db, list(changes))
    rows = []
    for key, parts in changes.items():
        known = _opened(secret, key, held.get(key))
        for table, (count, total) in parts.items():
            before: Part = known.get(table, [0, "0"])
            known[table] = [before[0] + count, f"{(int(before[1], 16) + total) % WHOLE:x}"]
        text = encode({table: part for table, part in known.items() if part != [0, "0"]})
        rows.append((*key, text, seal_of(secret, key, text)))
    save_seals(db, rows)


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


def _locked(db: Connection, keys: Sequence[Key]) -> dict[Key, tuple[str, str]]:
    """The seals there are, locked in the order of their keys, so that two transactions never wait for each other."""
    found: dict[Key, tuple[str, str]] = {}
    if db.dialect.name == "sqlite":
        for key in keys:
            query = "SELECT parts, seal FROM seals WHERE kind = ? AND number = ? AND name = ?"
            for parts, seal in rows_of(db, query, key):
                found[key] = (parts, seal)
        return found
    kinds, numbers, names = zip(*keys, strict=True)
    # Those that are not there yet are made first: of two transactions that begin one, the second must see the first's.
    db.exec_driver_sql(
        "INSERT INTO seals (kind, number, name, parts, seal) SELECT k.*, '', '' "
        "FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS k ON CONFLICT DO NOTHING",
        (list(kinds), list(numbers), list(names)),
    )
    query = (
        "SELECT s.kind, s.number, s.name, s.parts, s.seal FROM seals s "
        "JOIN unnest(%s::text[], %s::bigint[], %s::text[]) AS k (kind, number, name) "
        "ON s.kind = k.kind AND s.number = k.number AND s.name = k.name ORDER BY 1, 2, 3 FOR UPDATE OF s"
    )
    for kind, number, name, parts, seal in db.exec_driver_sql(query, (list(kinds), list(numbers), list(names))):
        if parts:
            found[kind, number, name] = (parts, seal)
    return found


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
