"""The console of a scene on SQLite, its lead, and the password of its staff hashed once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.auth.passwords import hash_password
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import PASSWORD, Console, Seat


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
async def lead(console: Console) -> Seat:
    return await console.sits("han", "lead")
