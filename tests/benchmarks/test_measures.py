"""A short run of the histories: the product's figures are the oracle's here too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from benchmarks.measures.__main__ import sqlite
from benchmarks.measures.compare import compare
from bot.storage.database import Database
from tests.databases import VAULT, Postgres

pytestmark = pytest.mark.proof


def test_the_figures_of_random_histories_are_what_the_oracle_says() -> None:
    found = compare(sqlite, range(7_000, 7_030))
    assert (found.differ, found.sums_differ, found.shown_differ, found.first) == ({}, 0, {}, "")
    assert found.facts.total() > 1_000


def test_they_are_so_on_postgresql_too(postgres_databases: Postgres) -> None:
    @contextmanager
    def opened() -> Iterator[Database]:
        url = postgres_databases.migrated()
        with closing(Database(url, vault=VAULT)) as database:
            yield database
        postgres_databases.give_back(url)

    found = compare(opened, range(7_100, 7_108))
    assert (found.differ, found.sums_differ, found.shown_differ, found.first) == ({}, 0, {}, "")
