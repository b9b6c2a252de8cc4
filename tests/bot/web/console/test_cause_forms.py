"""Causes are noted on the ticket's page, where whoever may says why; refusals come back with what was written."""

from __future__ import annotations

from bot.agents.actions import Claim, Record
from tests.bot.web.console.console_scene import HOSTILE, Console, alert_of


async def test_the_holder_notes_why_a_ticket_was_late_and_everybody_reads_it(console: Console) -> None:
    scene, li = console.scene, await console.sits("li")
    scene.visitor("anna").say("转人工")
    number = scene.ticket.id
    for action in (Claim(), Record("called")):
        scene.act(li.who, action, number)
    assert "登记超时的原因" not in (await li.look(f"/console/tickets/{number}")).text
    scene.pass_time(days=9)
    await li.sign_in()
    page = (await li.look(f"/console/tickets/{number}")).text
    assert "登记超时的原因" in page
    assert "登记低分的原因" not in page
    refused = await li.do(number, "why", of="breach", cause="", words="只有一人")
    assert (refused.status_code, alert_of(refused)) == (422, "请选择原因类别：流程、人员、资源或沟通。")
    assert "只有一人</textarea>" in refused.text
    assert (await li.do(number, "why", of="breach", cause="resources", words="只有一人" + HOSTILE)).status_code == 303
    zhao = await console.sits("zhao")
    page = (await zhao.look(f"/console/tickets/{number}")).text
    assert "超时，资源" in page
    assert "登记了原因（超时，资源：只有一人" in page
    assert "<script>alert" not in page
    assert "登记超时的原因" not in page
    other = await zhao.do(number, "why", of="breach", cause="people", words="x")
    assert (other.status_code, alert_of(other)) == (403, "原因由经办人或该队列的组长登记。")
