"""A daily head: a line of the journal over all that was written by then, kept in a file, told to the staff chat."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select

from bot.notifications.once import is_done, mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.storage.database import Database
from bot.wording.journal import daily_head
from escalation.journal.journal_check import JournalFault
from escalation.journal.journal_store import journal_lines, latest, lines_of, record
from escalation.tickets.history import ticket_events

log = logging.getLogger(__name__)

SUBJECT = "heads"
FILE = "journal-heads.txt"
SETTLED = timedelta(minutes=10)  # no transaction is open for so long: what is older comes before what is newer
LOOK = 60.0  # seconds between two looks at what the file lacks
AT_ONCE = 2_000
_CHAINS = {"history": ticket_events, "journal": journal_lines}


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether today has no head yet; reads only."""
    return not is_done(db, _today(rules, now))


def write_head(db: Connection, rules: Rules, now: datetime) -> bool:
    """Write today's head into the journal and tell it to the staff chat, if there is one."""
    if not mark_once(db, _today(rules, now), now):
        return False
    line = latest(db, SUBJECT)
    before: dict[str, Any] = line.after if line is not None else {}
    after = {name: _grown(db, table, before.get(name, {}), now) for name, table in _CHAINS.items()}
    record(db, SUBJECT, "daily head", "system", now, after=after)
    written = latest(db, SUBJECT)
    assert written is not None, "just written"
    post_to_staff_chat(db, rules, daily_head(written.seq, written.hash), now)
    return True


def head_lines(db: Connection, after: int = 0) -> list[str]:
    """Return the heads as their file holds them: number, hash and instant."""
    return [f"{line.seq} {line.hash} {line.at.isoformat()}" for line in lines_of(db, SUBJECT) if line.seq > after]


def verify_heads(db: Connection, file: Path | None) -> Iterator[JournalFault]:
    """Yield where what was written by a day is not what it was, and where the file says otherwise than the journal."""
    lines = lines_of(db, SUBJECT)
    for name, table in _CHAINS.items():
        below = 0
        for line in lines:
            until = line.after[name]["until"]
            found = _digest(db, table, line.after[name].get("from", ""), below, until)
            if found != line.after[name]["digest"]:
                yield JournalFault(SUBJECT, line.seq, f"what the {name} held by then is not what it holds now.")
            below = until
    known = {line.seq: line.hash for line in lines}
    if file is None:
        return
    for number, hash_ in _kept(file):
        if known.get(number) != hash_:
            yield JournalFault(SUBJECT, number, f"{file.name} keeps another head; the journal was written anew or cut.")


class HeadFile:
    """Appends the journal's heads to a file in the data folder, readable by its owner only."""

    def __init__(self, database: Database, path: Path) -> None:
        self.database, self.path = database, path

    async def run(self) -> None:
        """Append what the file lacks, again and again, until cancelled; a failure is logged once and tried again."""
        said = False
        while True:
            try:
                await asyncio.to_thread(self.append)
                said = False
            except Exception as error:  # noqa: BLE001  # whatever it is, it is tried again
                if not said:
                    log.warning("the file %s cannot be written: %s", self.path.name, type(error).__name__)
                said = True
            await asyncio.sleep(LOOK)

    def append(self) -> int:
        """Append what the file lacks and return how many lines that were."""
        last = max((number for number, _ in _kept(self.path)), default=0)
        lines = self.database.read_now(head_lines, last)
        if lines:
            handle = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
        return len(lines)


def _kept(file: Path) -> Iterator[tuple[int, str]]:
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            number, _, rest = line.partition(" ")
            if number.isdigit():
                yield int(number), rest.partition(" ")[0]


def _grown(db: Connection, table: Table, before: dict[str, Any], now: datetime) -> dict[str, Any]:
    below = before.get("until", 0)
    until = db.scalar(select(func.max(table.c.id)).where(table.c.at <= now - SETTLED)) or 0
    until = max(until, below)
    start = before.get("digest", "")
    return {"until": until, "from": start, "digest": _digest(db, table, start, below, until)}


def _digest(db: Connection, table: Table, start: str, below: int, until: int) -> str:
    found = hashlib.sha256(start.encode())
    query = select(table.c.id, table.c.hash).where(table.c.id > below, table.c.id <= until).order_by(table.c.id)
    for row in db.execute(query.execution_options(yield_per=AT_ONCE)):
        found.update(f"{row.id} {row.hash}\n".encode())
    return found.hexdigest()


def _today(rules: Rules, now: datetime) -> str:
    return f"head-{now.astimezone(rules.policy.zone):%Y-%m-%d}"
