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
    assert "年采购额达到 500 万元" in text
    assert "能影响行业走向" in text
    assert all(principle in text for principle in public.policy.principles)
    assert '请在<a href="/chat">在线客服</a>里发送「我对等级评定有异议，转人工」并说明理由，由专人核实后答复您' in text
    assert 'href="/criteria"' in (await doors.http.get("/chat")).text
    await doors.http.aclose()


def test_an_objection_becomes_a_ticket_and_no_answer(public: Scene) -> None:
    anna = public.visitor(customer="C1020")
    anna.say("我对等级评定有异议")
    anna.say("转人工")
    assert "我对等级评定有异议" in public.ticket.subject
