"""The topic 总览 of a group: one message that says what is open, what is late and whose it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.telegram.desk import overview
from bot.telegram.desk.overview import OverviewLine, board, counts, read_lines
from bot.telegram.sending.rich_text import LONGEST, MOST_ENTITIES
from bot.topic_sync.topic_groups import every_group
from tests.bot.scene import Scene
from tests.bot.telegram.forum import GROUP, SECOND, Forum, opened


@pytest.fixture
async def forum(scene: Scene) -> AsyncIterator[Forum]:
    async with opened(scene) as found:
        yield found


def shown(forum: Forum, chat: int = GROUP) -> list[str]:
    """What stands in the overview."""
    return forum.api.shown(chat, forum.api.topic_named(chat, "总览"))


async def test_it_is_made_once_and_changed_where_it_stands(forum: Forum) -> None:
    await forum.settle()
    assert shown(forum) == ["未结工单 0 · 已超时 0 · 待认领 0\n目前没有未结工单。"]
    await forum.customer().write("人工")
    await forum.catch_up(1)
    head, line = (
        "未结工单 1 · 已超时 0 · 待认领 1\n\n通用客服（1）",
        "⚪ #1 未识别客户 · 待认领 · 首次联系 11月23日（周一）12:00 前",
    )
    assert shown(forum) == [f"{head}\n{line}"]
    forum.scene.claimed_by(forum.scene.staff())
    await forum.catch_up(1)
    assert "⚪ #1 未识别客户 · 客服li · 首次联系" in shown(forum)[0]
    assert forum.api.calls["createForumTopic"] == 2


async def test_it_leads_to_each_topic(forum: Forum) -> None:
    await forum.customer().write("人工")
    await forum.catch_up(1)
    group = forum.scene.read(every_group, forum.scene.rules)[0]
    entities = forum.api.message(GROUP, group.board).raw["entities"]
    assert [one["url"] for one in entities if one["type"] == "text_link"] == [
        f"https://t.me/c/1000000001/{forum.topic().thread}"
    ]


async def test_it_is_changed_every_fifteen_seconds_at_most_and_only_when_it_says_something_else(forum: Forum) -> None:
    await forum.settle()
    edits = forum.api.calls["editMessageText"]
    forum.scene.visitor("a").say("人工")
    await forum.settle()
    assert forum.api.calls["editMessageText"] == edits
    forum.scene.clock.advance(seconds=15)
    await forum.settle()
    assert forum.api.calls["editMessageText"] == edits + 1
    await forum.catch_up(2)
    assert shown(forum)[0].startswith("未结工单 1")
    calls = forum.api.calls["editMessageText"]
    await forum.catch_up(2)
    assert forum.api.calls["editMessageText"] == calls


async def test_deleted_it_comes_back(forum: Forum) -> None:
    await forum.settle()
    forum.api.delete_topic(GROUP, forum.api.topic_named(GROUP, "总览"))
    forum.scene.visitor("a").say("人工")
    await forum.catch_up(2)
    assert shown(forum)[0].startswith("未结工单 1")


async def test_its_message_deleted_alone_is_said_anew(forum: Forum) -> None:
    await forum.settle()
    number = forum.scene.read(every_group, forum.scene.rules)[0].board
    forum.group.messages[number].deleted = True
    forum.scene.visitor("a").say("人工")
    await forum.catch_up(2)
    assert shown(forum)[0].startswith("未结工单 1")
    assert forum.topics().count("总览") == 1


async def test_only_the_group_in_use_gets_one(scene: Scene) -> None:
    async with opened(scene, GROUP, SECOND) as forum:
        await forum.settle()
        assert forum.topics(GROUP) == ["总览"]
        assert forum.topics(SECOND) == []


def test_late_ones_come_first_then_the_nearest_promise(scene: Scene) -> None:
    for name in ("a", "b", "c"):
        scene.visitor(name).say("人工")
        scene.clock.advance(minutes=10)
    scene.clock.advance(minutes=95)
    found = scene.read(read_lines, scene.rules, scene.now)
    told = board(scene.policy, list(reversed(found))).text.split("\n")
    assert told[0] == "未结工单 3 · 已超时 1 · 待认领 3"
    assert told[3] == "❗ #1 未识别客户 · 待认领 · 首次联系已超时，应于 11月23日（周一）12:00 前完成"
    assert [line.split(" ")[1] for line in told[3:]] == ["#1", "#2", "#3"]


def test_hundreds_are_cut_to_one_message(scene: Scene) -> None:
    scene.visitor("a").say("人工")
    line: OverviewLine = scene.read(read_lines, scene.rules, scene.now)[0]
    many = [
        replace(line, ticket=replace(line.ticket, id=number), url="https://t.me/c/1/2", customer="某公司 某人" * 3)
        for number in range(1, 301)
    ]
    told = board(scene.policy, many)
    assert told.length <= LONGEST
    assert len(told.entities) <= MOST_ENTITIES
    rows = told.text.split("\n")
    assert rows[-1] == f"……还有 {300 - sum('#' in row for row in rows)} 张，请在工作台查看。"


def test_of_more_than_are_looked_at_the_most_urgent_are_shown_and_all_are_counted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.rules = replace(scene.rules, topic_groups=(GROUP,), staff_chat="desk")
    for name, words in (("a", "人工"), ("b", "人工"), ("c", "机器冒烟了")):
        scene.visitor(name).say(words)
    scene.clock.advance(days=3)
    monkeypatch.setattr(overview, "MOST", 2)
    lines = scene.read(read_lines, scene.rules, scene.now)
    assert [line.ticket.id for line in lines] == [3, 1]
    told = board(scene.policy, lines, scene.read(counts, scene.now)).text
    assert told.startswith("未结工单 3 · 已超时 3 · 待认领 3\n")
    assert told.endswith("\n……还有 1 张，请在工作台查看。")


def test_it_does_not_tick(scene: Scene) -> None:
    scene.visitor("a").say("人工")
    now = board(scene.policy, scene.read(read_lines, scene.rules, scene.now))
    later = board(scene.policy, scene.read(read_lines, scene.rules, scene.now + timedelta(minutes=5)))
    assert now.digest() == later.digest()
