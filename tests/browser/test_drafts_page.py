"""What an agent types is kept by the server: back after signing out, in another window, never before a colleague."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import PASSWORD, PHONE
from tests.journeys.people import Desk
from tests.patience import patience

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Opens = Callable[..., Any]


def _sign_in(page: Any, login: str, wanted: str) -> None:
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="工单", exact=True).wait_for()
    page.goto(wanted)


def _say(chat: Any, words: str) -> None:
    chat.locator("#text").fill(words)
    chat.locator("#text").press("Enter")
    chat.locator("article.line-customer", has_text=words).last.wait_for()


def test_a_draft_belongs_to_its_writer_and_not_to_the_window(customer: Opens, agent: Opens, desk: Desk) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    board, chat = agent(), customer(desk.new_contact("一级"))
    _say(chat, "针式打印机出纸歪")
    _say(chat, "转人工")
    board.locator("li.row", has_text="针式打印机").locator("a.card-link").click()
    board.get_by_role("button", name="认领", exact=True).click()
    address = board.url.partition("?")[0]
    board.locator("#reply").fill("您好，备件已经")
    board.locator("label[for=tab-note]").click()
    board.locator("#note").fill("客户提到要投诉")
    board.get_by_role("button", name="退出").click()  # at once: what was typed goes with it
    _sign_in(board, "wang", address)
    expect(board.locator("#note")).to_have_value("")
    assert "备件已经" not in board.content()
    second = agent()
    second.goto(address)
    expect(second.locator("#reply")).to_have_value("您好，备件已经")
    expect(second.locator("#note")).to_have_value("客户提到要投诉")
    second.locator("label[for=tab-reply]").click()
    second.get_by_role("button", name="发送给客户").click()
    expect(second.locator("#talk")).to_contain_text("备件已经")
    second.reload()
    expect(second.locator("#reply")).to_have_value("")
    expect(second.locator("#note")).to_have_value("客户提到要投诉")


def test_the_search_fits_a_telephone(customer: Opens, agent: Opens, desk: Desk, shots: Any) -> None:
    chat = customer(desk.new_contact("一级"))
    _say(chat, "碎纸机发票抬头错了")
    _say(chat, "转人工")
    chat.get_by_role("log").get_by_text("最晚").wait_for()
    board = agent(size=PHONE)
    origin = board.url.partition("/console")[0]
    board.goto(f"{origin}/console?q=碎纸机 抬头")
    board.locator("li.row").first.wait_for()
    assert board.locator("#found").inner_text() == "共 1 张工单"
    assert board.evaluate("document.documentElement.scrollWidth") <= 390
    shots(board, "find-phone")
