"""Whoever chooses a colleague sees who is there and how much they have."""

from __future__ import annotations

import html
import re

import httpx

from escalation import staff
from escalation.staffing.busy import set_busy
from tests.bot.monday import works
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat


def options(page: httpx.Response, name: str = "to") -> list[str]:
    """The texts of the page's last select of this name, but for the first, which chooses nobody."""
    found = re.findall(rf'<select name="{name}">(.*?)</select>', page.text, re.DOTALL)
    return [html.unescape(each).strip() for each in re.findall(r"<option[^>]*>(.*?)</option>", found[-1])][1:]


async def test_a_transfer_shows_who_is_there_and_their_load_those_of_the_queue_first(
    console: Console, scene: Scene, lead: Seat
) -> None:
    works(scene, "li", "08:00-20:00", queues=["通用客服"])
    works(scene, "zhao", "08:00-20:00", "on_call", queues=["通用客服"])
    scene.staff("sun", queues=["通用客服"])
    works(scene, "wang", "08:00-20:00", queues=["投诉处理"])
    qian = works(scene, "qian", "08:00-20:00", queues=["通用客服"])
    scene.write(staff.set_work, "qian", capacity=3)
    scene.write(set_busy, qian, "qian", scene.now, is_busy=True)
    scene.visitor().say("转人工")
    expected = [
        "客服li（坐席）当班 1/8 张",
        "客服zhao（坐席）值班 0/8 张",
        "客服qian（坐席）忙碌 0/3 张",
        "客服han（组长）不在 0/8 张",
        "客服sun（坐席）不在 0/8 张",
        "客服wang（坐席，其他队列）当班 0/8 张",
    ]
    assert options(await lead.look("/console/tickets/1")) == expected
    assert options(await lead.look("/console?of=通用客服")) == expected


async def test_without_a_roster_only_the_load_is_said(console: Console, scene: Scene) -> None:
    li = await console.sits("li")
    scene.staff("sun")
    scene.visitor().say("转人工")
    await li.do(1, "claim")
    assert "客服sun（坐席）0/8 张" in options(await li.look("/console/tickets/1"))
