"""The first sealing of a database, and a new one after the tables' shape has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from bot.storage import sealing
from bot.storage.covered_tables import COVERS
from bot.storage.database import be_alone
from bot.storage.direct_sql import run
from bot.storage.postgres_seals import NOTED
from bot.storage.row_texts import columns_of
from bot.storage.seal_check import KINDS, list_keys, sums, verify_seals
from bot.storage.seal_table import Key, encode, seal_of
from escalation.journal.journal_store import latest, record
from escalation.journal.keyed import key_of
from escalation.tickets.rechain import rechain

SUBJECT = "seals"
AT_ONCE = 500
MOST_TOLD = 100


def is_sealed(db: Connection) -> bool:
    """Whether the seals have begun, for the columns that the tables have now."""
    line = latest(db, SUBJECT)
    return line is not None and line.after.get("shape") == shape(db)


def begin(db: Connection, now: datetime) -> None:
    """Key the histories' chains and seal every row as it stands, unless done; what was wrong goes into the journal."""
    be_alone(db)
    if is_sealed(db):
        return
    line = latest(db, SUBJECT)
    told = rechain(db) if line is None else _before(db, line.after.get("shape", {}))
    sealing.install(db)
    seal_all(db)
    record(db, SUBJECT, "begun", "system", now, before=told, after={"shape": shape(db)})


def shape(db: Connection) -> dict[str, list[str]]:
    """Return the columns that the seals cover, by table and kind."""
    return {cover.id: columns_of(db, cover) for cover in COVERS}


def seal_all(db: Connection) -> None:
    """Write every seal anew from the rows as they are."""
    run(db, "DELETE FROM seals")
    secret = key_of(db)
    empty = ((key, dict[str, Any]()) for key in list_keys())
    _save(db, secret, empty)
    for kind in KINDS:
        _save(db, secret, sums(db, kind))
    run(db, f"DELETE FROM {NOTED}")


def _before(db: Connection, shape: dict[str, list[str]]) -> dict[str, Any]:
    """What was wrong with the seals before they are written anew for other columns."""
    faults = [str(fault) for fault in verify_seals(db, shape=shape)]
    return {"faults": len(faults), "found": faults[:MOST_TOLD]}


def _save(db: Connection, secret: bytes, found: Iterable[tuple[Key, dict[str, Any]]]) -> None:
    rest = iter(found)
    while batch := list(islice(rest, AT_ONCE)):
        rows = [(*key, text, seal_of(secret, key, text)) for key, parts in batch for text in (encode(parts),)]
        sealing.save_seals(db, rows)
