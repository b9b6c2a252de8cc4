"""The switch that says that a person is busy: in the head of each page, and what it changes."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from escalation.journal.journal_store import journal_lines
from escalation.staff import find_credentials
from tests.bot.monday import rostered
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

BANNER = "您已设为忙碌，系统不会派新工单给您，手上的工单照常处理。"


async def switched(seat: Seat, busy: str = "1", login: str = "", page: str = "/console") -> httpx.Response:
    data = {"csrf": csrf_of(await seat.look("/console/me")), "busy": busy, "login": login}
    return await seat.browser.post("/console/busy", data=data, headers={"referer": f"http://test{page}"})


def is_busy(scene: Scene, login: str) -> bool:
    found = scene.read(find_credentials, login)
    assert found is not None
    return found[0].busy_since is not None


async def test_who_is_busy_says_so_in_the_head_and_is_given_nothing(console: Console, scene: Scene, lead: Seat) -> None:
    li = await console.sits("li")
    rostered(scene, "li", "08:00-20:00")
    assert BANNER not in (await li.look("/console")).text
    answer = await switched(li, page="/console/roster?week=2026-11-23")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/roster?week=2026-11-23")
    assert BANNER in (await li.look("/console")).text
    scene.visitor().say("转人工")
    board = (await lead.look("/console")).text
    assert "通用客服有 1 张工单在等，当班的人都在忙碌或手上已满额。" in board
    assert "客服li 0 张（忙碌）" in board
    assert "当班的人都在忙碌或手上已满额" in (await lead.look("/console/roster")).text
    await switched(li, "")
    assert BANNER not in (await li.look("/console")).text
    about = select(journal_lines.c.what).where(journal_lines.c.subject == "staff:li").order_by(journal_lines.c.id)
    assert scene.read(lambda db: list(db.scalars(about)))[-2:] == ["staff busy", "staff present"]


async def test_a_lead_says_it_of_their_people_and_of_nobody_else(console: Console, scene: Scene) -> None:
    chen = await console.sits("chen", "lead", ("技术支持",))
    console.hire("li", queues=("技术支持",))
    console.hire("zhao", queues=("投诉处理",))
    assert (await switched(chen, login="li")).status_code == 303
    assert is_busy(scene, "li")
    answer = await switched(chen, login="zhao")
    assert answer.status_code == 403
    assert "「zhao」不在您负责的队列里，是否忙碌请由本人或其组长设置。" in answer.text
    assert not is_busy(scene, "zhao")
    answer = await switched(chen, login="nobody")
    assert (answer.status_code, "没有「nobody」这个账号。" in answer.text) == (404, True)


@pytest.mark.parametrize("page", ["//evil.example/console", "", "/other"])
async def test_it_leads_back_to_a_page_of_the_console_only(console: Console, page: str) -> None:
    li = await console.sits("li")
    assert (await switched(li, page=page)).headers["location"] == "/console"


async def test_a_form_of_another_site_is_refused(console: Console, scene: Scene) -> None:
    li = await console.sits("li")
    answer = await li.browser.post("/console/busy", data={"csrf": "x" * 43, "busy": "1"})
    assert (answer.status_code, "页面已过期，请刷新后再试。" in answer.text) == (403, True)
    assert not is_busy(scene, "li")
