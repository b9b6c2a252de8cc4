"""CRM files on their way in: staged in sealed chunks, brought into force by one small write, then applied in steps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.patch_chunks import of_text
from escalation.tables import metadata
from escalation.vault import Vault

State = Literal["staging", "staged", "in_force", "done"]
CONTENT = "crm_chunks.content"
KEPT_STAGING, KEPT_STAGED = timedelta(hours=1), timedelta(days=7)

crm_imports = Table(
    "crm_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("author", Text, nullable=False),  # as the journal names them
    Column("state", String(16), nullable=False, index=True),
    Column("overwrite", Boolean, nullable=False),
    Column("contacts", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # chunks that are applied
    Column("followed", Integer, nullable=False),  # the last ticket that was looked at afterwards
    Column("tally", Text, nullable=False),  # JSON: what it would do until it is in force, then what it has done
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)

crm_chunks = Table(
    "crm_chunks",
    metadata,
    Column("import_id", ForeignKey("crm_imports.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StagedImport:
    """A file on its way in: how far it has come, and its tally as JSON."""

    id: int
    file: str
    sha256: str
    author: str
    state: State
    overwrite: bool
    contacts: int
    chunks: int
    position: int
    followed: int
    tally: dict[str, Any]
    begun_at: datetime
    ended_at: datetime | None


def begin_import(
    db: Connection, file: str, sha256: str, author: str, tally: dict[str, Any], now: datetime, *, overwrite: bool
) -> int:
    """Begin to stage a file and return its number; forget what others began and left lying for long."""
    left = select(crm_imports.c.id).where(
        ((crm_imports.c.state == "staging") & (crm_imports.c.begun_at < now - KEPT_STAGING))
        | ((crm_imports.c.state == "staged") & (crm_imports.c.begun_at < now - KEPT_STAGED))
    )
    for import_id in db.scalars(left).all():
        drop_import(db, import_id)
    row = {"file": file, "sha256": sha256, "author": author, "state": "staging", "overwrite": overwrite}
    row |= {"contacts": 0, "chunks": 0, "position": 0, "followed": 0, "tally": json.dumps(tally), "begun_at": now}
    made = db.execute(insert(crm_imports).values(row).returning(crm_imports.c.id))
    return int(made.scalar_one())


def stage_chunks(db: Connection, vault: Vault, import_id: int, first: int, texts: Sequence[str]) -> None:
    """Write chunks, sealed, numbered from `first`."""
    rows = []
    for number, text in enumerate(texts, start=first):
        content = vault.seal(text, row=f"{import_id}:{number}", field=CONTENT)
        rows.append({"import_id": import_id, "number": number, "content": content})
    db.execute(insert(crm_chunks), rows)


def has_staged(db: Connection, import_id: int, contacts: int, chunks: int) -> None:
    """Note that all chunks are there; nothing of them is in force."""
    where = (crm_imports.c.id == import_id, crm_imports.c.state == "staging")
    db.execute(update(crm_imports).where(*where).values(state="staged", contacts=contacts, chunks=chunks))


def bring_import_into_force(db: Connection, import_id: int, tally: dict[str, Any]) -> bool:
    """Make a staged import final; False if it is not staged. From now on its steps follow, whoever makes them.

    `tally`: that of nothing.
    """
    where = (crm_imports.c.id == import_id, crm_imports.c.state == "staged")
    values = {"state": "in_force", "tally": json.dumps(tally)}
    switched = db.execute(update(crm_imports).where(*where).values(values).returning(crm_imports.c.id))
    return switched.scalar_one_or_none() is not None


def drop_import(db: Connection, import_id: int) -> bool:
    """Forget an import that is not in force; False if it is, or was."""
    droppable = (crm_imports.c.id == import_id, crm_imports.c.state.in_(("staging", "staged")))
    if db.scalar(select(crm_imports.c.id).where(*droppable).with_for_update()) is None:
        return False
    db.execute(delete(crm_chunks).where(crm_chunks.c.import_id == import_id))
    db.execute(delete(crm_imports).where(crm_imports.c.id == import_id))
    return True


def is_import_in_force(db: Connection) -> bool:
    """Whether there is an import whose steps are not all made."""
    return db.scalar(select(crm_imports.c.id).where(crm_imports.c.state == "in_force").limit(1)) is not None


def lock_import_in_force(db: Connection) -> StagedImport | None:
    """Return the import whose steps come next, locked: two processes may make steps of one.

    One under way is applied to its end before the others, the first of which follows: of two files that name one
    contact the same one holds for all of it.
    """
    in_force = crm_imports.c.state == "in_force"
    held = db.scalars(select(crm_imports.c.id).where(in_force).order_by(crm_imports.c.id).with_for_update()).all()
    # Read anew once they are locked: whoever held them may have begun another one meanwhile.
    query = select(crm_imports).where(in_force, crm_imports.c.id.in_(held))
    row = db.execute(query.order_by(crm_imports.c.position == 0, crm_imports.c.id).limit(1)).one_or_none()
    return _of_row(row) if row is not None else None


def take_chunk(db: Connection, vault: Vault, import_id: int, number: int) -> list[CustomerPatch]:
    """Return the records of a chunk, and delete it."""
    where = (crm_chunks.c.import_id == import_id, crm_chunks.c.number == number)
    content: str = db.execute(select(crm_chunks.c.content).where(*where)).scalar_one()
    db.execute(delete(crm_chunks).where(*where))
    return of_text(vault.open(content, row=f"{import_id}:{number}", field=CONTENT))


def note_progress(db: Connection, import_id: int, **values: Any) -> None:
    """Write how far an import has come; a `tally` as JSON."""
    if "tally" in values:
        values["tally"] = json.dumps(values["tally"])
    db.execute(update(crm_imports).where(crm_imports.c.id == import_id).values(values))


def find_import(db: Connection, import_id: int) -> StagedImport | None:
    """Return an import by its number."""
    row = db.execute(select(crm_imports).where(crm_imports.c.id == import_id)).one_or_none()
    return _of_row(row) if row is not None else None


def latest_imports(db: Connection, most: int = 20) -> list[StagedImport]:
    """Return the imports begun last, the latest first."""
    return [_of_row(row) for row in db.execute(select(crm_imports).order_by(crm_imports.c.id.desc()).limit(most))]


def _of_row(row: Any) -> StagedImport:
    found = dict(row._mapping)
    return StagedImport(**{**found, "tally": json.loads(found["tally"])})
