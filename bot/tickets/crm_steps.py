"""An import of customers, step by step: what it would do, staged, applied; open tickets follow afterwards.

Every step is a transaction of a fraction of a second. One that is in force is finished by whoever comes next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select

from bot.rules import Rules
from bot.storage.database import Database
from bot.tickets.tier_changes import apply_patches, follow_shared_number, follow_tier
from bot.transcript.conversations import conversations
from escalation.customers import staged_imports
from escalation.customers.crm_tables import CrmFault, CrmFaults
from escalation.customers.customer_rows import EMAIL, PHONE, contacts, organisations
from escalation.customers.patch_chunks import PatchChunks
from escalation.customers.patch_outcome import Trial
from escalation.customers.patch_store import write_patches
from escalation.customers.patch_tally import Tally
from escalation.customers.staged_imports import StagedImport
from escalation.journal import journal_store
from escalation.tickets.ticket_store import tickets

STEP = 0.04  # seconds after which no further chunk is begun
FOLLOW_AT_MOST = 20  # tickets in one step
STAGE_AT_ONCE = 20  # chunks in one transaction

Run = Callable[..., Any]  # a transaction of the database's, `read_now` or `write_now`


def try_out(
    read: Run, rules: Rules, chunks: PatchChunks, now: datetime, file: str = "", *, overwrite: bool = False
) -> Tally:
    """Return what the records would do, writing nothing; raises CrmFaults that name `file` for what they lack."""
    tally, trial = Tally(), Trial(_fingerprints(rules, chunks.repeated_numbers()))
    faults: list[CrmFault] = []
    for chunk in chunks:
        outcomes = read(write_patches, rules.vault, rules.policy, chunk, now, "", overwrite=overwrite, trial=trial)
        for outcome in outcomes:
            if isinstance(outcome, CrmFaults):
                faults += [replace(fault, file=file) for fault in outcome.faults]
            else:
                tally.add(outcome)
    if faults:
        raise CrmFaults(sorted(faults, key=lambda fault: fault.line or 0))
    return tally


def stage(
    database: Database,
    rules: Rules,
    chunks: PatchChunks,
    file: str,
    sha256: str,
    author: str,
    tally: Tally,
    now: datetime,
    *,
    overwrite: bool,
    breathe: Callable[[], object] = lambda: None,
) -> int:
    """Write all chunks in steps, in a thread of its own or in none; return the import's number. It is not in force."""
    write = database.write_now
    import_id = write(staged_imports.begin_import, file, sha256, author, tally.as_json(), now, overwrite=overwrite)
    texts = chunks.texts()
    for first in range(0, len(chunks), STAGE_AT_ONCE):
        write(staged_imports.stage_chunks, rules.vault, import_id, first, list(islice(texts, STAGE_AT_ONCE)))
        breathe()
    write(staged_imports.has_staged, import_id, chunks.contacts, len(chunks))
    return import_id


def bring_into_force(db: Connection, import_id: int) -> bool:
    """Make a staged import final by one small write; False if it is not staged."""
    return staged_imports.bring_import_into_force(db, import_id, Tally().as_json())


def is_due(db: Connection, _rules: Rules, _now: datetime) -> bool:
    """Whether an import is in force and not finished."""
    return staged_imports.is_import_in_force(db)


def take_step(db: Connection, rules: Rules, now: datetime, *, brief: bool = False) -> bool:
    """Make one step of the first unfinished import: some chunks, or some tickets that follow; False if there is none.

    `brief`: one chunk, for others write too. The step's progress is written with it, so that a process that is killed
    loses nothing and repeats nothing.
    """
    found = staged_imports.lock_import_in_force(db)
    if found is None:
        return False
    if found.position < found.chunks:
        _apply_some(db, rules, found, now, 0 if brief else STEP)
    elif (last := _follow_some(db, rules, found.followed, now)) is not None:
        staged_imports.note_progress(db, found.id, followed=last)
    else:
        _finish(db, found, now)
    return True


def _apply_some(db: Connection, rules: Rules, found: StagedImport, now: datetime, seconds: float) -> None:
    until = time.monotonic() + seconds
    tally, position = Tally(**found.tally), found.position
    while position < found.chunks:
        chunk = staged_imports.take_chunk(db, rules.vault, found.id, position)
        for outcome in apply_patches(db, rules, chunk, now, found.author, overwrite=found.overwrite):
            if isinstance(outcome, CrmFaults):
                tally.refuse(outcome)
            else:
                tally.add(outcome)
        position += 1
        if time.monotonic() > until:
            break
    staged_imports.note_progress(db, found.id, position=position, tally=tally.as_json())


def _follow_some(db: Connection, rules: Rules, after: int, now: datetime) -> int | None:
    """Re-route some open tickets behind this one whose tier is not their organisation's; the last looked at."""
    # Of whoever has a number that several contacts share only the organisation is known.
    house = func.coalesce(contacts.c.organisation_id, conversations.c.organisation_id)
    query = (
        select(tickets.c.id, tickets.c.contact_id, conversations.c.organisation_id)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .outerjoin(contacts, contacts.c.id == tickets.c.contact_id)
        .join(organisations, organisations.c.id == house)
        .where(tickets.c.id > after, tickets.c.state.in_(("waiting", "claimed")))
        .where(tickets.c.tier != organisations.c.tier)
        .order_by(tickets.c.id)
        .limit(FOLLOW_AT_MOST)
    )
    rows = db.execute(query).all()
    for contact_id in sorted({row.contact_id for row in rows if row.contact_id is not None}):
        follow_tier(db, rules, contact_id, now)
    for organisation_id in sorted({row.organisation_id for row in rows if row.contact_id is None}):
        follow_shared_number(db, rules, organisation_id, now)
    return rows[-1].id if rows else None


def _finish(db: Connection, found: StagedImport, now: datetime) -> None:
    staged_imports.note_progress(db, found.id, state="done", ended_at=now)
    tally = Tally(**found.tally)
    counts: dict[str, Any] = {"contacts": tally.contacts, "new": tally.new, "tier_changes": tally.tier_changes}
    by, user = _by(found)
    counts |= {"sha256": found.sha256, "user": user}
    journal_store.record(db, "customers", "CRM file imported", by, now, after=counts)


def _by(found: StagedImport) -> tuple[str, str]:
    """Who is said to have done it, and which user that is of the system or of ours."""
    by, _, user = found.author.partition(" ")
    return (by, user) if by == "cli" and user else (found.author, found.author)


def _fingerprints(rules: Rules, numbers: Iterable[str]) -> set[str]:
    fields = ((number, EMAIL if "@" in number else PHONE) for number in numbers)
    return {rules.vault.fingerprint(number, field=field) for number, field in fields}
