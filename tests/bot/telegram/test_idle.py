from __future__ import annotations

from tests.bot.telegram.world import World


async def test_looking_into_an_empty_outbox_wakes_nobody(world: World) -> None:
    door, seen = world.make_door(), world.service.change_feed.version
    assert not await door.deliveries[0].work_once()
    assert world.service.change_feed.version == seen
