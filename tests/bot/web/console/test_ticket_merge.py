"""Merging on the ticket's page: what it says before and after, and every refusal as a whole sentence."""

from __future__ import annotations

import re

import pytest

from bot.agents.actions import Claim, Resolve
from bot.agents.new_tickets import EnteredMatter, enter
from bot.tickets.merging import merge_tickets
from tests.bot.scene import UNKNOWN, Scene
from tests.bot.web.console.console_scene import Console, alert_of


def raised(scene: Scene, address: str, customer: str | None = None) -> int:
    visitor = scene.visitor(address, customer=customer)
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


@pytest.fixture
def pair(scene: Scene) -> tuple[int, int]:
    """Two customers' tickets, of whom nobody knows whether they are one."""
    return raised(scene, "anna"), raised(scene, "bert")


@pytest.mark.parametrize(
    ("into", "sentence"),
    [
        ("", "请填写要并入的工单编号。"),
        ("张三", "请填写要并入的工单编号。"),
        ("1", "不能把工单并入它自己，请填写另一张工单的编号。"),
        ("#2", "无法确认两张工单是同一位客户的，不能合并；请先确认客户身份。"),
    ],
)
async def test_what_cannot_be_merged_is_said(console: Console, pair: tuple[int, int], into: str, sentence: str) -> None:
    li = await console.sits("li")
    answer = await li.do(pair[0], "merge", into=into)
    assert answer.status_code in (409, 422)
    assert sentence in answer.text


async def test_finished_ones_and_those_of_other_houses_are_refused(console: Console, scene: Scene) -> None:
    li = await console.sits("li")
    first, second = raised(scene, "anna", "C1003"), raised(scene, "bert", "C1007")
    assert alert_of(await li.do(first, "merge", into=str(second))) == "两张工单属于不同单位的客户，不能合并。"
    scene.act(li.who, Claim(), second)
    scene.act(li.who, Resolve(why="当场解决"), second)
    refusal = "已经结束的工单不能合并，两张工单都须未结束。"
    assert alert_of(await li.do(first, "merge", into=str(second))) == refusal
    assert alert_of(await li.do(first, "merge", into="999")) == "没有要并入的那张工单，请核对编号。"


async def test_the_page_says_beforehand_that_it_cannot_be_undone(console: Console, pair: tuple[int, int]) -> None:
    li = await console.sits("li")
    page = (await li.look(f"/console/tickets/{pair[0]}")).text
    assert "合并后不能撤销。" in page
    assert 'data-move="merge"' in page


async def test_a_merged_ticket_offers_nothing_that_would_be_refused(console: Console) -> None:
    scene, li = console.scene, await console.sits("li", "lead")
    scene.know("C1001")
    first, second = raised(scene, "anna", "C1001"), _entered(scene)
    scene.write(merge_tickets, scene.rules, li.who, second, first, scene.now)
    page = (await li.look(f"/console/tickets/{second}")).text
    assert f'这张工单已并入 <a href="/console/tickets/{first}">#{first}</a>，请在那里继续处理。' in page
    assert re.findall(r'data-move="(\w+)"', page) == []


def _entered(scene: Scene) -> int:
    """A second ticket of the customer, for a call."""
    call = EnteredMatter("call-0001", "phone", "又打来电话", contact_id="C1001")
    return int(scene.write(enter, scene.rules, None, "key pbx", call, scene.now).id)
