"""A lead opens the week's figures, compares them, follows a number to a ticket and takes a workbook along."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from bot.agents.actions import Claim
from bot.agents.new_tickets import EnteredMatter, enter
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.staff import find_credentials, staff
from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.people import Desk
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
OF_A_WEEK = ("raised", 1), ("raised", 1), ("claimed", 1), ("milestone_kept", 1)


def counted(desk: Desk, ticket: int, queue: str, who: int, days_ago: int, share: int) -> None:
    """Facts of a day: fewer and slower the longer ago."""
    at = desk.service.clock() - timedelta(days=days_ago)
    own = {"ticket_id": ticket, "queue": queue, "staff_id": who, "tier": "一级", "topic": "故障", "channel": "web"}
    spans = [("response_received", 600 // share + 40 * days_ago), ("resolution_time", 9_000), ("rated", 75)]
    measures = [*OF_A_WEEK * share, *[("resolved", 1)] * share, *spans, ("fcr", share % 2), ("milestone_late", 1)]
    facts = [Fact(at, name, value, **own) for name, value in measures]  # type: ignore[arg-type]
    desk.service.database.write_now(save_facts, facts, desk.service.rules.policy.zone)


@pytest.fixture(scope="module")
def ticket(desk: Desk, server: Server) -> int:
    """A lead of two queues, a ticket of theirs that was solved, and figures of some weeks."""
    qian, lin = desk.hire("qian", "钱组长", "lead", "a password for the console"), desk.read(find_credentials, "lin")[0]
    now = desk.service.clock()
    matter = EnteredMatter("figures-key-1", "phone", "打印机卡纸", desk.new_contact("一级"))
    made = desk.service.database.write_now(enter, desk.service.rules, qian, qian.login, matter, now)
    desk.do(lin, made.id, Claim())
    queues = {"queues": [made.queue]}
    desk.service.database.write_now(lambda db: db.execute(update(staff).where(staff.c.id == qian.id).values(**queues)))
    for days_ago in range(28):
        share = 1 + (27 - days_ago) // 7
        counted(desk, made.id, made.queue, lin.id if days_ago % 3 else qian.id, days_ago, share)
    return int(made.id)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_lead_compares_follows_a_number_to_a_ticket_and_takes_a_workbook(
    agent: Callable[..., Any], server: Server, ticket: int, size: dict[str, int], shots: Any, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    page = agent("qian", size)
    page.goto(f"{server.url}/console/reports")
    expect(page.locator(".figures-card")).to_have_count(7)
    page.get_by_label("对比").select_option(label="上一期")
    page.get_by_role("button", name="查看").first.click()
    expect(page.locator(".figures-change").first).to_contain_text("对比期")
    page.locator(".figures-card").first.get_by_text("口径").click()
    expect(page.locator(".figures-about p").first).to_contain_text("从受理到人工第一次回复")
    expect(page.get_by_role("img", name="每日新增与解决")).to_be_visible()
    shots(page, f"figures-{size['width']}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    with page.expect_download() as download:
        page.get_by_role("link", name="下载 XLSX").click()
    file = tmp_path / "figures.xlsx"
    download.value.save_as(file)
    assert openpyxl.load_workbook(BytesIO(file.read_bytes())).sheetnames[:2] == ["说明", "主要数字"]

    page.locator("#groups tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name=f"#{ticket}", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/console/tickets/{ticket}$"))
    page.get_by_role("link", name="图示经过").click()
    expect(page.get_by_role("img", name=f"工单 #{ticket} 的经过")).to_be_visible()
    shots(page, f"journey-{size['width']}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_agent_sees_their_own_figures_alone(
    agent: Callable[..., Any], server: Server, ticket: int, shots: Any
) -> None:
    from playwright.sync_api import expect

    page = agent("lin", DESKTOP)
    page.goto(f"{server.url}/console/reports?by=agent")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的数据")
    expect(page.locator("#groups tbody")).to_contain_text("小林")
    expect(page.locator("#groups tbody")).not_to_contain_text("钱组长")
    shots(page, "figures-own")
