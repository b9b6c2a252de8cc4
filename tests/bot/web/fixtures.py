"""The doors and the console of a scene, and the password of its staff hashed once, for the conftests that need them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.auth.passwords import hash_password
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import PASSWORD, Console
from tests.bot.web.doors import Doors


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
