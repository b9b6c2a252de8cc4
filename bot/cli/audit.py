"""`jiedai audit verify|head`: verify the hash chain of every ticket's history."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.app import NotReady
from bot.cli.output import print_json, print_line
from bot.cli.session import service_of
from escalation.tickets import audit, ticket_store
from escalation.tickets.audit import Found
from escalation.tickets.hash_chain import Head, digest
from escalation.tickets.lifecycle import Refused
from escalation.working_hours.instants import iso


def verify(options: argparse.Namespace) -> None:
    """Print every fault as a sentence; raises SystemExit (1) if there is one, NotReady for an unknown ticket."""
    kept = read_heads(Path(options.against)) if options.against else None
    service = service_of(options, knowledge="none")
    try:
        if options.ticket is not None and options.ticket not in (kept or {}):
            service.database.read_now(ticket_store.get_ticket, options.ticket)
        found = service.database.read_now(audit.verify, options.ticket, kept)
    except Refused:
        raise NotReady(f"There is no ticket {options.ticket}.") from None
    finally:
        service.database.close()
    if options.json:
        print_json(_as_json(found))
    else:
        _tell(found, options.against)
    if found.count:
        raise SystemExit(1)


def head(options: argparse.Namespace) -> None:
    """Print the last hash of every history, to be kept out of reach of whoever can write to the database."""
    service = service_of(options, knowledge="none")
    try:
        heads = dict(service.database.read_now(lambda db: list(audit.heads(db))))
    finally:
        service.database.close()
    lines = sum(one.lines for one in heads.values())
    found = digest(heads.items())
    if options.json:
        at = iso(service.clock(), service.rules.policy.zone)
        counts = {"tickets": len(heads), "lines": lines, "digest": found}
        print_json({"at": at, **counts, "heads": {str(number): _written(one) for number, one in heads.items()}})
        return
    print_line(f"Tickets: {len(heads)}; lines of history: {lines}; digest: {found}.")
    print_line("`jiedai audit head --json > FILE` keeps it; `jiedai audit verify --against FILE` compares later.")


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


def _written(one: Head) -> str:
    return f"{one.lines} {one.hash}"


def _read(text: str) -> Head:
    lines, _, hash_ = text.partition(" ")
    return Head(int(lines), hash_)


def _as_json(found: Found) -> Mapping[str, Any]:
    counts = {"tickets": found.tickets, "lines": found.lines, "before_the_chain": found.before, "faults": found.count}
    told = [{"ticket": one.ticket_id, "line": one.line, "message": one.message} for one in found.faults]
    return {"ok": not found.count, **counts, "found": told}


def _tell(found: Found, against: str | None) -> None:
    for fault in found.faults:
        print_line(str(fault))
    if found.count > len(found.faults):
        print_line(f"… and {found.count - len(found.faults)} faults more.")
    read = f"Tickets: {found.tickets}; lines of history: {found.lines}"
    print_line(f"{read}; faults: {found.count}.")
    if found.before:
        print_line(
            f"{found.before} of the lines are from before there was a chain: their number is known, not their words."
        )
    if against is None and not found.count:
        print_line(
            "Every line fits the one before it. `jiedai audit head` says what to keep against a chain written anew."
        )
