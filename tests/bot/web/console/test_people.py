"""The page of people: found by words, queue and role; sessions that administrators end; what leads see of theirs."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from tests.bot.monday import rostered
from tests.bot.web.console.console_scene import Console, Seat, alert_of, csrf_of

PAGE = "/console/people"


@pytest.fixture
async def admin(console: Console) -> Seat:
    return await console.sits("admin", "admin")


def named(page: httpx.Response) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'<span class="account-login">([^<]*)</span>', page.text)]


async def test_people_are_found_by_words_queue_and_role(console: Console, admin: Seat) -> None:
    console.hire("li", queues=("技术支持",))
    console.hire("han", "lead", ("投诉处理",))
    console.hire("guo", "inspector", ())
    assert named(await admin.look(PAGE)) == ["admin", "li", "han", "guo"]
    assert named(await admin.look(f"{PAGE}?q=客服LI")) == ["li"]
    assert named(await admin.look(f"{PAGE}?queue=技术支持")) == ["admin", "li"]
    assert named(await admin.look(f"{PAGE}?role=lead")) == ["han"]
    nobody = await admin.look(f"{PAGE}?role=lead&queue=技术支持")
    assert (named(nobody), "没有符合条件的人员。" in nobody.text) == ([], True)
    assert "另有 4 人不符合条件" in nobody.text


async def test_an_administrator_sees_the_sessions_of_a_person_and_ends_one(console: Console, admin: Seat) -> None:
    li = await console.sits("li")
    page = await admin.look(PAGE)
    [handle] = re.findall(r'name="login" value="li"><input type="hidden" name="session" value="([^"]+)"', page.text)
    data = {"csrf": csrf_of(page), "login": "li", "session": handle}
    answer = await admin.browser.post(f"{PAGE}/end", data=data)
    assert answer.headers["location"] == f"{PAGE}?done=session&about=li"
    assert "那台设备已退出登录。" in (await admin.look(answer.headers["location"])).text
    assert (await li.look("/console")).status_code == 303
    again = await admin.browser.post(f"{PAGE}/end", data={**data, "login": "nobody"})
    assert (again.status_code, alert_of(again)) == (422, "没有「nobody」这个账号。")


async def test_a_lead_sees_the_people_of_their_queues_and_changes_nothing_but_whether_they_are_busy(
    console: Console,
) -> None:
    chen = await console.sits("chen", "lead", ("技术支持",))
    li = await console.sits("li", queues=("技术支持",))
    console.hire("zhao", queues=("投诉处理",))
    rostered(console.scene, "li", "08:00-20:00")
    page = await chen.look(PAGE)
    assert named(page) == ["chen", "li"]
    assert '<span class="tag tag-green">当班</span>' in page.text
    assert "0/8 张" in page.text
    for way in ("add", "change", "link", "disable", "end"):
        assert f"{PAGE}/{way}" not in page.text
        answer = await chen.browser.post(f"{PAGE}/{way}", data={"csrf": csrf_of(page), "login": "li"})
        assert (answer.status_code, "人员账号由管理员维护，如需调整请联系管理员。" in answer.text) == (403, True)
    assert "设为忙碌" in page.text
    await chen.browser.post("/console/busy", data={"csrf": csrf_of(page), "login": "li", "busy": "1"})
    assert "今天 10:00 起忙碌" in (await chen.look(PAGE)).text
    refused = await li.look(PAGE)
    assert (refused.status_code, "人员账号由管理员维护，如需调整请联系管理员。" in refused.text) == (403, True)
