"""`jiedai customers import`: what a CRM file would do, and doing it in steps that let messages in between."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Annotated

from sqlalchemy import Connection

from bot.cli.command import File, argument
from bot.cli.customers_told import told
from bot.cli.os_user import os_user
from bot.cli.output import Result
from bot.cli.session import WithoutKnowledge
from bot.files.escalation_files import read_patch_file
from bot.service import Service
from bot.storage.database import Database
from bot.tickets import crm_steps
from escalation.customers import staged_imports
from escalation.customers.patch_tally import Tally
from escalation.staff import all_staff

# Seconds between two steps, in which a service beside us gets the lock: all that waits for it looks every millisecond.
# One that has just written will soon write again, and gets it for as long as we have had it.
BREATH, LONG_BREATH = 0.003, 0.05


def load(
    service: WithoutKnowledge,
    file: File,
    dry_run: Annotated[bool, argument("--dry-run", help="only say what would change")] = False,
    clear_blank: Annotated[bool, argument("--clear-blank", help="a blank cell clears what is known")] = False,
    overwrite: Annotated[
        bool, argument("--overwrite", help="also what contradicts a known organisation, from a new contact or as a 0")
    ] = False,
) -> Result:
    """Import a CRM file: what it leaves out stays as it is, and open tickets follow a changed tier.

    One that is killed before it is in force has done nothing; afterwards the service, or the next import, finishes it.
    """
    path, database, rules = Path(file), service.database, service.rules
    chunks = read_patch_file(path, tuple(rules.policy.tiers), clear_blank=clear_blank)
    unknown = sorted(chunks.agents - database.read_now(_logins))
    tally = crm_steps.try_out(database.read_now, rules, chunks, service.clock(), path.name, overwrite=overwrite)
    tally.unknown_agents = unknown
    if dry_run:
        return Result(tally.as_json(), list(told(tally, unknown, is_trial=True)))
    facts = (path.name, _digest(file), f"cli {os_user()}", tally, service.clock())
    number = crm_steps.stage(database, rules, chunks, *facts, overwrite=overwrite, breathe=lambda: _breathe(database))
    del chunks
    database.write_now(crm_steps.bring_into_force, number)
    done = _finish(service, number)
    done.unknown_agents = unknown
    return Result(done.as_json(), list(told(done, unknown)))


def _finish(service: Service, number: int) -> Tally:
    """Make steps until this import has none left; those of one begun earlier and killed come first."""
    database, is_busy = service.database, False
    while (found := database.read_now(staged_imports.find_import, number)) and found.state != "done":
        database.write_now(crm_steps.take_step, service.rules, service.clock(), brief=is_busy)
        if found.chunks > 1:
            is_busy = _breathe(database)
    return Tally(**found.tally) if found is not None else Tally()


def _breathe(database: Database) -> bool:
    """Pause; return whether others have written since the last pause."""
    # A plain sleep: SQLite cannot tell who waits for its lock, and in this process nobody else has anything to do.
    is_busy = database.others_have_written()
    time.sleep(LONG_BREATH if is_busy else BREATH)
    return is_busy


def _logins(db: Connection) -> set[str]:
    return {person.login for person in all_staff(db)}


def _digest(file: str) -> str:
    with Path(file).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
