"""What is written with facts has forms on the ticket's page, and stands there afterwards."""

from __future__ import annotations

from datetime import timedelta

from bot.agents.actions import Claim, Reply, Resolve
from escalation.tickets import check_ins
from tests.bot.scene import Scene, Visitor
from tests.bot.web.console.console_scene import Console, alert_of


async def test_the_outcome_of_a_follow_up_is_written_on_the_page(console: Console, scene: Scene, anna: Visitor) -> None:
    anna.say("打印机卡纸，修不好，转人工")
    number, seat = scene.ticket.id, await console.sits("wang")
    for action in (Claim(), Reply("好了。", "12345678"), Resolve(None, "当场解决")):
        scene.act(seat.who, action)
    scene.pass_time(minutes=1)
    anna.rate(1)
    page = (await seat.look(f"/console/tickets/{number}")).text
    assert 'id="form-words-followed_up" open' in page
    assert "客户不满意，需要回访" in page
    empty = await seat.do(number, "words", fact="followed_up", words=" ")
    assert (empty.status_code, alert_of(empty)) == (422, "请写明回访结果，再登记「已回访」。")
    assert (await seat.do(number, "words", fact="followed_up", words="客户接受换货。")).status_code == 303
    page = (await seat.look(f"/console/tickets/{number}")).text
    assert "客户接受换货。" in page
    assert 'id="form-words-followed_up"' not in page


async def test_a_lead_reads_of_a_low_score_though_the_ticket_has_ended(
    console: Console, scene: Scene, anna: Visitor
) -> None:
    lead = await console.sits("zhou", "lead")
    anna.say("打印机卡纸，修不好，转人工")
    li = scene.staff()
    for action in (Claim(), Reply("好了。", "12345678"), Resolve(None, "当场解决")):
        scene.act(li, action)
    scene.pass_time(minutes=1)
    anna.rate(1)
    assert "评价 1 分。" in (await lead.look("/console/notices")).text


async def test_a_follow_up_on_schedule_is_on_the_customers_file_and_anybody_of_the_queue_writes_its_outcome(
    console: Console, scene: Scene
) -> None:
    visitor, li = scene.visitor("bank", customer="C1001"), scene.staff()
    visitor.say("打印机卡纸，修不好，转人工")
    number, seat = scene.ticket.id, await console.sits("wang")
    for action in (Claim(), Reply("好了。", "12345678"), Resolve(None, "当场解决")):
        scene.act(li, action)
    scene.write(check_ins.begin, scene.policy, number, timedelta(days=30), scene.now)
    file = (await seat.look("/console/customers/C1001")).text
    assert f'前回访，结果写在 <a href="/console/tickets/{number}">#{number}</a>' in file
    assert 'id="form-words-followed_up" open' in (await seat.look(f"/console/tickets/{number}")).text
    done = await seat.do(number, "words", fact="followed_up", words="已致电，一切正常。")
    assert done.status_code == 303
    assert "定期回访" not in (await seat.look("/console/customers/C1001")).text
