"""试派 on the roster page: who would get what, by the roster or by shifts that are not saved; nothing is written."""

from __future__ import annotations

import html
import re

import httpx

from escalation.staffing import roster_store
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import get_ticket
from tests.bot.monday import rostered, works
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

TRY = "/console/roster/try"
TABLE = "日期,账号,开始,结束,类别\n2026-11-23,li,09:00,20:00,当班\n"


async def tried(seat: Seat, **fields: str) -> httpx.Response:
    return await seat.browser.post(TRY, data={"csrf": csrf_of(await seat.look("/console/roster")), **fields})


def words(page: httpx.Response) -> str:
    return html.unescape(re.sub(r"\s*<[^>]+>\s*", " ", page.text))


def written(scene: Scene) -> tuple[int, int, int]:
    return scene.count(roster_store.shifts), scene.count(roster_store.roster_events), scene.count(ticket_events)


async def test_a_trial_shows_who_would_get_each_and_what_would_stay(lead: Seat, scene: Scene) -> None:
    works(scene, "wang", "20:00-23:00")
    for address in ("anna", "bert"):
        scene.visitor(address).say("转人工")
    before = written(scene)
    page = await tried(lead)
    assert "按现有排班，以 今天 10:00 为准试派目前在等的工单；没有派出任何工单，也没有保存任何改动。" in words(page)
    assert "2 张会留在队列里，由组长安排。" in words(page)
    assert words(page).count("通用客服现在无人当班") == 2
    scene.staff("li")
    for edit in (
        {"what": "add", "date": "2026-11-23", "login": "li", "start": "09:00", "end": "20:00", "kind": "duty"},
        {"what": "import", "text": TABLE},
    ):
        page = await tried(lead, **edit)
        assert "按尚未保存的 1 个班次" in words(page)
        assert "客服li 2 张 2/8 张" in " ".join(words(page).split())
        assert "会留在队列里" not in page.text
    assert written(scene) == before
    assert scene.read(get_ticket, 1).assignee_id is None
    [table] = re.findall(r'<textarea name="text" hidden>([^<]*)</textarea>', page.text)
    saved = await lead.browser.post(
        "/console/roster/import", data={"csrf": csrf_of(page), "text": html.unescape(table)}, files={"file": b""}
    )
    assert saved.headers["location"].startswith("/console/roster?done=import")
    assert scene.count(roster_store.shifts) == 1  # in place of the day's


async def test_shifts_that_begin_later_are_tried_when_they_begin(lead: Seat, scene: Scene) -> None:
    works(scene, "wang", "20:00-23:00")
    scene.staff("li")
    scene.visitor().say("转人工")
    page = await tried(lead, what="import", text=TABLE.replace("23,li,09", "24,li,09"))
    assert re.search(r"以 [^，]{1,12}09:00 为准", words(page)), words(page)[300:900]
    assert "客服li 1 张 1/8 张" in " ".join(words(page).split())


async def test_faults_are_told_as_when_the_shifts_are_saved(lead: Seat, scene: Scene) -> None:
    rostered(scene, lead.who.login, "08:00-12:00")
    page = await tried(lead, what="import", text=TABLE)
    assert page.status_code == 422
    assert "第 2 行：" in page.text
    add = {"date": "2026-11-23", "login": "nobody", "start": "09:00", "end": "20:00", "kind": "duty"}
    saved = await lead.browser.post(
        "/console/roster/add", data={"csrf": csrf_of(await lead.look("/console/roster")), **add}
    )
    alert = re.search(r'role="alert">(.*?)</div>', saved.text, re.DOTALL)
    assert alert is not None
    assert alert[1] in (await tried(lead, what="add", **add)).text


async def test_a_lead_tries_only_the_shifts_of_their_people_and_sees_only_their_tickets(
    console: Console, scene: Scene
) -> None:
    chen = await console.sits("chen", "lead", ("技术支持",))
    works(scene, "zhao", "20:00-22:00", queues=["投诉处理"])
    scene.visitor().say("转人工")
    edit = {"date": "2026-11-23", "login": "zhao", "start": "09:00", "end": "11:00", "kind": "duty"}
    refused = await tried(chen, what="add", **edit)
    assert "客服zhao不在您负责的队列里，其班次请联系主管调整。" in refused.text
    page = await tried(chen)
    assert "另有 1 张不在这里列出（不在您的队列，或超出 200 张）。" in page.text
    assert "/console/tickets/1" not in page.text
