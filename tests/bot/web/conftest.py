"""The doors of a service on SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.scene import Scene
from tests.bot.web.doors import Doors


@pytest.fixture
async def doors(scene: Scene) -> AsyncIterator[Doors]:
    made = Doors(scene)
    yield made
    await made.http.aclose()
