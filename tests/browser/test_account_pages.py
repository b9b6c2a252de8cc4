"""Accounts in a real browser: a one-time link on a phone, one's own page, people and keys; nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.auth import accounts
from bot.auth.accounts import AccountChange
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk
from tests.processes import Server

Opens = Callable[..., Any]
GOOD = "我家的猫叫小满会开门"


@pytest.fixture(scope="module")
def administrator(desk: Desk) -> str:
    """The sign-in name of one who may do everything here."""
    desk.hire("luo", "罗珊", "admin", password=PASSWORD)
    return "luo"


@pytest.fixture
def expect() -> Any:
    """Playwright's waiting assertions."""
    from playwright.sync_api import expect as waits

    return waits


def fits(page: Any) -> bool:
    """Whether nothing scrolls sideways."""
    found: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return found


def chosen(page: Any, password: str) -> None:
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_label("再输入一次").fill(password)
    page.get_by_role("button", name="设置密码并登录").click()


def test_a_new_colleague_comes_in_by_their_link_on_a_phone(
    window: Opens, server: Server, desk: Desk, expect: Any, shots: Any
) -> None:
    wanted = AccountChange(name="林涛", role="lead", queues=["技术支持"])
    token = desk.service.database.write_now(accounts.add, "lintao", wanted, "cli", desk.service.clock())
    page = window(PHONE)
    page.goto(f"{server.url}/console/welcome?link={token}")
    expect(page.get_by_text("林涛，您好！请设置登录密码。")).to_be_visible()
    assert fits(page)
    chosen(page, "lintao123456")
    expect(page.get_by_role("alert")).to_have_text("密码不能只是账号或姓名加上几个数字，请换一个。")
    chosen(page, GOOD)
    expect(page.get_by_role("heading", name="工单", exact=True)).to_be_visible()
    page.get_by_role("link", name="林涛").click()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    expect(page.locator("#sessions")).to_contain_text("当前设备")
    assert fits(page)
    shots(page, "account-me-phone")
    page.goto(f"{server.url}/console/welcome?link={token}")
    expect(page.get_by_role("alert")).to_have_text("这个链接已经用过了。如果不是您本人设置的密码，请立即联系管理员。")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_an_administrator_adds_changes_and_disables_a_person_and_makes_a_key(
    agent: Opens, administrator: str, expect: Any, shots: Any, size: dict[str, int]
) -> None:
    page, name = agent(administrator, size), f"吴{size['width']}"
    page.get_by_text("更多", exact=True).click()
    page.get_by_role("link", name="人员").click()
    page.get_by_text("添加人员").click()
    form = page.locator("form[action='/console/people/add']")
    form.get_by_label("账号").fill(f"wu{size['width']}")
    form.get_by_label("姓名").fill(name)
    form.get_by_role("button").click()
    expect(page.locator("#link code")).to_contain_text("/console/welcome?link=")
    assert fits(page)
    panel = page.locator("details.account-panel", has_text=name)
    expect(panel).to_contain_text("未设置密码")
    panel.locator("> summary").click()
    panel.get_by_label("技术支持").check()
    panel.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("已保存，立即生效。")
    expect(panel).to_contain_text("坐席 · 技术支持")
    panel.locator("> summary").click()
    panel.get_by_text("停用", exact=True).click()
    assert fits(page)
    shots(page, f"account-people-{size['width']}")
    panel.get_by_role("button", name="确定停用").click()
    expect(page.get_by_role("status")).to_contain_text("已停用")
    page.get_by_text("更多", exact=True).click()
    page.get_by_role("link", name="密钥").click()
    page.get_by_label("名称").fill(f"CRM {size['width']}")
    page.get_by_label("读写客户资料").check()
    page.get_by_role("button", name="生成").click()
    expect(page.locator("#key code")).to_contain_text("jiedai_")
    assert fits(page)
    shots(page, f"account-keys-{size['width']}")
