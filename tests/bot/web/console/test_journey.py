"""The journey of a case: steps with durations and hands, for whoever may see the ticket."""

from __future__ import annotations

import re

from bot.agents.actions import Resolve, Transfer
from bot.wording.refusals import REFUSALS
from tests.bot.sending import at_work
from tests.bot.web.console.console_scene import Console


async def test_a_journey_tells_each_step_its_time_and_whose_hands(console: Console) -> None:
    scene = console.scene
    seat = await console.sits("wang", "manager")
    _, li = at_work(scene, None)
    hu = scene.staff("hu")
    scene.pass_time(minutes=65)
    scene.act(li, Transfer(scene.ticket.queue, hu.id))
    scene.pass_time(minutes=10)
    scene.act(hu, Resolve())
    page = (await seat.look(f"/console/tickets/{scene.ticket.id}/journey")).text
    rows = re.findall(r'<tr><th scope="row">.*?</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>', page)
    assert rows[-2] == ("客服li 转交工单", "10 分钟", "客服hu")
    assert rows[-1] == ("客服hu 标记为已解决", "–", "客服hu")
    assert ("1 小时 5 分钟", "客服li") in [row[1:] for row in rows]
    assert f">工单 #{scene.ticket.id} 的经过</title>" in page
    assert 'role="img"' in page


async def test_the_page_of_a_ticket_leads_to_its_journey(console: Console) -> None:
    seat = await console.sits("wang", "manager")
    at_work(console.scene)
    number = console.scene.ticket.id
    assert f'href="/console/tickets/{number}/journey"' in (await seat.look(f"/console/tickets/{number}")).text


async def test_nobody_reads_the_journey_of_a_ticket_that_they_may_not_see(console: Console) -> None:
    at_work(console.scene)
    stranger = await console.sits("zhao", "agent", ("另一队列",))
    refused = await stranger.look(f"/console/tickets/{console.scene.ticket.id}/journey")
    assert refused.status_code == 403
    assert REFUSALS["forbidden"] in refused.text
    assert (await stranger.look("/console/tickets/999999/journey")).status_code == 404
