"""A world per test: its Bot API server, its database, its bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import open_service
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
        data=migrated_folder(tmp_path),
        telegram_token=TOKEN,
        telegram_api=api.base,
        telegram_staff_chat=str(STAFF),
        encoder="none",  # seconds of learning for each of these tests
        acts="none",
    )
    service = open_service(settings)
    world = World(api, service)
    service.clock = lambda: world.now
    service.database.on_commit = service.change_feed.notify
    service.database.write_now(stock, service, ARTICLES, world.now, contacts=["C1001"])
    await service.refresh()
    yield world
    await world.close()
    service.database.close()
