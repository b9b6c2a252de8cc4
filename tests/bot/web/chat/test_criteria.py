"""The page of criteria is there only where the policy makes them public."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bot.scene import Scene
from tests.bot.web.doors import Doors


@pytest.fixture
def public(scene: Scene) -> Scene:
    shown = replace(scene.policy.tier_rules, criteria_page=True)
    scene.rules = replace(scene.rules, policy=replace(scene.policy, tier_rules=shown))
    return scene


async def test_where_the_policy_says_nothing_there_is_no_page_and_no_link(doors: Doors) -> None:
    answer = await doors.http.get("/criteria")
    assert (answer.status_code, answer.json()) == (404, {"error": "没有这个页面。"})
    assert "/criteria" not in (await doors.http.get("/chat")).text


async def test_public_criteria_are_those_of_the_policy(public: Scene) -> None:
    doors = Doors(public)
    text = (await doors.http.get("/criteria")).text
    assert "年采购额达到 500 万元（占我们全年销售额的 5% 以上）" in text
    assert "年采购额达到 10 万元（占我们全年销售额的 0.1% 以上），或年采购 48 次以上" in text
    assert "能影响行业走向" in text
    assert all(principle in text for principle in public.policy.principles)
    assert "公平公开：分级标准对外公布，统一按标准评定，客观、可解释。" in text
    assert "个别情况确需调整的，须写明理由和有效期，经另一位负责人批准后生效，变更留有记录。" in text
    assert "客户：日常使用需求为主的客户，以及身份尚未确认的客户" in text
    assert not any(word in text for word in ("价值", "人为", "人工指定"))
    assert '请<a href="/chat#objection">到在线客服提出异议</a>，我们会安排专人核实并答复您' in text
    chat = (await doors.http.get("/chat")).text
    assert 'href="/criteria"' in chat
    assert '<button type="button" class="starter">对服务评定有异议</button>' in chat
    await doors.http.aclose()


async def test_a_proven_contact_objects_by_one_tap(public: Scene) -> None:
    doors = Doors(public)
    public.know("C1020")
    known = await doors.session(token=doors.token("C1020"))
    first, again = [
        await doors.http.post("/api/chat/messages", json={"key": "k" * 12, "choice": "objection"}, headers=known)
        for _ in range(2)
    ]
    assert (first.json()["duplicate"], again.json()) == (False, {**first.json(), "duplicate": True})
    assert public.ticket.reason == "tier_objection"
    [_, told] = await doors.texts(known)
    assert told.startswith("您对服务评定的异议已登记，专人最晚")
    await doors.http.aclose()


async def test_where_the_criteria_are_not_public_nobody_objects_by_a_tap(doors: Doors) -> None:
    doors.scene.know("C1020")
    known = await doors.session(token=doors.token("C1020"))
    tap = {"key": "k" * 12, "choice": "objection"}
    answer = await doors.http.post("/api/chat/messages", json=tap, headers=known)
    assert (answer.status_code, answer.json()) == (422, {"error": "这个选项已失效，请直接输入您的问题。"})
    assert doors.scene.tickets == []
