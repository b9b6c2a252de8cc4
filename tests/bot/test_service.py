"""The running service takes messages in, ranks them outside the transaction, and swaps its knowledge base whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.config.settings import Settings
from bot.messages import Incoming
from bot.rules import Rules
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.transcript import attachments
from knowledge_base.acts.reader import ActReader
from knowledge_base.adjusting.adjustment_store import add_order
from knowledge_base.articles import Article
from knowledge_base.matching.index import build
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.revisions import revision_store
from tests.bot.scene import ARTICLES, ORDER, UNKNOWN, Scene, Visitor
from tests.fakes.encoders import PaperEncoder


@pytest.fixture
def service(scene: Scene) -> Iterator[Service]:
    change_feed = ChangeFeed(scene.database.url)
    scene.database.on_commit = change_feed.notify
    yield Service(Settings(), scene.database, scene.rules, change_feed, scene.clock, "s" * 32)
    scene.database.on_commit = lambda _names: None


def text(words: str, key: str) -> Incoming:
    return Incoming("web", "anna", key, "text", text=words)


async def test_when_it_returns_the_message_is_committed(service: Service, anna: Visitor) -> None:
    receipt = await service.receive(text("怎么查订单", "1"))
    assert not receipt.duplicate
    assert anna.read() == [ORDER.answer]
    assert (await service.receive(text("怎么查订单", "1"))).duplicate


async def test_a_text_is_ranked_once_and_outside_the_transaction(service: Service, anna: Visitor) -> None:
    asked = []
    rules = service.rules

    class Counting(type(rules)):  # type: ignore[misc]
        def rank(self, *args: Any) -> Any:
            asked.append(args[0])
            return super().rank(*args)

    service.rules = Counting(rules.policy, rules.vault, rules.index)
    await service.receive(text("在吗", "1"))
    await service.receive(text("怎么查订单", "2"))
    # The fragments are looked for whole, word for word; then without the greeting, which asks for nothing.
    assert asked == ["在吗", "在吗 怎么查订单", "怎么查订单"]


async def test_many_messages_at_once_are_all_answered_in_turn(service: Service, anna: Visitor) -> None:
    await asyncio.gather(*(service.receive(text("怎么查订单", str(number))) for number in range(12)))
    authors = [line.author for line in anna.lines()]
    assert authors == ["customer", "bot"] * 12


async def test_a_stranger_is_not_identified_by_an_unknown_id(service: Service, anna: Visitor) -> None:
    assert await service.identify("web", "anna", "nobody", "token") is False
    assert anna.conversation is not None
    assert anna.conversation.contact_id is None


async def test_a_threshold_that_was_moved_elsewhere_is_taken_up(service: Service, scene: Scene) -> None:
    assert await service.follow_threshold() is False
    at = (0.86, 0.91)
    scene.write(add_order, "reset", at=at, shift=0.05, revision=1, by="another replica", now=scene.now)
    await service.refresh()
    assert (service.rules.shift, service.rules.thresholds.answer_at) == (0.05, 0.91)
    assert await service.follow_threshold() is False


async def test_a_published_revision_is_taken_up_whole(service: Service, scene: Scene, anna: Visitor) -> None:
    assert service.rules.index.revision == 1
    for answer in ("第一版", "第二版"):
        scene.write(revision_store.save_revision, [Article("w", "订单", "几点开门", (), answer)], scene.now, "test")
    assert await service.refresh() is True
    assert await service.refresh() is False
    await service.receive(text("几点开门", "1"))
    assert anna.read() == ["第二版"]


async def test_a_revision_that_cannot_be_loaded_leaves_the_old_one_in_use(
    service: Service, scene: Scene, monkeypatch: pytest.MonkeyPatch, anna: Visitor
) -> None:
    scene.write(revision_store.save_revision, [], scene.now, "1")
    scene.write(revision_store.save_revision, [], scene.now, "2")

    def breaks(_db: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(revision_store, "load_published", breaks)
    watching = asyncio.create_task(service.watch())
    await service.receive(text("怎么查订单", "1"))
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    assert anna.read() == [ORDER.answer]


async def test_a_file_whose_rows_vanished_is_not_found(service: Service, scene: Scene, anna: Visitor) -> None:
    anna.send_file()
    number = anna.lines()[0].id
    found = scene.read(attachments.get_attachment, number)
    assert found is not None
    assert found[0] == anna.lines()[0].conversation_id
    assert scene.read(attachments.get_attachment, number + 100) is None
    scene.write(lambda db: db.execute(update(attachments.attachments).values(content=None, reference="file-1")))
    found = scene.read(attachments.get_attachment, number)
    assert found is not None
    assert (found[1].content, found[1].reference) == (None, "file-1")


# ── a matcher that fails ──────────────────────────────────────────────


@pytest.fixture
def broken(service: Service, scene: Scene) -> Service:
    """A service whose encoder learned well and fails ever since."""
    encoder, fillers = PaperEncoder(), scene.policy.words["filler"]
    index = build(ARTICLES, revision=1, fillers=fillers, encoders=[encoder])
    service.rules = scene.rules = Rules(scene.policy, scene.vault, index)
    encoder.fails = True
    return service


async def test_an_encoder_that_fails_leaves_the_message_to_a_person(
    broken: Service, scene: Scene, anna: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2):
        await broken.receive(text(UNKNOWN, str(number)))
        scene.pass_time(seconds=3)
    assert scene.sentence("unknown") in anna.read()
    assert scene.ticket.reason == "missed_twice"
    assert "a message could not be matched" in caplog.text


async def test_an_encoder_that_fails_keeps_nobody_from_a_person(broken: Service, scene: Scene, anna: Visitor) -> None:
    await broken.receive(text(UNKNOWN, "1"))
    await broken.receive(text("转人工", "2"))
    assert scene.ticket.subject == UNKNOWN


async def test_what_is_asked_word_for_word_is_answered_though_the_encoder_fails(broken: Service, anna: Visitor) -> None:
    await broken.receive(text("怎么查订单", "1"))
    assert anna.read() == [ORDER.answer]


# ── an index that is not finished ─────────────────────────────────────


@pytest.fixture
def unfinished(service: Service, scene: Scene, tmp_path: Path) -> Service:
    """A service that began to answer before its encoder had read the questions."""
    revision = scene.write(revision_store.save_revision, ARTICLES, scene.now, "test")
    index_builder = IndexBuilder((PaperEncoder(),), tmp_path / "learned")
    index = index_builder.at_once(ARTICLES, fillers=scene.policy.words["filler"], revision=revision)
    service.rules = Rules(scene.policy, scene.vault, index, index_builder=index_builder)
    return service


async def test_the_finished_index_replaces_the_one_that_was_ready_at_once(unfinished: Service, anna: Visitor) -> None:
    assert unfinished.rules.index.encoder is None
    await unfinished.receive(text("怎么查订单", "1"))
    assert anna.read() == [ORDER.answer]
    assert await unfinished.refresh() is True
    assert unfinished.rules.index.encoder == "paper 1"
    assert await unfinished.refresh() is False


async def test_questions_need_not_wait_until_acts_are_learned(
    unfinished: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering: list[str | None] = []

    def learn(*_: Any, known: ActReader) -> ActReader:
        answering.append(unfinished.rules.index.encoder)
        return known

    monkeypatch.setattr("bot.service.reader_for", learn)
    assert await unfinished.refresh() is True
    assert answering == ["paper 1"]


async def test_a_restart_finds_what_was_learned_and_has_nothing_to_refresh(unfinished: Service, scene: Scene) -> None:
    await unfinished.refresh()
    rules = unfinished.rules
    encoder = PaperEncoder()
    assert rules.index_builder.folder is not None
    index_builder = IndexBuilder((encoder,), rules.index_builder.folder)
    index = index_builder.at_once(ARTICLES, fillers=scene.policy.words["filler"], revision=rules.index.revision)
    unfinished.rules = Rules(rules.policy, rules.vault, index, index_builder=index_builder)
    assert await unfinished.refresh() is False
    assert encoder.asked == []


async def test_an_encoder_that_cannot_read_the_questions_leaves_the_index_in_use(unfinished: Service) -> None:
    rules = unfinished.rules
    rules.index_builder.encoders[0].fails = True  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        await unfinished.refresh()
    assert unfinished.rules is rules


async def test_a_knowledge_base_that_contradicts_itself_is_reported_when_it_is_loaded(
    service: Service, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    things = (
        "打印机",
        "复印机",
        "扫描仪",
        "投影仪",
        "碎纸机",
        "装订机",
        "考勤机",
        "传真机",
        "交换机",
        "电话机",
        "点钞机",
    )
    asked = ("{}坏了怎么办", "{}不工作了", "修{}找谁", "我的{}出毛病了", "{}没反应")
    articles = [Article(one, "故障", one, tuple(each.format(one) for each in asked), "好的。") for one in things]
    articles.append(Article("wrong", "故障", "路由器", ("打印机坏了该怎么办", "路由器断了", "路由器没信号"), "好的。"))
    scene.write(revision_store.save_revision, [], scene.now, "1")
    scene.write(revision_store.save_revision, articles, scene.now, "2")
    assert await service.refresh() is True
    assert (
        'knowledge base: Questions "wrong" and "打印机" fight: "打印机坏了该怎么办" of the first would be answered by '
        "the second." in caplog.text
    )
