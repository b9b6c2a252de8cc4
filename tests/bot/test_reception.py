"""The running house takes messages in, ranks them outside the transaction, and swaps its knowledge base whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from bot import history
from bot.messages import Incoming
from bot.reception import Reception
from bot.settings import Settings
from bot.wakeups import Wakeups
from knowledge_base import store as knowledge_store
from knowledge_base.articles import Article
from tests.bot.scene import ORDER, Scene, Visitor


@pytest.fixture
def house(scene: Scene) -> Iterator[Reception]:
    wakeups = Wakeups(scene.database.url)
    scene.database.on_commit = wakeups.notify
    yield Reception(Settings(), scene.database, scene.rules, wakeups, scene.clock, "s" * 32)
    scene.database.on_commit = lambda: None


def text(words: str, key: str) -> Incoming:
    return Incoming("web", "anna", key, "text", text=words)


async def test_when_it_returns_the_message_is_committed(house: Reception, anna: Visitor) -> None:
    receipt = await house.receive(text("怎么查订单", "1"))
    assert not receipt.duplicate
    assert anna.read() == [ORDER.answer]
    assert (await house.receive(text("怎么查订单", "1"))).duplicate


async def test_ranking_happens_once_and_outside_the_transaction(house: Reception, anna: Visitor) -> None:
    asked = []
    rules = house.rules

    class Counting(type(rules)):  # type: ignore[misc]
        def rank(self, *args: Any) -> Any:
            asked.append(args[0])
            return super().rank(*args)

    house.rules = Counting(rules.policy, rules.vault, rules.index)
    await house.receive(text("在吗", "1"))
    await house.receive(text("怎么查订单", "2"))
    assert asked == ["在吗", "怎么查订单"]


async def test_many_messages_at_once_are_all_answered_in_turn(house: Reception, anna: Visitor) -> None:
    await asyncio.gather(*(house.receive(text("怎么查订单", str(number))) for number in range(12)))
    authors = [line.author for line in anna.lines()]
    assert authors == ["customer", "bot"] * 12


async def test_a_stranger_is_not_identified_by_an_unknown_id(house: Reception, anna: Visitor) -> None:
    assert await house.identify("web", "anna", "nobody", "token") is False
    assert anna.conversation is not None
    assert anna.conversation.contact_id is None


async def test_a_published_revision_is_taken_up_whole(house: Reception, scene: Scene, anna: Visitor) -> None:
    assert house.rules.index.revision == 1
    for answer in ("第一版", "第二版"):
        scene.write(knowledge_store.save_revision, [Article("w", "订单", "几点开门", (), answer)], scene.now, "test")
    assert await house.refresh() is True
    assert await house.refresh() is False
    await house.receive(text("几点开门", "1"))
    assert anna.read() == ["第二版"]


async def test_a_revision_that_cannot_be_loaded_leaves_the_old_one_in_use(
    house: Reception, scene: Scene, monkeypatch: pytest.MonkeyPatch, anna: Visitor
) -> None:
    scene.write(knowledge_store.save_revision, [], scene.now, "1")
    scene.write(knowledge_store.save_revision, [], scene.now, "2")

    def breaks(_db: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(knowledge_store, "load_published", breaks)
    watching = asyncio.create_task(house.watch())
    await house.receive(text("怎么查订单", "1"))
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    assert anna.read() == [ORDER.answer]


async def test_a_file_whose_rows_vanished_is_not_found(house: Reception, scene: Scene, anna: Visitor) -> None:
    anna.send_file()
    number = anna.lines()[0].id
    found = scene.read(history.get_attachment, number)
    assert found is not None
    assert found[0] == anna.lines()[0].conversation_id
    assert scene.read(history.get_attachment, number + 100) is None
    scene.write(lambda db: db.execute(update(history.attachments).values(content=None, reference="file-1")))
    found = scene.read(history.get_attachment, number)
    assert found is not None
    assert (found[1].content, found[1].reference) == (None, "file-1")
