"""`jiedai customers retier`: every stored tier held against the policy."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.os_user import os_user
from bot.cli.output import Result, Table, counted
from bot.cli.session import WithoutKnowledge
from bot.service import Service
from bot.tickets import retier
from bot.tickets.retier import RetierMove, RetierPage
from escalation.journal import journal_store
from escalation.policy import policy_editions

LISTED = 50  # moves on the screen; --out writes all of them
KINDS = {
    "criteria": "by the figures and the criteria",
    "expired": "a tier set by hand has run out",
    "unknown_tier": "the policy no longer has the tier set by hand",
}
COLUMNS = ("customer", "from", "to", "kind", "reason", "open_tickets")


def run(
    service: WithoutKnowledge,
    dry_run: Annotated[bool, argument("--dry-run", help="say who would move; nothing is written")] = False,
    out: Annotated[str, argument("--out", metavar="FILE", help="write every move to a CSV file")] = "",
) -> Result:
    """Hold every stored tier against the policy; open tickets follow. Raises NotReady for a policy not in force."""
    if not dry_run and service.database.read_now(policy_editions.in_force) not in (service.rules.policy.version, None):
        raise NotReady("This policy is not in force; try it with --dry-run, and start the server with it to use it.")
    kinds, ways = Counter[str](), Counter[tuple[str, str]]()
    listed: list[RetierMove] = []
    looked_at = follow = 0
    with ExitStack() as stack:
        write = csv.writer(stack.enter_context(Path(out).open("w", encoding="utf-8-sig", newline=""))) if out else None
        _row(write, COLUMNS)
        for page in _pages(service, dry_run=dry_run):
            looked_at += page.looked_at
            for move in page.moves:
                kinds[move.kind] += 1
                ways[move.before, move.after] += 1
                follow += move.open_tickets
                listed += [move] if len(listed) < LISTED else []
                _row(write, _cells(move))
    moved = {f"{old} → {new}": count for (old, new), count in sorted(ways.items())}
    found: dict[str, Any] = {"organisations": looked_at, "moves": kinds.total(), "open_tickets": follow}
    found |= {"kinds": dict(sorted(kinds.items())), "ways": moved}
    if not dry_run and kinds:
        service.database.write_now(_journal, service, found)
    return Result({**found, "examples": [_as_json(move) for move in listed]}, _told(found, listed, dry_run=dry_run))


def _pages(service: Service, *, dry_run: bool) -> Iterator[RetierPage]:
    """Each page in a transaction of its own: what is killed in between is done again from where it was."""
    after: str | None = ""
    while after is not None:
        now = service.clock()
        if dry_run:
            page = service.database.read_now(retier.look, service.rules.policy, after, now)
        else:
            page = service.database.write_now(retier.retier_some, service.rules, after, now)
        yield page
        after = page.last


def _row(write: Any, cells: tuple[str, ...]) -> None:
    if write is not None:
        write.writerow(cells)


def _cells(move: RetierMove) -> tuple[str, ...]:
    return (move.contact_id, move.before, move.after, move.kind, move.reason, str(move.open_tickets))


def _as_json(move: RetierMove) -> dict[str, Any]:
    return dict(zip(COLUMNS, _cells(move), strict=True)) | {"open_tickets": move.open_tickets}


def _journal(db: Connection, service: Service, found: dict[str, Any]) -> None:
    by = f"cli {os_user()}"
    journal_store.record(db, "customers", "tiers held against the policy", by, service.clock(), after=found)


def _told(found: dict[str, Any], listed: list[RetierMove], *, dry_run: bool) -> Iterator[str | Table]:
    if listed:
        headings = ("customer", "from", "to", "why", "open tickets")
        yield Table("", headings, [(*_cells(move)[:3], move.reason, str(move.open_tickets)) for move in listed])
    for kind, count in found["kinds"].items():
        yield f"{counted(count, 'organisation')}: {KINDS[kind]}."
    for way, count in found["ways"].items():
        yield f"{way}: {count}."
    would = ("would move", "would follow") if dry_run else ("moved", "followed")
    yield (
        f"{found['moves']} of {counted(found['organisations'], 'organisation')} {would[0]};"
        f" {counted(found['open_tickets'], 'open ticket')} {would[1]}."
    )
