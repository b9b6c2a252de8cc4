"""Carries erasures out to their end: the file that outlives the database first, then step by step, at last the file."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.config.settings import Settings, database_file
from bot.privacy import erasure, erasure_file, told_customer
from bot.privacy.answers import answer_of, days_of_backups
from bot.rules import Rules
from bot.storage.database import Database
from bot.storage.written_anew import write_anew
from escalation import key_file
from escalation.customers import restricted_parts
from escalation.customers.data_requests import (
    DataRequest,
    answered,
    ended_restrictions,
    find_request,
    running,
    save_request,
)
from escalation.journal import journal_store
from escalation.vault import Vault

KEYS = "restricted-keys"  # a folder in the data folder: a file for each restriction
AT_ONCE = 256 * 2**20  # bytes of a file that is written anew at any hour; larger ones at night
NIGHT = range(2, 5)  # hours in the policy's zone


@dataclass(frozen=True, slots=True)
class Ground:
    """Where erasures are carried out: the database, the rules in force, the data folder, the database's own file."""

    database: Database
    rules: Callable[[], Rules]
    folder: Path
    file: Path | None
    clock: Callable[[], datetime]
    backup_days: int | None = None  # for how long daily backups are kept

    @staticmethod
    def of(settings: Settings, database: Database, rules: Callable[[], Rules], clock: Callable[[], datetime]) -> Ground:
        """Return the ground that settings name."""
        return Ground(database, rules, settings.data, database_file(settings), clock, days_of_backups(settings))

    def copies(self) -> list[Path]:
        """Return copies of the database that were kept beside it: by a migration, or a restore."""
        return sorted(self.file.parent.glob(f"{self.file.name}.before-*")) if self.file is not None else []


def carry_out(ground: Ground, number: int, *, at_once: bool = True) -> bool:
    """Take an erasure to its end; False if its file has yet to be written anew.

    `at_once`: whatever the hour and the size. Dying in between loses nothing: whoever comes next goes on.
    """
    request = ground.database.read_now(find_request, number)
    if request is None or request.state != "running":
        return True
    erasure_file.append(ground.folder, request)
    key = _key_for(ground.folder, request)
    while ground.database.write_now(erasure.take_step, ground.rules(), number, key, ground.clock()):
        pass
    if ground.file is not None and not (_may_write(ground, at_once=at_once) and write_anew(ground.file)):
        return False
    ground.database.write_now(erasure.complete, number, partial(answer_of, ground.backup_days), ground.clock())
    if ground.file is not None:
        write_anew(ground.file)  # what the last step left in the journal
    return True


def carry_out_all(ground: Ground, *, at_once: bool = False) -> int:
    """Repeat what a backup brought back, end restrictions, take every erasure to its end; return how many.

    What told customers of earlier ones is deleted once it was sent.
    """
    now, records = ground.clock(), list(erasure_file.read(ground.folder))
    if records:
        ground.database.write_now(erasure_file.ask_again, records, now)
    end_restrictions(ground)
    if ground.database.read_now(answered, told_customer.POSTED):
        ground.database.write_now(told_customer.forget_told)
    done = 0
    while (request := ground.database.read_now(running)) is not None:
        if not carry_out(ground, request.id, at_once=at_once):
            break
        done += 1
    return done


def end_restrictions(ground: Ground) -> int:
    """Delete keys and contents of what was restricted until a day that is over; return how many restrictions that were.

    The key goes first: from then on nobody can read it, in no backup either.
    """
    now = ground.clock()
    ended = ground.database.read_now(ended_restrictions, now.astimezone(ground.rules().policy.zone).date())
    for request in ended:
        key_path(ground.folder, request).unlink(missing_ok=True)
        ground.database.write_now(_end, request, now)
    return len(ended)


def key_path(folder: Path, request: DataRequest) -> Path:
    """Return the file of the key under which what a request restricted is sealed."""
    return folder / KEYS / f"{request.pseudonym}.json"


def key_of_restriction(folder: Path, request: DataRequest) -> Vault | None:
    """Return the key of what a request restricted; None once it is gone."""
    path = key_path(folder, request)
    return Vault.from_file(path) if path.exists() else None


def _key_for(folder: Path, request: DataRequest) -> Vault | None:
    if not request.kept:
        return None
    path = key_path(folder, request)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    made, lookup = (base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    key_file.create(path, json.dumps({"current": "r1", "keys": {"r1": made}, "lookup_key": lookup}) + "\n")
    return Vault.from_file(path)


def _end(db: Connection, request: DataRequest, now: datetime) -> None:
    parts = restricted_parts.drop_parts(db, request.id)
    save_request(db, request.id, state="done", progress={})
    subject = f"customer:{request.pseudonym}"
    journal_store.record(db, subject, "restriction ended", "system", now, after={"request": request.id, "parts": parts})


def _may_write(ground: Ground, *, at_once: bool) -> bool:
    assert ground.file is not None, "asked for an embedded database only"
    small = ground.file.stat().st_size <= AT_ONCE
    return at_once or small or ground.clock().astimezone(ground.rules().policy.zone).hour in NIGHT
