"""Leads and managers read what quarterly surveys came to."""

from __future__ import annotations

from escalation.surveys import survey_store
from tests.bot.web.console.console_scene import Console


async def test_leads_read_the_results_of_a_quarter(console: Console) -> None:
    scene, lead, agent = console.scene, await console.sits("zhou", "lead"), await console.sits("li")
    assert "还没有发送过季度调查。" in (await lead.look("/console/surveys")).text
    number = scene.write(survey_store.insert_once, "2026-Q4", "web", "C1001", 1, scene.now)
    for name, score in (("", 4), ("response", 3)):
        scene.write(survey_store.insert_score, number, name, score, scene.now)
    page = (await lead.look("/console/surveys")).text
    assert "2026 年第 4 季度" in page
    assert "1 位，100%" in page
    assert '<dt>响应</dt><dd>3.00 分 <small class="quiet">（50.0/100，1 位）</small></dd>' in page
    assert "调查结果由组长和主管查看，如需了解请联系组长。" in (await agent.look("/console/surveys")).text
