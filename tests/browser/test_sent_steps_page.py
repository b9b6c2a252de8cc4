"""An agent sends plan, progress, result and invitation from the ticket's page; the customer answers by buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Claim, MakePlan, Reply
from escalation.staff import find_credentials
from escalation.tickets.plans import PlanStep
from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.people import Desk
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_the_agent_sends_the_customer_reads_and_answers(
    customer: Callable[..., Any],
    agent: Callable[..., Any],
    ticket_of: Callable[[Any], Any],
    server: Server,
    desk: Desk,
    size: dict[str, int],
    shots: Any,
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    chat = customer(desk.new_contact("一级"), size)
    chat.locator("#text").fill("二楼打印机反复卡纸，转人工")
    chat.locator("#send").click()
    expect(chat.locator("article.line-bot").last).to_contain_text("专人")
    ticket = ticket_of(chat)
    lin = desk.read(find_credentials, "lin")[0]
    desk.do(lin, ticket.id, Claim())
    desk.do(lin, ticket.id, Reply("您好，我来跟进。", f"key-{ticket.id:012}"))
    by = desk.service.clock() + timedelta(hours=3)
    steps = (PlanStep("上门检查进纸器", by), PlanStep("更换搓纸轮", by))
    desk.do(lin, ticket.id, MakePlan(lin.id, steps))

    page = agent("lin", size)
    page.goto(f"{server.url}/console/tickets/{ticket.id}")
    page.locator("#form-send_plan summary").click()
    draft = page.locator("#send_plan")
    expect(draft).to_have_value(re.compile("1. 上门检查进纸器.*2. 更换搓纸轮.*负责人：小林。", re.DOTALL))
    with page.expect_response("**/draft"):
        draft.fill(draft.input_value().replace("更换搓纸轮", "免费更换搓纸轮"))
    page.reload()
    page.locator("#form-send_plan summary").click()
    expect(draft).to_have_value(re.compile("免费更换搓纸轮"))
    shots(page, f"send-plan-{size['width']}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#form-send_plan").get_by_role("button", name="发送给客户").click()
    expect(page.locator(".sent-list")).to_contain_text("等待客户答复")

    plan = chat.locator("article.line-agent").last
    expect(plan).to_contain_text("免费更换搓纸轮")
    shots(chat, f"plan-buttons-{size['width']}")
    assert chat.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chat.locator("#text").fill("我先看一下")
    chat.locator("#send").click()
    expect(chat.locator("article.line-customer").last).to_contain_text("我先看一下")
    chat.reload()
    chat.get_by_role("button", name="有异议", exact=True).click()
    expect(chat.locator("article.line-bot").last).to_contain_text("请直接写下您不同意的地方")
    expect(chat.get_by_role("button", name="同意", exact=True)).to_be_hidden()
    chat.locator("#text").fill("希望今天下午之前来")
    chat.locator("#send").click()
    expect(page.locator(".sent-list")).to_contain_text("客户有异议")
    expect(page.locator(".sent-list")).to_contain_text("希望今天下午之前来")

    desk.do(lin, ticket.id, MakePlan(lin.id, (PlanStep("今天中午上门", by),)))
    page.reload()
    page.locator("#form-send_plan summary").click()
    expect(draft).to_have_value(re.compile("修订了处理方案（第 2 版）"))
    page.locator("#form-send_plan").get_by_role("button", name="发送给客户").click()
    chat.get_by_role("button", name="同意", exact=True).click()
    expect(chat.locator("article.line-bot").last).to_contain_text("您已同意这份方案")
    expect(page.locator(".sent-list")).to_contain_text("客户已同意")

    for kind, words in (("progress", "已到现场检查。"), ("result", "搓纸轮已更换，试印正常。")):
        page.locator(f"#form-send_{kind} summary").click()
        page.locator(f"#send_{kind}").fill(words)
        page.locator(f"#form-send_{kind}").get_by_role("button", name="发送给客户").click()
        expect(chat.locator("article.line-agent").last).to_contain_text(words)
    page.locator("#form-send_invitation summary").click()
    page.locator("#form-send_invitation").get_by_role("button", name="发送给客户").click()
    expect(chat.locator("article.line-agent").last).to_contain_text("请您验收")
    expect(chat.get_by_role("button", name="验收通过")).to_have_count(1)
    chat.get_by_role("button", name="验收通过").click()
    expect(chat.locator("article.line-bot").last).to_contain_text("收到您的验收确认")
    expect(page.locator(".sent-list")).to_contain_text("客户验收通过")
    shots(page, f"sent-{size['width']}")
    shots(chat, f"answered-{size['width']}")
