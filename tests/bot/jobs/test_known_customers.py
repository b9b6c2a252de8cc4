"""Names of customers are opened after a start, so that the first search is complete."""

from __future__ import annotations

from bot.jobs.known_customers import NameOpener
from escalation.customers.customer_search import CustomerQuery, find_page
from tests.bot.scene import Scene


async def test_the_first_search_after_a_start_looks_at_every_name(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.know("C1001", "C1020")
    await NameOpener(scene.database, lambda: scene.rules, lambda: scene.now).open_all()
    query = CustomerQuery("江海")
    page = scene.read(find_page, scene.vault, scene.policy, query, scene.now, seconds=0)
    assert page.is_whole
    assert "C1001" in [each.contact.id for each in page.customers]
