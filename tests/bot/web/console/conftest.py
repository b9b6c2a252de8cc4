"""The console of a scene on SQLite, and its lead."""

from __future__ import annotations

import pytest

from tests.bot.web.console.console_scene import Console, Seat
from tests.bot.web.fixtures import console, hashed

__all__ = ["console", "hashed"]


@pytest.fixture
async def lead(console: Console) -> Seat:  # a fixture, asked for by name
    return await console.sits("han", "lead")
