"""What many tests need: a database of either kind, the example policy, a vault, a clock that stands still."""

from __future__ import annotations

import gc
import gettext
import os
import ssl
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded, as bot.cli.parser does

import pytest
import pytest_timeout
from argon2 import PasswordHasher

from bot.auth import passwords
from bot.config.settings import EXAMPLE_POLICY
from bot.files.knowledge_files import read_faq_file
from bot.first_start import SAMPLE_FAQ
from bot.rules import Rules
from bot.storage.database import Database
from escalation.column_seal import opened_with
from escalation.policy import reader
from escalation.policy.model import Policy
from escalation.policy.outside_chat import OutsideChat
from escalation.policy.reader import read_policy
from escalation.vault import Vault
from knowledge_base.matching.index import build
from tests.bot.noticed import with_notice
from tests.copied_triggers import triggers_copied
from tests.databases import VAULT, Postgres, Syncing, compiled_once, migrated_sqlite, postgres_server, sqlite_url
from tests.in_memory import keep_folders_in_memory
from tests.learned_once import shipped_learned_once
from tests.patience import patience

TESTS = Path(__file__).parent
PROOFS = {"journeys", "browser"}  # folders whose tests all are; elsewhere each one says so itself
RULES = {"escalation", "knowledge_base"}
NO_RULE = {"database", "sqlite", "url", "postgres_databases", "engine"}  # asked for by what needs a database
PACKAGES = ("bot", "escalation", "knowledge_base")
MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day


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
    policy = read_policy(EXAMPLE_POLICY)
    # What is said after a resolution is said at once, but where the minute in which it may be undone is the subject.
    policy = replace(policy, dialogue=replace(policy.dialogue, undo_within=timedelta(0)))
    # All of a customer stands in the staff's chat and nobody is shown a notice, but where that is the subject.
    return with_notice(replace(policy, outside_chat=OutsideChat()), None)


@pytest.fixture(scope="session", autouse=True)
def _sealed() -> Iterator[None]:
    """What a test reads past `Database`, or by one that was given no vault, is sealed with the same keys."""
    with opened_with(VAULT):
        yield


@pytest.fixture(scope="session")
def vault() -> Vault:
    return VAULT


@pytest.fixture(scope="session")
def rules(policy: Policy, vault: Vault) -> Rules:
    """The example policy with the sample knowledge base."""
    return Rules(
        policy, vault, build(read_faq_file(SAMPLE_FAQ).articles, revision=1, fillers=policy.words.get("filler", ()))
    )


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Postgres]:
    """A real PostgreSQL server, one in a test run's process."""
    with postgres_server() as server:
        databases = Postgres(server)
        yield databases
        databases.close()


@pytest.fixture
def postgres(postgres_databases: Postgres) -> Callable[[], str]:
    """Call it for the URL of a new, empty database on PostgreSQL."""
    return postgres_databases.empty


@pytest.fixture
def migrated_postgres(postgres_databases: Postgres) -> Iterator[Callable[[], str]]:
    """Call it for the URL of a migrated database on PostgreSQL."""
    lent: list[str] = []

    def lend() -> str:
        lent.append(postgres_databases.migrated())
        return lent[-1]

    yield lend
    for url in lent:
        postgres_databases.give_back(url)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "test.sqlite3")
    databases: Postgres = request.getfixturevalue("postgres_databases")
    return databases.empty()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database, once of each kind."""
    if request.param == "sqlite":
        with closing(Database(migrated_sqlite(tmp_path / "test.sqlite3"), vault=VAULT)) as found:
            yield found
        return
    databases: Postgres = request.getfixturevalue("postgres_databases")
    url = databases.migrated()
    with closing(Database(url, vault=VAULT)) as found:
        yield found
    databases.give_back(url)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database, for what does not depend on the kind."""
    with closing(Database(migrated_sqlite(tmp_path / "test.sqlite3"), vault=VAULT)) as found:
        yield found


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own JIEDAI_* variables change no test."""
    for name in [name for name in os.environ if name.startswith("JIEDAI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JIEDAI_ENCODER", "none")  # seconds of learning that few tests are about
    monkeypatch.setenv("JIEDAI_ACTS", "none")


@pytest.fixture(autouse=True, scope="session")
def _connections_are_prepared_once() -> Iterator[None]:
    with compiled_once(), triggers_copied():
        yield


@pytest.fixture(autouse=True, scope="session")
def _policies_are_read_once() -> Iterator[None]:
    """A policy of the same text in the same file is parsed once; it takes longer than most of what a test is about."""
    original = reader.read_policy

    @cache
    def read(path: Path, _text: bytes) -> Policy:
        policy = original(path)
        # In the process of the tests nobody is shown a notice and staff chats read all, but where that is the subject.
        example = with_notice(replace(policy, outside_chat=OutsideChat(is_stated=True)), None)
        return example if path == EXAMPLE_POLICY else policy

    def read_once(path: Path) -> Policy:
        return read(path, path.read_bytes()) if path.is_file() else original(path)

    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in PACKAGES]
    with pytest.MonkeyPatch.context() as patch:
        for module in ours:
            if getattr(module, "read_policy", None) is original:
                patch.setattr(module, "read_policy", read_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _what_is_shipped_is_learned_once() -> Iterator[None]:
    with shipped_learned_once():
        yield


@pytest.fixture(autouse=True, scope="session")
def _files_of_the_machine_are_read_once() -> Iterator[None]:
    """Clients share a TLS context: each would read all certificates of the machine, and none of them uses TLS.

    Parsers share what they find of translations: each looks for its files for every word of its own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        patch.setattr(gettext, "find", cache(gettext.find))
        yield


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """Hashing that costs next to nothing; `test_passwords` takes the product's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


def pytest_collection_finish() -> None:
    """What was imported and collected lasts as long as the run: walking over it again and again finds nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only what is about durability waits for the disk."""
    Syncing.wanted = item.get_closest_marker("durable") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by folder what is a proof, and by what it asks for what is a rule."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in PROOFS:
            item.add_marker(pytest.mark.proof)
        asked: Sequence[str] = getattr(item, "fixturenames", ())
        if folder in RULES and not item.get_closest_marker("proof") and not NO_RULE.intersection(asked):
            item.add_marker(pytest.mark.rules)


def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool | None:
    """The bound that a test may never reach grows with the load, too."""
    if settings.timeout is None or settings.timeout <= 0:
        return None
    found: bool | None = pytest_timeout.pytest_timeout_set_timer(
        item, settings._replace(timeout=patience(settings.timeout))
    )
    return found


def pytest_configure(config: Any) -> None:
    """Chinese must print wherever the tests run, and temporary folders cost little."""
    keep_folders_in_memory()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
