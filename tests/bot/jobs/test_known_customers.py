"""Names of customers are opened after a start, so that the first search is complete."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.jobs import known_customers
from bot.jobs.known_customers import NameOpener
from bot.rules import Rules
from escalation.customers.customer_search import CustomerQuery, find_page
from escalation.vault import Vault
from tests.bot.scene import Scene
from tests.patience import patience


async def test_the_first_search_after_a_start_looks_at_every_name(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.know("C1001", "C1020")
    await NameOpener(scene.database, lambda: scene.rules, lambda: scene.now).open_all()
    query = CustomerQuery("江海")
    page = scene.read(find_page, scene.vault, scene.policy, query, scene.now, seconds=0)
    assert page.is_whole
    assert "C1001" in [each.contact.id for each in page.customers]


async def test_names_that_could_not_be_opened_are_tried_again_and_the_log_tells_none_of_them(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene = scene_anywhere
    scene.know("C1001", "C1020")
    monkeypatch.setattr(known_customers, "AGAIN", 0)
    opened = asyncio.Event()
    strangers = iter([replace(scene.rules, vault=Vault({"other": b"o" * 32}, "other", b"l" * 32))])

    class Opener(NameOpener):
        async def open_all(self) -> None:
            await super().open_all()
            opened.set()

    def rules() -> Rules:
        return next(strangers, scene.rules)

    running = asyncio.create_task(Opener(scene.database, rules, lambda: scene.now).run())
    await asyncio.wait_for(opened.wait(), patience(10))
    running.cancel()
    page = scene.read(find_page, scene.vault, scene.policy, CustomerQuery("江海"), scene.now, seconds=0)
    assert page.is_whole
    assert "the names of customers could not be opened; a search opens them itself for now" in caplog.text
    assert "VaultError" in caplog.text
    assert not any(name in caplog.text for name in ("江海", "周文博"))
