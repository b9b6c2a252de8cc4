"""Service reports: drafted once the customer has accepted, listed, printable, completed by a rating in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.agents.actions import Report, Resolve
from escalation.tickets.plans import reports_of
from tests.bot.sending import at_work, planned, send, tap, tap_choice
from tests.bot.web.console.console_scene import Console, alert_of


async def test_a_report_is_listed_from_the_acceptance_on_and_printed(console: Console) -> None:
    scene, li = console.scene, await console.sits("wang", "manager")
    anna, _ = at_work(scene)
    holder = scene.staff("hu")
    assert "没有待提交的服务报告。" in (await li.look("/console/reports/service")).text
    from bot.agents.actions import Transfer

    scene.act(li.who, Transfer(scene.ticket.queue, holder.id))
    planned(scene, holder)
    send(scene, holder, "plan")
    tap(anna, "同意")
    send(scene, holder, "invitation")
    tap(anna, "验收通过")
    page = (await li.look("/console/reports/service")).text
    assert "草稿已按记录起草，由客服hu提交。" in page
    number = scene.ticket.id
    draft = (await li.look(f"/console/tickets/{number}/report")).text
    assert "草稿，尚未提交" in draft
    assert "【客户评价】\n客户尚未评价。" in draft
    scene.act(holder, Report("已换搓纸轮，客户验收通过。"))
    scene.act(holder, Resolve())
    scene.pass_time(minutes=30)
    anna.rate(5)
    tap_choice(anna, f"dim:{number}:1:response:3")
    tap_choice(anna, f"dim:{number}:1:response:4")
    page = (await li.look(f"/console/tickets/{number}/report")).text
    assert "已换搓纸轮，客户验收通过。" in page
    assert "【客户评价（补记）】\n5 分（满分 5 分）。\n分项：响应 4 分。" in page
    shown = (await li.look(f"/console/tickets/{number}")).text
    assert "<dt>评价</dt><dd>5 分<p>响应 4 分</p></dd>" in shown
    assert "客户分项评价（响应 3 分）" in shown
    listed = (await li.look("/console/reports/service")).text
    assert "没有待提交的服务报告。" in listed
    assert "客户评价 5 分" in listed


async def test_a_rating_after_the_report_was_due_is_not_added(console: Console) -> None:
    scene = console.scene
    anna, li = at_work(scene)
    send(scene, li, "invitation")
    tap(anna, "验收通过")
    scene.act(li, Report("已办妥。"))
    scene.clock.advance(hours=49)
    from escalation.tickets import service_reports

    assert scene.write(service_reports.add_rating, scene.policy, replace(scene.ticket, rating=4), scene.now) is False
    [report] = scene.read(reports_of, scene.ticket.id)
    assert report.rating is None
    assert timedelta(hours=49) > timedelta(hours=48)


async def test_no_report_is_owed_for_a_withdrawn_case(console: Console) -> None:
    scene = console.scene
    seat = await console.sits("wang", "manager")
    _, li = at_work(scene)
    scene.withdraw()
    number = scene.ticket.id
    refused = await seat.do(number, "report", text="报告")
    assert alert_of(refused) == "按政策，这位客户的工单不需要服务报告。"
    assert "按政策，这位客户的工单不需要服务报告。" in (await seat.look(f"/console/tickets/{number}/report")).text
    assert li.id
