"""From an adopted target to an improvement's effect: manager and agent, each before their own browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk, own_policy
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program on the example's policy; this file has the only targets."""
    folder = tmp_path_factory.mktemp("browser")
    with Server(folder / "data", policy=own_policy(folder)) as running:
        yield running


@pytest.mark.parametrize(
    ("size", "target", "start"),
    [(PHONE, "首次解决率", "从 65% 到 85%"), (DESKTOP, "投诉办结（平均）", "从 3 天 到 1 天")],
    ids=["phone", "desktop"],
)
def test_a_target_is_adopted_announced_and_read_and_a_finding_becomes_an_improvement_with_its_effect(
    agent: Callable[..., Any], desk: Desk, shots: Any, size: dict[str, int], target: str, start: str
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    width = size["width"]
    desk.hire(f"fang{width}", "方经理", "manager", password=PASSWORD)
    desk.hire(f"he{width}", f"小何{width}", "agent", password=PASSWORD)

    manager = agent(f"fang{width}", size)
    manager.goto(_at(manager, "/console/improvement"))
    suggested = manager.locator("#suggested")
    if suggested.get_attribute("open") is None:
        suggested.locator("summary").click()
    offered = suggested.locator("li", has_text=target)
    expect(offered).to_contain_text(start)
    offered.get_by_role("button", name="采用").click()
    expect(manager.locator("#flash")).to_contain_text("已采用示例目标，请核对后公布。")
    shots(manager, f"improvement-{width}")
    manager.locator("#targets").get_by_role("link", name=target).click()
    manager.get_by_role("button", name="公布").click()
    expect(manager.locator("#flash")).to_contain_text("目标已公布")

    reader = agent(f"he{width}", size)
    reader.goto(_at(reader, "/console"))
    told = reader.get_by_role("status").filter(has_text="个新公布的目标等您阅读")
    expect(told).to_be_visible()
    shots(reader, f"improvement-told-{width}")
    told.get_by_role("link", name="查看").click()
    unread = reader.locator("#targets li", has_text=target)
    unread.get_by_role("button", name="标为已读").click()
    expect(unread.locator(".tag", has_text="已读")).to_be_visible()
    shots(reader, f"improvement-read-{width}")

    manager.reload()
    expect(manager.locator("#readers")).to_contain_text(f"小何{width}")
    shots(manager, f"improvement-target-{width}")
    manager.get_by_role("link", name="登记改进").click()
    expect(manager.get_by_label("来自哪个指标").locator("option:checked")).to_have_text(target)
    manager.get_by_label("发现的问题").fill("同一件事客户要来两三次")
    manager.get_by_label("流程", exact=True).check()
    manager.get_by_label("原因", exact=True).fill("第一次没有问全型号和现象")
    manager.get_by_label("措施").fill("首次联系按清单问全")
    manager.get_by_label("经办人").select_option(f"小何{width}")
    manager.get_by_label("部门（可不填）").fill("客服部")
    manager.get_by_label("完成日期").fill("2099-12-31")
    shots(manager, f"improvement-form-{width}")
    manager.get_by_role("button", name="登记", exact=True).click()
    expect(manager.locator("#flash")).to_contain_text("改进已登记。")

    reader.goto(_at(reader, "/console/improvement"))
    reader.locator("#items").get_by_role("link").first.click()
    reader.get_by_label("本周进展").fill("清单已发给全组，本周试用")
    reader.get_by_role("button", name="记录").click()
    expect(reader.locator("#progress")).to_contain_text("清单已发给全组，本周试用")
    manager.goto(_at(reader, reader.evaluate("location.pathname")))
    expect(manager.locator("#effect")).to_contain_text("改进结束后，从第二天起才有数字")
    manager.get_by_text("结束这项改进").click()
    manager.get_by_label("结果").fill("清单成为标准做法")
    manager.get_by_role("button", name="结束", exact=True).click()
    expect(manager.locator("#flash")).to_contain_text("改进已结束")
    expect(manager.locator("#effect")).to_contain_text("改进前")
    shots(manager, f"improvement-item-{width}")
    for page in (manager, reader):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _at(page: Any, path: str) -> str:
    """An address on the page's own server."""
    return str(page.evaluate("location.origin")) + path
