"""A file of erasures that outlives the database: what an older backup brings back is erased again by it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from escalation.customers.customer_store import list_contact_ids
from escalation.customers.data_requests import DataRequest, add_request, data_requests, digest_of

FILE = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class ErasureRecord:
    """An erasure: whose by digest, what stands for them, by whom and when it was agreed; nothing that tells who it was.

    `until`: the last day of what is only restricted, of which `kept` says what it is.
    """

    request: int
    digest: str
    pseudonym: str
    first_by: str
    second_by: str | None
    at: str
    kept: list[str]
    until: str | None


def append(folder: Path, request: DataRequest) -> bool:
    """Add an erasure that is about to begin, unless it is there; on the disk when this returns."""
    assert request.pseudonym is not None, "given when it was agreed"
    if any(each.pseudonym == request.pseudonym for each in read(folder)):
        return False
    at = request.second_at or request.first_at or request.asked_at
    until = request.until.isoformat() if request.until else None
    authors = (request.first_by or request.asked_by, request.second_by)
    record = ErasureRecord(request.id, request.digest, request.pseudonym, *authors, at.isoformat(), request.kept, until)
    _add(folder, [record])
    return True


def take_over(folder: Path, backup: Path) -> None:
    """Add to a data folder's file the erasures that are written down beside a backup, or beside others next to it."""
    known = {each.pseudonym for each in read(folder)}
    beside = [backup.parent, *sorted(backup.parent.glob("*.secrets"))]
    found = {each.pseudonym: each for place in beside for each in read(place) if each.pseudonym not in known}
    if found:
        _add(folder, list(found.values()))


def _add(folder: Path, records: list[ErasureRecord]) -> None:
    path = folder / FILE
    handle = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(record), ensure_ascii=False) + "\n" for record in records)
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(folder: Path) -> Iterator[ErasureRecord]:
    """Yield the erasures of a data folder, the oldest first; a line that a death cut short is passed over."""
    path = folder / FILE
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield ErasureRecord(**json.loads(line))
        except (ValueError, TypeError):
            continue


def ask_again(db: Connection, records: list[ErasureRecord], now: datetime) -> list[int]:
    """Let every erasure begin that this database does not know of and whose contact it holds; return the requests."""
    known = set(db.scalars(select(data_requests.c.pseudonym).where(data_requests.c.pseudonym.is_not(None))))
    missing = {record.digest: record for record in records if record.pseudonym not in known}
    if not missing:
        return []
    again = []
    for contact_id in list_contact_ids(db):
        record = missing.get(digest_of(db, contact_id))
        if record is not None:
            again.append(_begin_again(db, contact_id, record, now).id)
    return again


def _begin_again(db: Connection, contact_id: str, record: ErasureRecord, now: datetime) -> DataRequest:
    at = datetime.fromisoformat(record.at)
    until = date.fromisoformat(record.until) if record.until else None
    kept = record.kept if until is not None and until >= now.date() else []
    told = {"pseudonym": record.pseudonym, "kept": kept, "until": until, "state": "running"}
    told |= {"first_by": record.first_by, "first_at": at, "second_by": record.second_by, "second_at": at}
    return add_request(db, "erase", contact_id, "restore", "system", now, now, **told)
