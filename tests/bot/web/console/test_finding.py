"""The board's search: words, choices and days, page by page, in links that need no script."""

from __future__ import annotations

import re

import pytest

from bot.agents.actions import Claim, Note, Resolve
from tests.bot.scene import UNKNOWN, Scene
from tests.bot.web.console.console_scene import Console


def raised(scene: Scene, address: str, customer: str | None = None) -> int:
    visitor = scene.visitor(address, customer=customer)
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


def shown(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'data-ticket="(\d+)"', page)]


async def test_the_latest_solved_is_first_and_each_page_leads_to_the_next(
    console: Console, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.console.finding.PAGE", 2)
    li = await console.sits("li")
    numbers = [raised(scene, f"v{each}") for each in range(3)]
    for number in (numbers[1], numbers[2], numbers[0]):
        scene.clock.advance(minutes=1)
        scene.act(li.who, Claim(), number)
        scene.act(li.who, Resolve(why="当场解决"), number)
    first = (await li.look("/console?show=finished")).text
    assert "共 3 张工单，最近结束的在前" in first
    assert shown(first) == [numbers[0], numbers[2]]
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = (await li.look(following[1].replace("&amp;", "&"))).text
    assert shown(second) == [numbers[1]]
    assert "没有更多了" in second
    assert "回到第一页" in second


async def test_words_and_choices_together_find_what_satisfies_all(console: Console, scene: Scene) -> None:
    li = await console.sits("li")
    first, second = raised(scene, "anna"), raised(scene, "bert", "C1003")
    scene.act(li.who, Note("已请仓库补寄墨盒"), second)
    scene.act(li.who, Claim(), second)
    assert shown((await li.look("/console?q=秋天")).text) == [second, first]
    assert shown((await li.look("/console?q=秋天 墨盒")).text) == [second]
    assert shown((await li.look(f"/console?agent={li.who.id}")).text) == [second]
    assert shown((await li.look("/console?show=open&from=2026-11-23&to=2026-11-23")).text) == [second, first]
    assert shown((await li.look("/console?to=2026-11-22")).text) == []
    page = (await li.look("/console?q=秋天&queue=投诉处理")).text
    assert "<option selected>投诉处理</option>" in page
    assert "共 0 张工单" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=下周", "「下周」不是日期，请写成 2026-11-23 这样。"),
        ("to=9999-12-31", "「9999-12-31」不是日期，请写成 2026-11-23 这样。"),
        ("from=2026-11-24&to=2026-11-23", "开始日期晚于结束日期，请对调后再查。"),
    ],
)
async def test_days_that_cannot_be_meant_are_said(console: Console, query: str, sentence: str) -> None:
    li = await console.sits("li")
    assert f'role="alert">{sentence}</p>' in (await li.look(f"/console?{query}")).text


async def test_tickets_of_other_queues_are_neither_shown_nor_counted(console: Console, scene: Scene) -> None:
    raised(scene, "anna")
    stranger = await console.sits("wu", queues=("特级专席",))
    page = (await stranger.look("/console?q=秋天")).text
    assert "共 0 张工单" in page
    assert shown(page) == []
