"""The console's import of customers: shown first, confirmed, then applied behind the page."""

from __future__ import annotations

import html

import httpx

from bot.tickets import crm_steps
from escalation.customers import customer_store, staged_imports
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

PAGE = "/console/customers/import"
FILE = "编号,单位,联系人,手机,年采购额,专属客服\nN1,新单位,甲,13800009999,3.2万,nobody\nN2,新单位,乙,13800009999,,\n"


async def look_at(seat: Seat, text: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(await seat.look(PAGE))
    files = {"file": ("crm.csv", text.encode(), "text/csv")}
    return await seat.browser.post(PAGE, data={"csrf": csrf, **fields}, files=files)


async def decide(seat: Seat, page: str, move: str) -> httpx.Response:
    return await seat.browser.post(f"{page}/{move}", data={"csrf": csrf_of(await seat.look(PAGE))})


def ids(scene: Scene) -> tuple[str, ...]:
    found: tuple[str, ...] = scene.read(customer_store.list_contact_ids)
    return found


async def test_a_file_is_shown_confirmed_and_applied_in_the_background(console: Console) -> None:
    seat, scene = await console.sits("li", "manager"), console.scene
    answer = await look_at(seat, FILE, name="九月")
    assert answer.status_code == 303
    page = answer.headers["location"]
    shown = html.unescape((await seat.look(page)).text)
    assert "联系人 2 位，其中新增 2 位" in shown
    assert "N2 与 N1 的电话相同，只凭这一项无法确定是哪一位" in shown
    assert "没有这些登录名的同事：nobody；账号建好之前，由当班同事服务。" in shown
    assert ids(scene) == ()
    assert (await decide(seat, page, "confirm")).status_code == 303
    while scene.write(crm_steps.take_step, scene.rules, scene.now):
        pass
    assert ids(scene) == ("N1", "N2")
    assert "已完成" in (await seat.look(page)).text
    again = await decide(seat, page, "drop")
    assert (again.status_code, "这次导入已经确认或放弃过了，请查看最近的导入。" in again.text) == (409, True)


async def test_a_file_that_is_dropped_has_done_nothing(console: Console) -> None:
    seat = await console.sits("li", "manager")
    page = (await look_at(seat, FILE)).headers["location"]
    await decide(seat, page, "drop")
    assert console.scene.count(staged_imports.crm_imports) == 0
    assert ids(console.scene) == ()


async def test_every_fault_is_shown_with_its_line(console: Console) -> None:
    seat = await console.sits("li", "manager")
    answer = await look_at(seat, "编号,单位,年采购额\nN1,新单位,1.200.000\n")
    assert answer.status_code == 422
    assert (
        '第 2 行：annual_amount must not have dots between thousands; write 1200000 or 1,200,000; found "1.200.000".'
    ) in html.unescape(answer.text)


async def test_agents_do_not_import(console: Console) -> None:
    seat = await console.sits("wu", "agent")
    answer = await seat.browser.get(PAGE)
    assert (answer.status_code, "客户资料由主管和管理员导入，如需更新请联系主管。" in answer.text) == (403, True)
