"""Databases to measure on that cost no server and no migration of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.ground import Ground
from tests.databases import Postgres, migrated_sqlite


@pytest.fixture
def sqlite_ground(tmp_path: Path) -> Ground:
    return Ground("sqlite", migrated_sqlite(tmp_path / "bench.sqlite3"), tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """Once of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_ground")
        return
    databases: Postgres = request.getfixturevalue("postgres_databases")
    url = databases.migrated()
    yield Ground("postgresql", url, tmp_path)
    databases.give_back(url)
