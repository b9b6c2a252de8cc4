"""Who gets in where: every route of the application against every kind of person and program that may ask."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.auth.passwords import hash_password
from tests.bot.scene import Scene
from tests.bot.web import access_ways as ways
from tests.bot.web import access_world
from tests.bot.web.access_world import SECRETS, World
from tests.bot.web.console.console_scene import PASSWORD, Console


@pytest.fixture
async def world(scene: Scene) -> AsyncIterator[World]:
    console = Console(scene, hash_password(PASSWORD))
    yield await access_world.furnished(console)
    for client in console.clients:
        await client.aclose()


async def test_every_route_says_who_may_go_it(world: World) -> None:
    missing = set(ways.routes_of(world.console.app)) - set(ways.HTTP_WAYS)
    assert not missing, f"tests/bot/web/access_ways.py must say who may go these ways: {sorted(missing)}"
    assert not set(ways.HTTP_WAYS) - set(ways.routes_of(world.console.app))


async def test_each_kind_gets_in_where_it_may_and_nowhere_else(world: World) -> None:
    assert await access_world.deviations(world) == []


async def test_a_closed_complaint_is_open_to_those_alone_whom_it_concerns(world: World) -> None:
    assert await access_world.deviations_of_complaint(world) == []


async def test_no_page_shows_a_word_of_it_to_others(world: World) -> None:
    assert await access_world.words_shown(world) == []


async def test_whoever_may_see_it_reads_every_word(world: World) -> None:
    answer = await world.ask(ways.AGENT, "GET", "/console/tickets/{ticket_id}", world.second)
    assert all(word in answer.text for word in SECRETS)
