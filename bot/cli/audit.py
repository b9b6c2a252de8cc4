"""`jiedai audit verify|head`: verify the hash chain of every ticket's history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result
from bot.cli.session import Where, WithoutKnowledge, opened
from escalation.tickets import audit, ticket_store
from escalation.tickets.audit import AuditResult
from escalation.tickets.hash_chain import Head, digest
from escalation.tickets.lifecycle import Refused
from escalation.working_hours.instants import iso


def verify(
    settings: Where,
    ticket: Annotated[int | None, argument("--ticket", metavar="N", help="only this ticket")] = None,
    against: Annotated[
        str | None, argument("--against", metavar="FILE", help="also against what `audit head --json` printed before")
    ] = None,
) -> Result:
    """Return every fault as a sentence; failed if there is one. Raises NotReady for an unknown ticket."""
    kept = read_heads(Path(against)) if against else None
    try:
        with opened(settings) as service:
            if ticket is not None and ticket not in (kept or {}):
                service.database.read_now(ticket_store.get_ticket, ticket)
            found = service.database.read_now(audit.verify, ticket, kept)
    except Refused:
        raise NotReady(f"There is no ticket {ticket}.") from None
    return Result(_as_json(found), _words(found, against), failed=bool(found.count))


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


def _as_json(found: AuditResult) -> Mapping[str, Any]:
    counts = {"tickets": found.tickets, "lines": found.lines, "before_the_chain": found.before, "faults": found.count}
    told = [{"ticket": one.ticket_id, "line": one.line, "message": one.message} for one in found.faults]
    return {"ok": not found.count, **counts, "found": told}


def _words(found: AuditResult, against: str | None) -> Iterator[str]:
    yield from map(str, found.faults)
    if found.count > len(found.faults):
        yield f"… and {found.count - len(found.faults)} faults more."
    yield f"Tickets: {found.tickets}; lines of history: {found.lines}; faults: {found.count}."
    if found.before:
        yield f"{found.before} of the lines are from before there was a chain: their number is known, not their words."
    if against is None and not found.count:
        yield "Every line fits the one before it. `jiedai audit head` says what to keep against a chain written anew."
