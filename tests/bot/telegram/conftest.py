"""A world per test: its Bot API server, its database, its bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import open_house
from bot.config.settings import Settings
from tests.bot.telegram.world import ARTICLES, STAFF, World, stock
from tests.databases import migrated_folder
from tests.fakes.telegram_api import TOKEN, FakeTelegram


@pytest.fixture
async def api() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.know(STAFF)
        yield fake


@pytest.fixture
async def world(api: FakeTelegram, tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(
        data=migrated_folder(tmp_path), telegram_token=TOKEN, telegram_api=api.base, telegram_staff_chat=str(STAFF)
    )
    reception = open_house(settings)
    world = World(api, reception)
    reception.clock = lambda: world.now
    reception.database.on_commit = reception.wakeups.notify
    reception.database.write_now(stock, reception, ARTICLES, world.now)
    await reception.refresh()
    yield world
    await world.close()
    reception.database.close()
