"""GET /api/reports/…: other programs read figures, and tickets with transcripts, with a key of their own scope."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update

from bot.auth import api_keys
from escalation.journal.journal_store import lines_of
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.tickets.ticket_store import tickets
from tests.bot.sending import at_work
from tests.bot.web.doors import Doors


async def get(doors: Doors, path: str, scope: str = "reports") -> httpx.Response:
    key: Any = doors.scene.write(api_keys.create_key, f"bi-{path}"[:40], [scope], "cli", doors.scene.now)
    return await doors.http.get(f"/api/reports/{path}", headers={"Authorization": f"Bearer {key}"})


def counted(doors: Doors) -> None:
    scene = doors.scene
    fact = Fact(scene.now - timedelta(days=7), "rated", 75, 0, "三级", "通用客服", "订单", "web")
    scene.write(save_facts, [fact], scene.policy.zone)


async def test_figures_come_as_json(doors: Doors) -> None:
    counted(doors)
    answer = (await get(doors, "figures?by=queue")).json()
    rows = {row[0]["text"]: row[1] for section in answer["sections"] for row in section["rows"]}
    assert rows["满意度"] == {"value": 75.0, "text": "75.0"}
    assert "按队列" in [section["title"] for section in answer["sections"]]


async def test_a_period_that_cannot_be_and_an_unknown_colleague_are_refused(doors: Doors) -> None:
    counted(doors)
    wrong, unknown = await get(doors, "figures?period=2026-02-29"), await get(doors, "figures?agent=nobody")
    assert (wrong.status_code, wrong.json()) == (422, {"error": "2026 年没有 2 月 29 日，请改选日期。"})
    assert (unknown.status_code, unknown.json()) == (404, {"error": "没有登录名为「nobody」的人员。"})


async def test_tickets_come_a_line_of_json_each_with_what_was_written(doors: Doors) -> None:
    scene = doors.scene
    at_work(scene)
    answer = await get(doors, "tickets?limit=1")
    [line] = answer.text.splitlines()
    told = json.loads(line)
    assert told["ticket"] == scene.ticket.id
    assert "您好，我来处理。" in [each["text"] for each in told["lines"]]
    [entry] = scene.read(lines_of, "exports")
    assert (entry.what, entry.by.startswith("key bi-"), entry.after["rows"]) == ("tickets exported", True, 1)
    assert (await get(doors, f"tickets?after={told['ticket']}")).text == ""


async def test_a_complaint_that_is_closed_to_somebody_is_left_out(doors: Doors) -> None:
    scene = doors.scene
    at_work(scene)
    scene.write(lambda db: db.execute(update(tickets).values(closed_to="|7|")))
    assert (await get(doors, "tickets")).text == ""


async def test_a_key_without_the_scope_is_refused(doors: Doors) -> None:
    assert (await get(doors, "tickets", "metrics")).status_code == 403
