"""Reads what a request keeps under its own key, for the ground it was kept for: one administrator's look, on record."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.privacy.agreeing import RightsRefused, note
from bot.privacy.carrying_out import key_of_restriction
from bot.privacy.export import TargetTaken
from bot.storage.database import Database
from escalation.customers.data_requests import DataRequest, find_request
from escalation.customers.restricted_parts import open_parts
from escalation.staff import Staff
from escalation.vault import Vault


def write_restricted(database: Database, folder: Path, number: int, who: Staff, target: Path, now: datetime) -> int:
    """Write what a request keeps to a new file, a JSON object a line; return how many.

    Raises RightsRefused for a request that keeps nothing, or no longer; TargetTaken where there is a file.
    """
    request = database.read_now(find_request, number)
    key = key_of_restriction(folder, request) if request is not None else None
    if request is None or request.state != "restricted" or key is None:
        raise RightsRefused("not_waiting", f"Request {number} keeps nothing that can be read.")
    database.write_now(lambda db: note(db, request, "restricted data read", who.login, now))
    return int(database.read_now(_write, request, key, target))


def _write(db: Connection, request: DataRequest, key: Vault, target: Path) -> int:
    try:
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise TargetTaken(f"{target} exists already; choose another name.") from None
    count = 0
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        for row in open_parts(db, key, request.id):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count
