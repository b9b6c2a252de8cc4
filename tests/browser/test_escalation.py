"""Plans, pauses and what is late, before a real page: nothing typed is lost, nothing that stands still ticks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Claim, Reply, SendStep
from escalation.staff import Staff, find_credentials
from escalation.tickets.lifecycle import Ticket
from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.people import Desk, Page, token_of
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Opens = Callable[..., Any]


@pytest.fixture(autouse=True)
def expect(chromium: Any) -> Any:
    """Playwright's patient assertions, imported only where there is a browser."""
    from playwright.sync_api import expect as found

    found.set_options(timeout=patience(10) * 1_000)
    return found


@pytest.fixture
def lin(desk: Desk) -> Staff:
    found = desk.read(find_credentials, "lin")
    assert found is not None
    return found[0]  # type: ignore[no-any-return]


@pytest.fixture
def held(http: Any, server: Server, desk: Desk, lin: Staff) -> Callable[[str], Ticket]:
    """A ticket of a new customer, of the second tier if not told otherwise, in the hands of 小林."""

    def hold(words: str, tier: str = "一级") -> Ticket:
        visitor = Page.open(http, server.url, token_of(server, desk.new_contact(tier)))
        visitor.say(words)
        visitor.say("转人工")
        ticket = desk.ticket_of(visitor)
        desk.do(lin, ticket.id, Claim())
        desk.do(lin, ticket.id, Reply("您好，我来跟进。", f"key-{ticket.id:012}"))
        return ticket

    return hold


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_plan_grows_by_a_step_survives_a_reload_and_is_saved(
    agent: Opens, server: Server, held: Any, expect: Any, size: dict[str, int], shots: Any
) -> None:
    page, ticket = agent("lin", size), held(f"三楼的设备要迁移 {size['width']}")
    page.goto(f"{server.url}/console/tickets/{ticket.id}")
    page.get_by_text("拟定方案", exact=True).click()
    rows = page.locator(".plan-row")
    expect(rows).to_have_count(2)
    rows.nth(0).locator("[name=what]").fill("勘查现场")
    rows.nth(0).locator("[name=by]").fill("2031-03-04T15:30")
    page.get_by_role("button", name="加一步").click()
    expect(rows).to_have_count(3)
    rows.nth(2).locator("[name=what]").fill("完成迁移")
    _fits(page)
    shots(page, f"plan-{size['width']}")
    page.reload()
    expect(rows.nth(2).locator("[name=what]")).to_have_value("完成迁移")
    page.get_by_role("button", name="保存方案").click()
    expect(page.get_by_role("alert").first).to_have_text("请填写第 3 步的完成时间，日期和时间都要填。")
    expect(rows.nth(0).locator("[name=what]")).to_have_value("勘查现场")
    rows.nth(2).locator("[name=by]").fill("2031-03-05T18:00")
    page.get_by_role("button", name="保存方案").click()
    expect(page.locator(".plan")).to_contain_text("方案（第 1 版）")
    expect(page.locator(".steps li")).to_have_text([re.compile("勘查现场.*15:30 前"), re.compile("完成迁移.*18:00 前")])
    expect(page.locator("#form-plan form")).to_be_hidden()
    page.get_by_text("修订方案", exact=True).click()
    expect(rows).to_have_count(3)
    _fits(page)


def test_what_is_typed_into_a_plan_outlives_other_clicks_and_news(
    agent: Opens, server: Server, desk: Desk, held: Any, lin: Staff, expect: Any
) -> None:
    page, ticket = agent("lin"), held("五楼的设备要迁移")
    page.goto(f"{server.url}/console/tickets/{ticket.id}")
    page.get_by_text("拟定方案", exact=True).click()
    page.locator(".plan-row [name=what]").nth(0).fill("召集会议")
    page.locator("#reply").focus()
    desk.do(lin, ticket.id, SendStep("progress", "已勘查现场。", "key-progress-1"))
    expect(page.locator("#facts-rest")).to_contain_text("已报告进展")
    expect(page.locator(".plan-row [name=what]").nth(0)).to_have_value("召集会议")
    page.get_by_role("button", name="已电话联系").click()
    expect(page.locator("#facts-rest")).to_contain_text("已电话联系客户")
    expect(page.locator(".plan-row [name=what]").nth(0)).to_have_value("召集会议")
    expect(page.locator("#form-plan form")).to_be_visible()


def test_a_paused_clock_stands_still_on_page_and_board_while_others_tick(
    agent: Opens, server: Server, held: Any, expect: Any
) -> None:
    page, ticket = agent("lin"), held("七楼的设备要迁移")
    page.goto(f"{server.url}/console/tickets/{ticket.id}")
    running = page.locator("#facts-clocks time.count").first
    before = running.inner_text()
    expect(running).not_to_have_text(before)
    page.get_by_role("button", name="等待客户").click()
    expect(page.locator("#head")).to_contain_text("等待客户，")
    paused = page.locator("#facts-clocks .count.paused").first
    assert re.fullmatch(r"暂停 · 剩 .+", paused.inner_text())
    assert paused.get_attribute("data-due") is None, "nothing for the page's own clock to count down"
    expect(page.locator("#facts-clocks")).not_to_contain_text("下一步")
    page.goto(f"{server.url}/console?show=customer")
    card = page.locator(f'li.row[data-ticket="{ticket.id}"]')
    expect(card.locator(".row-marks")).to_contain_text("等待客户，")
    expect(card).to_contain_text("暂停 · 剩")


def test_what_is_late_and_repeating_can_be_acknowledged_with_one_tap(
    agent: Opens, server: Server, desk: Desk, held: Any, expect: Any
) -> None:
    page, ticket = agent("lin", PHONE), held("一楼的设备要迁移", "特级")
    desk.let_pass([ticket.id], timedelta(minutes=65))
    page.goto(f"{server.url}/console/tickets/{ticket.id}")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("#facts-clocks")).to_contain_text("点了「知道了」，不再重复提醒")
    expect(page.get_by_role("button", name="知道了")).to_have_count(0)
    _fits(page)


def _fits(page: Any) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"
