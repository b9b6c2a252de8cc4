"""The emergency plan in the console, and the banner while the mode is on."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from escalation.journal.journal_store import lines_of
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, alert_of, csrf_of


async def test_everybody_reads_the_plan_and_that_it_was_never_rehearsed(console: Console) -> None:
    page = (await (await console.sits("wang")).look("/console/emergency")).text
    assert "还没有演练过，请安排一次演练。" in page
    assert '<dt>总负责人</dt><dd>客服经理，<a href="tel:400-000-0000">400-000-0000</a></dd>' in page


async def switched(seat: Seat, move: str, reason: str) -> httpx.Response:
    csrf = csrf_of(await seat.look("/console/emergency"))
    return await seat.browser.post(f"/console/emergency/{move}", data={"csrf": csrf, "reason": reason})


async def test_an_administrator_switches_the_mode_on_and_off_on_record(console: Console) -> None:
    scene, admin = console.scene, await console.sits("lin", "admin")
    done = await switched(admin, "on", " 机房停电 ")
    assert (done.status_code, done.headers["location"]) == (303, "/console/emergency")
    page = (await admin.look("/console/emergency")).text
    assert "应急模式已打开：机房停电" in page
    assert "应急模式：机房停电。客户的消息直接转人工，先处理、后补记。" in page, "this server follows at once"
    assert (await switched(admin, "off", "恢复供电")).status_code == 303
    assert "应急模式未打开。" in (await admin.look("/console/emergency")).text
    lines = [(each.what, each.by, each.after) for each in scene.read(lines_of, "emergency")]
    assert lines == [
        ("emergency mode on", "lin", {"reason": "机房停电"}),
        ("emergency mode off", "lin", {"reason": "恢复供电"}),
    ]


@pytest.mark.parametrize(
    ("move", "reason", "sentence"),
    [
        ("on", " ", "请写明原因，最多 200 个字。"),
        ("on", "停" * 201, "请写明原因，最多 200 个字。"),
        ("off", "恢复供电", "应急模式已经关闭了。"),
    ],
)
async def test_without_a_reason_or_where_it_is_so_already_nothing_is_switched(
    console: Console, move: str, reason: str, sentence: str
) -> None:
    admin = await console.sits("lin", "admin")
    answer = await switched(admin, move, reason)
    assert answer.status_code == 409
    assert alert_of(answer) == sentence
    assert console.scene.read(lines_of, "emergency") == []


async def test_others_see_no_button_and_may_not_switch(console: Console) -> None:
    lead = await console.sits("zhao", "lead")
    page = await lead.look("/console/emergency")
    assert "打开应急模式" not in page.text
    answer = await lead.browser.post("/console/emergency/on", data={"csrf": csrf_of(page), "reason": "停电"})
    assert answer.status_code == 403
    assert "应急模式由管理员打开和关闭，请联系管理员。" in answer.text


async def test_the_mode_stands_on_every_page(scene: Scene) -> None:
    from bot.auth.passwords import hash_password
    from tests.bot.web.console.console_scene import PASSWORD

    scene.rules = replace(scene.rules, emergency="机房停电")
    console = Console(scene, hash_password(PASSWORD))
    page = (await (await console.sits("wang")).look("/console")).text
    assert "应急模式：机房停电。客户的消息直接转人工，先处理、后补记。" in page
    for client in console.clients:
        await client.aclose()
