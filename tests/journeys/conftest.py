"""What the journeys share: a client, and one server on the example content that no journey harms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.journeys.people import Desk, desk_at, new_client
from tests.processes import Server, jiedai


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client of the web."""
    with new_client() as client:
        yield client


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program as a stranger starts it."""
    with Server(tmp_path_factory.mktemp("example") / "data", program=("-m", "bot")) as server:
        yield server


@pytest.fixture(scope="session")
def desk(example: Server) -> Iterator[Desk]:
    """The staff's side of the example."""
    with desk_at(example) as found:
        yield found


@pytest.fixture
def prepared_postgres(postgres: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a PostgreSQL database that `jiedai db upgrade` has been run on."""
    url = postgres()
    done = jiedai("db", "upgrade", "--database", url, "--data", tmp_path_factory.mktemp("upgrade"))
    assert done.returncode == 0, done.stderr
    return url
