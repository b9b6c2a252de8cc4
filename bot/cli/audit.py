"""`jiedai audit verify|head`: verify the histories, the journal and every row that is sealed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result
from bot.cli.session import Where, WithoutKnowledge
from bot.config.secret_files import JOURNAL_KEY_FILE, KEY_FILE, kept_journal_key, kept_vault
from bot.jobs.daily_head import FILE as HEAD_FILE
from bot.jobs.daily_head import verify_heads
from bot.migrations import HEAD, schema
from bot.privacy.retention_kinds import BY as RETENTION
from bot.storage.planted import verify_triggers
from bot.storage.read_only import reading
from bot.storage.seal_begin import is_sealed
from bot.storage.seal_check import SealFault, verify_seals
from bot.upkeep import vault_fit
from bot.upkeep.copying import demand_known
from escalation.column_seal import opened_with
from escalation.journal.erased_lines import ErasedCount
from escalation.journal.journal_check import JournalCount, JournalFault, verify_journal
from escalation.journal.journal_store import key_fits
from escalation.tickets import audit, ticket_store
from escalation.tickets.audit import AuditResult
from escalation.tickets.hash_chain import Head, digest
from escalation.tickets.lifecycle import Refused
from escalation.working_hours.instants import iso

UNSEALED = JournalFault("seals", None, "the seals have not begun; they do at the product's next start.")


def verify(
    settings: Where,
    ticket: Annotated[int | None, argument("--ticket", metavar="N", help="only this ticket")] = None,
    against: Annotated[
        str | None, argument("--against", metavar="FILE", help="also against what `audit head --json` printed before")
    ] = None,
) -> Result:
    """Return every fault as a sentence; failed if there is one. Reads only, also a folder that cannot be written.

    Raises NotReady for an unknown ticket, and where there is nothing to verify or nothing to verify it with.
    """
    kept = read_heads(Path(against)) if against else None
    key = kept_journal_key(settings)
    if key is None:
        raise NotReady(
            f"There is no {JOURNAL_KEY_FILE} in {settings.data}; put it there, or set JIEDAI_JOURNAL_KEY: without the "
            "key nothing can be verified."
        )
    try:
        vault = kept_vault(settings)
        with opened_with(vault), reading(settings.database_url, key) as db:
            if vault is None and vault_fit.holds_sealed(db):
                raise NotReady(
                    f"There is no {KEY_FILE} in {settings.data}; put it there, or set JIEDAI_VAULT_KEYS: histories are "
                    "sealed, and cannot be verified without it."
                )
            return verified(db, ticket, against, kept, settings.data / HEAD_FILE)
    except FileNotFoundError as error:
        raise NotReady(f"There is no database at {error.args[0]}.") from None
    except Refused:
        raise NotReady(f"There is no ticket {ticket}.") from None


def verified(
    db: Connection,
    ticket: int | None = None,
    against: str | None = None,
    kept: dict[int, Head] | None = None,
    heads: Path | None = None,
) -> Result:
    """Verify what a connection sees, with its key and the file of daily heads.

    Raises NotReady for another revision, key or an unknown ticket.
    """
    demand_known(schema.revision(db), "The database")
    if not schema.is_current(db):
        raise NotReady(
            f"The database is at revision {schema.revision(db)}, and this version verifies {HEAD}; "
            "migrate a copy of it with `jiedai db upgrade` first."
        )
    if ticket is not None and ticket not in (kept or {}):
        ticket_store.get_ticket(db, ticket)
    if not key_fits(db):
        raise NotReady("The journal key is not the one this database's journal was written with; take the right one.")
    found = Findings(audit.verify(db, ticket, kept))
    if ticket is None:
        found.note(verify_journal(db, found.journal))
        found.note(_sound(lambda: list(verify_heads(db, heads)), "heads"))
        found.note(_sound(lambda: [] if is_sealed(db) else [UNSEALED], "seals"))
    found.note(verify_seals(db, ticket))
    if ticket is None:
        found.note(verify_triggers(db))
    return Result(_as_json(found), _words(found, ticket, against), failed=bool(found.count))


def _sound(look: Callable[[], list[JournalFault]], subject: str) -> list[JournalFault]:
    """What a look at lines of the journal finds, were they spoilt so that they cannot be read."""
    try:
        return look()
    except (ValueError, TypeError, KeyError, AttributeError, DatabaseError):
        return [JournalFault(subject, None, "its lines cannot be read; they were changed past the product.")]


@dataclass
class Findings:
    """What was read, and the faults that are no line of a ticket's history."""

    history: AuditResult
    journal: JournalCount = field(default_factory=JournalCount)
    others: list[SealFault | JournalFault] = field(default_factory=list)
    more: int = 0  # of those, with what is not kept

    @property
    def count(self) -> int:
        """How many faults there are."""
        return self.history.count + self.more

    @property
    def erased(self) -> ErasedCount:
        """How many lines were erased, by whom and when."""
        found = ErasedCount()
        found.add(self.history.erased)
        found.add(self.journal.erased)
        return found

    def note(self, faults: Iterable[SealFault | JournalFault]) -> None:
        """Count all faults, keep the first ones."""
        for fault in faults:
            self.more += 1
            if len(self.others) < audit.MOST_TOLD:
                self.others.append(fault)


def head(service: WithoutKnowledge) -> Result:
    """Return the last hash of every history, to be kept out of reach of whoever can write to the database."""
    heads = dict(service.database.read_now(lambda db: list(audit.heads(db))))
    lines = sum(one.lines for one in heads.values())
    found = digest(heads.items())
    at = iso(service.clock(), service.rules.policy.zone)
    counts = {"tickets": len(heads), "lines": lines, "digest": found}
    written = {str(number): f"{one.lines} {one.hash}" for number, one in heads.items()}
    words = [
        f"Tickets: {len(heads)}; lines of history: {lines}; digest: {found}.",
        "`jiedai audit head --json > FILE` keeps it; `jiedai audit verify --against FILE` compares later.",
    ]
    return Result({"at": at, **counts, "heads": written}, words)


def read_heads(path: Path) -> dict[int, Head]:
    """Read what `audit head --json` printed; raises NotReady for anything else, or if it was changed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        heads = {int(number): _read(text) for number, text in found["heads"].items()}
        said = found["digest"]
    except json.JSONDecodeError as error:
        raise NotReady(f"{path}:{error.lineno}: This is not what `jiedai audit head --json` prints.") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotReady(f"{path}: This is not what `jiedai audit head --json` prints.") from None
    if digest(sorted(heads.items())) != said:
        raise NotReady(f"{path} was changed: its digest is not that of its heads. Take an unchanged copy.")
    return heads


def _read(text: str) -> Head:
    lines, _, hash_ = text.partition(" ")
    return Head(int(lines), hash_)


def _as_json(found: Findings) -> Mapping[str, Any]:
    history, journal = found.history, found.journal
    counts = {"tickets": history.tickets, "lines": history.lines, "before_the_chain": history.before}
    counts |= {"subjects": journal.subjects, "journal_lines": journal.lines, "faults": found.count}
    erased = [{"by": by, "at": at.isoformat(), "lines": lines} for (by, at), lines in found.erased.of.items()]
    told: list[Mapping[str, Any]] = [
        {"ticket": one.ticket_id, "line": one.line, "message": one.message} for one in history.faults
    ]
    return {
        "ok": not found.count,
        **counts,
        "erased": erased,
        "found": told + [asdict(other) for other in found.others],
    }


def _words(found: Findings, ticket: int | None, against: str | None) -> Iterator[str]:
    history, journal = found.history, found.journal
    yield from map(str, history.faults)
    yield from map(str, found.others)
    untold = found.count - len(history.faults) - len(found.others)
    if untold:
        yield f"… and {untold} faults more."
    yield f"Tickets: {history.tickets}; lines of history: {history.lines}; faults: {found.count}."
    if journal.lines:
        yield f"Lines of the journal: {journal.lines} about {journal.subjects} subjects."
    if lines := found.erased.by(RETENTION):
        yield f"{lines} lines had been kept long enough: what they said is gone; their hashes stand."
    for (by, at), lines in found.erased.of.items():
        if by == RETENTION:
            continue
        yield f"{lines} lines were erased at a person's request by {by} at {at:%Y-%m-%d %H:%M} UTC; their hashes stand."
    if history.before:
        yield (
            f"{history.before} of the lines are from before there was a chain: their number is known, not their words."
        )
    if found.count:
        return
    if ticket is not None:
        yield f"Every line and row of ticket {ticket} is as the product wrote it; without --ticket all are verified."
    elif against is not None:
        yield f"Every line and every row is as the product wrote it, and every head that {against} keeps is there."
    else:
        yield "Every line and every row is as the product wrote it. `jiedai audit head` says what to keep elsewhere."
