"""From a draw to an answered objection: inspector, agent and lead, each before their own browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.agents.actions import Claim, Reply, Resolve
from escalation.staff import find_credentials
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk, own_policy
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program on the example's supervision; a customer of this file has the only tickets."""
    folder = tmp_path_factory.mktemp("browser")
    with Server(folder / "data", policy=own_policy(folder)) as running:
        yield running


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_inspector_scores_the_agent_objects_and_the_lead_answers(
    customer: Callable[..., Any],
    ticket_of: Callable[[Any], Any],
    agent: Callable[..., Any],
    desk: Desk,
    shots: Any,
    size: dict[str, int],
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    width = size["width"]
    desk.hire(f"zhang{width}", "小张", "inspector", password=PASSWORD)
    desk.hire(f"chen{width}", "老陈", "lead", password=PASSWORD)
    number = _ended_ticket(customer, ticket_of, desk)

    inspector = agent(f"zhang{width}", size)
    inspector.goto(_at(inspector, "/console/inspections"))
    inspector.get_by_label("比例（%）").fill("100")
    inspector.get_by_role("button", name="抽取").click()
    expect(inspector.locator("#flash")).to_contain_text("已抽取，种子和张数见下面的抽取记录。")
    shots(inspector, f"inspections-{width}")
    inspector.locator("#to-score li", has_text=f"#{number}").get_by_role("link", name="评分").click()
    expect(inspector.locator(".talk")).to_contain_text("二楼打印机反复卡纸")
    shots(inspector, f"inspection-open-{width}")
    for item, answer in (
        ("使用标准用语", "否"),
        ("按规定步骤办理", "是"),
        ("态度耐心有礼", "4"),
        ("记录完整", "不适用"),
    ):
        inspector.get_by_role("group", name=item).get_by_label(answer, exact=True).check()
    inspector.get_by_label("使用标准用语的评语").fill("结束时没有致谢")
    inspector.get_by_label("总评").fill("步骤清楚，请注意结束语。")
    inspector.get_by_role("button", name="提交评分").click()
    expect(inspector.locator("#flash")).to_contain_text("评分已提交，已通知对方。")
    expect(inspector.locator("#score")).to_contain_text("68 分")
    inspector.get_by_text("下达整改").click()
    inspector.get_by_label("措施").fill("重读标准用语")
    inspector.get_by_label("最晚").fill("2099-12-31")
    inspector.get_by_role("button", name="下达", exact=True).click()
    expect(inspector.locator("#rectifications")).to_contain_text("重读标准用语")
    shots(inspector, f"inspection-scored-{width}")

    scored = agent("lin", size)
    scored.goto(_at(scored, "/console/inspections"))
    own = scored.locator("section", has=scored.get_by_role("link", name=f"#{number}", exact=True)).last
    expect(own).to_contain_text("结束时没有致谢")
    own.get_by_text("提出异议").click()
    own.get_by_label("哪里不符，为什么").fill("最后一句就是感谢")
    shots(scored, f"inspections-mine-{width}")
    own.get_by_role("button", name="提交异议").click()
    expect(scored.locator("#objection")).to_contain_text("待答复")

    lead = agent(f"chen{width}", size)
    lead.goto(_at(lead, "/console/inspections"))
    lead.locator("#objections li", has_text=f"#{number}").get_by_role("link", name="去答复").click()
    lead.get_by_label("异议成立", exact=True).check()
    lead.get_by_text("异议成立时改哪几项").click()
    lead.locator("#objection").get_by_role("group", name="使用标准用语").get_by_label("是", exact=True).check()
    lead.get_by_label("答复").fill("确有感谢")
    shots(lead, f"inspection-objection-{width}")
    lead.get_by_role("button", name="提交答复").click()
    expect(lead.locator("#score")).to_contain_text("93 分 原评分 68 分")
    lead.goto(_at(lead, "/console/inspections/results"))
    expect(lead.locator("table")).to_contain_text("小林")
    shots(lead, f"inspections-results-{width}")
    lead.get_by_role("link", name="小林").click()
    expect(lead.locator("main")).to_contain_text("系统不会据此自动扣减任何待遇。")
    shots(lead, f"inspections-sheet-{width}")
    scored.reload()
    expect(scored.locator("#score")).to_contain_text("93 分 原评分 68 分")
    for page in (inspector, scored, lead):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _ended_ticket(customer: Callable[..., Any], ticket_of: Callable[[Any], Any], desk: Desk) -> int:
    """A new customer's ticket, which lin has resolved; its number."""
    chat = customer(desk.new_contact("三级"))
    chat.locator("#text").fill("二楼打印机反复卡纸，转人工")
    chat.locator("#send").click()
    chat.locator("article.line-bot", has_text="专人").last.wait_for()
    number: int = ticket_of(chat).id
    lin = desk.read(find_credentials, "lin")[0]
    for action in (Claim(), Reply("换好了硒鼓，感谢您的耐心。", f"key-{number:012}"), Resolve(why="当场解决")):
        desk.do(lin, number, action)
    return number


def _at(page: Any, path: str) -> str:
    """An address on the page's own server."""
    return str(page.evaluate("location.origin")) + path
