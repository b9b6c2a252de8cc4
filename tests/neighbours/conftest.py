"""The doors and the console of a service on SQLite, as the tests of the web have them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.auth.passwords import hash_password
from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.vault import Vault
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import PASSWORD, Console
from tests.bot.web.doors import Doors
from tests.neighbours.crm import Crm


@pytest.fixture
def scene(sqlite: Database, policy: Policy, vault: Vault, clock: Any) -> Scene:
    return Scene(sqlite, policy, vault, clock)


@pytest.fixture
async def doors(scene: Scene) -> AsyncIterator[Doors]:
    made = Doors(scene)
    yield made
    await made.http.aclose()


@pytest.fixture(scope="session")
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
async def console(scene: Scene, hashed: str) -> AsyncIterator[Console]:
    made = Console(scene, hashed)
    yield made
    for client in made.clients:
        await client.aclose()


@pytest.fixture
def crm(doors: Doors, tmp_path: Path) -> Crm:
    return Crm(doors, tmp_path)
