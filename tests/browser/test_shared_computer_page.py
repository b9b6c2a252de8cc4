"""Two agents at one computer: what one has typed is in no field, page or memory of the browser for the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import PASSWORD
from tests.journeys.people import Desk
from tests.patience import patience

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Opens = Callable[..., Any]
REPLY, NOTE = "账号是 6222 0000 1111", "客户情绪差，先别打电话"
# Everything that a page can keep in a browser, in one text.
KEPT = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const name of await caches.keys()) found.push(name);
  for (const each of await indexedDB.databases()) found.push(each.name);
  return found.join(" ");
}"""


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    return expect


@pytest.fixture
def ticket(customer: Opens, desk: Desk) -> Callable[[Any, str], str]:
    """Claim a new ticket with these words on an agent's page, and type reply and note; returns its address."""

    def open_ticket(page: Any, words: str) -> str:
        chat = customer()
        for said in (words, "转人工"):
            chat.locator("#text").fill(said)
            chat.locator("#text").press("Enter")
            chat.locator("article.line-customer", has_text=said).wait_for()
        page.goto(page.url.partition("/console")[0] + "/console")
        page.locator("li.row", has_text=words).locator("a.card-link").click()
        page.get_by_role("button", name="认领", exact=True).click()
        page.locator("#reply").fill(REPLY)
        page.locator("label[for=tab-note]").click()
        page.locator("#note").fill(NOTE)
        page.locator("label[for=tab-reply]").click()
        address: str = page.url.partition("?")[0]
        return address

    return open_ticket


WITHOUT_LISTS = """() => {
  const copy = document.documentElement.cloneNode(true);
  for (const list of copy.querySelectorAll(".rows")) list.remove();
  return copy.outerHTML;
}"""


def sign_out(page: Any) -> None:
    page.get_by_role("button", name="退出").click()
    page.get_by_label("密码").wait_for()


def sign_in(page: Any, login: str) -> None:
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("header.top").wait_for()


def shows_nothing(page: Any) -> None:
    """Neither the page nor any field of it has the words; what was sent may stand in the list of tickets."""
    content = page.evaluate(WITHOUT_LISTS)
    values = page.evaluate("[...document.querySelectorAll('input, textarea')].map((each) => each.value).join(' ')")
    for words in (REPLY, NOTE):
        assert words not in values
        assert words not in content


def test_a_tab_left_open_shows_the_next_person_none_of_it_and_sends_nothing(
    agent: Opens, ticket: Any, desk: Desk, expect: Any
) -> None:
    left_open = agent()
    address = ticket(left_open, "打印机自己会动")
    board = left_open.context.new_page()
    board.goto(address.partition("/tickets")[0])
    sign_out(board)
    sign_in(board, "wang")
    left_open.locator("#reply").press("Control+Enter")
    expect(left_open.locator("#line")).to_have_text("页面已过期，请刷新后再试。")
    left_open.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # she turns to it
    expect(left_open.locator("header.top .me b")).to_have_text("小王")
    expect(left_open.locator("#note")).to_have_value("")
    shows_nothing(left_open)
    left_open.reload()
    shows_nothing(left_open)
    left_open.locator("#talk").wait_for()
    assert REPLY not in left_open.locator("#talk").inner_text()


def test_neither_back_nor_reload_brings_it_to_the_next_person(agent: Opens, ticket: Any, expect: Any) -> None:
    page = agent()
    address = ticket(page, "打印机有焦味吗")
    sign_out(page)
    page.go_back()
    expect(page.get_by_label("密码")).to_be_visible()
    shows_nothing(page)
    page.goto(address.partition("/tickets")[0])
    sign_in(page, "wang")
    for _step in range(2):
        page.go_back()
        page.wait_for_load_state()
        shows_nothing(page)
    page.goto(address)
    shows_nothing(page)
    page.reload()
    shows_nothing(page)


def test_a_closed_tab_gives_it_back_to_its_writer_each_in_its_own_field(agent: Opens, ticket: Any, expect: Any) -> None:
    page = agent()
    address = ticket(page, "打印机换了位置")
    page.wait_for_timeout(1500)  # a browser that dies may lose the last second, not more
    again = page.context.new_page()
    page.close()
    again.goto(address)
    expect(again.locator("#reply")).to_have_value(REPLY)
    expect(again.locator("#note")).to_have_value(NOTE)


def test_after_sending_from_one_tab_the_other_offers_nothing_to_send_again(
    agent: Opens, ticket: Any, expect: Any
) -> None:
    first = agent()
    address = ticket(first, "打印机要搬家")
    first.wait_for_timeout(1500)  # kept
    second = first.context.new_page()
    second.goto(address)
    expect(second.locator("#reply")).to_have_value(REPLY)
    second.locator("#reply").fill(REPLY + "，请核对")
    second.wait_for_timeout(1500)
    first.bring_to_front()
    first.get_by_role("button", name="发送给客户").click()
    expect(first.locator("#talk")).to_contain_text(REPLY)
    second.reload()
    expect(second.locator("#reply")).to_have_value("")
    third = first.context.new_page()
    third.goto(address)
    expect(third.locator("#reply")).to_have_value("")
    assert first.locator("#talk").inner_text().count(REPLY) == 1


def test_nothing_of_it_is_left_in_the_browser_nor_in_any_other_field(agent: Opens, ticket: Any, expect: Any) -> None:
    page = agent()
    address = ticket(page, "打印机很热")
    page.locator("#search").fill("13900001111")
    page.locator("#menu-help summary").click()
    page.locator("#help").fill("求助：" + NOTE)
    sign_out(page)
    kept = page.evaluate(KEPT)
    assert REPLY not in kept
    assert NOTE not in kept
    sign_in(page, "wang")
    assert "13900001111" not in page.content()
    expect(page.locator("#search")).to_have_value("")
    page.goto(address)
    shows_nothing(page)
    assert REPLY not in page.evaluate(KEPT)
