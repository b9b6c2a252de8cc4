"""The desk in a browser: what an agent sees, hears and does without touching the mouse twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from escalation.tickets.lifecycle import Ticket
from tests.browser.conftest import PHONE
from tests.patience import patience

Opens = Callable[..., Any]


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    return expect


@pytest.fixture
def asked(customer: Opens, ticket_of: Callable[[Any], Ticket]) -> Callable[[str], tuple[Any, int]]:
    """A customer who wants a person: their page, and the number of their ticket."""

    def ask(words: str) -> tuple[Any, int]:
        chat = customer()
        say(chat, words)
        say(chat, "转人工")
        return chat, ticket_of(chat).id

    return ask


def say(chat: Any, words: str) -> None:
    chat.locator("#text").fill(words)
    chat.locator("#text").press("Enter")
    chat.locator("article.line-customer", has_text=words).last.wait_for()


def row(page: Any, number: int) -> Any:
    return page.locator(f"#row-{number}")


def test_a_new_ticket_comes_by_itself_and_what_i_was_reading_stays(agent: Opens, asked: Any, expect: Any) -> None:
    _, first = asked("打印机滚筒有划痕")
    board = agent()
    expect(row(board, first)).to_be_visible()
    row(board, first).locator(".card-link").focus()
    board.evaluate(f"document.querySelector('#row-{first}').isTheSame = true")
    _, second = asked("扫描仪连不上电脑")
    expect(row(board, second)).to_be_visible()
    assert board.evaluate(f"document.querySelector('#row-{first}').isTheSame"), "the row was changed, not made anew"
    assert board.evaluate("document.activeElement.getAttribute('href')") == f"/console/tickets/{first}"


def test_my_customers_message_marks_row_and_title_until_i_read_it(agent: Opens, asked: Any, expect: Any) -> None:
    chat, number = asked("硒鼓多久换一次")
    page = agent()
    row(page, number).get_by_role("button", name="认领", exact=True).click()
    page.locator("#reply").wait_for()
    page.goto(page.url.partition("/tickets")[0])
    say(chat, "我还在等")
    expect(row(page, number).locator(".row-unread")).to_have_text("1 条新消息")
    expect(row(page, number).locator(".row-last")).to_contain_text("客户：我还在等")
    page.wait_for_function("document.title.startsWith('(1) ')")
    row(page, number).locator(".card-link").click()
    expect(page.locator("#talk")).to_contain_text("我还在等")
    page.wait_for_function("!document.title.startsWith('(')")


def test_claimed_answered_and_solved_by_keys_alone(agent: Opens, asked: Any, expect: Any) -> None:
    chat, number = asked("纸张老是歪")
    page = agent()
    expect(row(page, number)).to_be_visible()
    row(page, number).locator(".card-link").focus()
    page.wait_for_function("document.title")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("#reply")).to_be_visible()
    page.locator("body").click(position={"x": 2, "y": 400})
    page.keyboard.press("e")
    page.keyboard.type("已经处理好了，请您再试试。")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#flash")).to_contain_text("已标记为解决")
    chat.locator("article", has_text="已经处理好了，请您再试试。").wait_for()


def test_letters_are_no_keys_where_i_switched_them_off_or_while_i_type(agent: Opens, expect: Any) -> None:
    page = agent("wang")
    page.goto(page.url.partition("/console")[0] + "/console/me")
    page.get_by_label("使用单个字母的快捷键").uncheck()
    page.locator("#desk").get_by_role("button", name="保存").click()
    expect(page.locator("#flash")).to_contain_text("工作台设置已保存。")
    page.goto(page.url.partition("/console")[0] + "/console")
    page.wait_for_timeout(300)  # the stream has told what was chosen, and nothing follows from it
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="命令")).to_be_visible()
    page.keyboard.type("通知")
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.partition("/console")[0] + "/console/notices")
    page.goto(page.url.partition("/console")[0] + "/console/me")
    page.get_by_label("使用单个字母的快捷键").check()
    page.locator("#desk").get_by_role("button", name="保存").click()
    expect(page.locator("#flash")).to_contain_text("工作台设置已保存。")


def test_who_else_is_at_the_ticket_and_types_is_shown(agent: Opens, asked: Any, expect: Any) -> None:
    _, number = asked("复印件发黄")
    mine, theirs = agent("lin"), agent("wang")
    row(mine, number).locator(".card-link").click()
    mine.locator("#talk").wait_for()
    row(theirs, number).locator(".card-link").click()
    expect(mine.locator("#here")).to_have_text("小王也在看")
    theirs.locator("#note").fill("这台是租的")
    expect(mine.locator("#here")).to_have_text("小王正在输入")


def test_of_two_who_claim_from_the_list_the_slower_reads_who_has_it_and_goes_on(
    agent: Opens, asked: Any, expect: Any
) -> None:
    _, number = asked("电源灯不亮")
    quick, slow = agent("lin"), agent("wang")
    expect(row(slow, number)).to_be_visible()
    slow.route("**/console/rows?*", lambda route: route.abort())  # the news has not come yet
    row(quick, number).get_by_role("button", name="认领", exact=True).click()
    quick.locator("#reply").wait_for()
    row(slow, number).get_by_role("button", name="认领", exact=True).click()
    expect(slow.locator("#line")).to_contain_text("这张工单已由小林认领。")
    slow.unroute("**/console/rows?*")
    expect(row(slow, number).get_by_role("button", name="认领", exact=True)).to_have_count(0)


def test_what_i_selected_and_half_typed_outlives_what_the_customer_adds(agent: Opens, asked: Any, expect: Any) -> None:
    chat, number = asked("型号标签看不清了")
    page = agent()
    row(page, number).get_by_role("button", name="认领", exact=True).click()
    page.locator("#reply").fill("写到一半的")
    page.locator("#talk .words", has_text="标签").first.evaluate("(line) => getSelection().selectAllChildren(line)")
    say(chat, "大概是 M2051")
    expect(page.locator("#talk")).to_contain_text("大概是 M2051")
    assert page.evaluate("String(getSelection())").strip() == "型号标签看不清了"
    assert page.locator("#reply").input_value() == "写到一半的"


def test_several_tickets_are_picked_and_claimed_at_once(agent: Opens, asked: Any, expect: Any) -> None:
    numbers = [asked(words)[1] for words in ("墨粉漏了", "托盘卡住了")]
    page = agent("wang")
    for number in numbers:
        row(page, number).get_by_role("checkbox").check()
    expect(page.locator("#picked")).to_have_text("2")
    page.locator("#bulk").get_by_role("button", name="认领", exact=True).click()
    expect(page.locator("#flash")).to_have_text("已处理 2 张工单。")
    for number in numbers:
        expect(row(page, number).locator(".row-who")).to_contain_text("我")


def test_on_a_phone_the_reply_box_is_in_sight_and_menus_come_from_below(agent: Opens, asked: Any, expect: Any) -> None:
    _, number = asked("卡纸了三次")
    page = agent("lin", PHONE)
    row(page, number).get_by_role("button", name="认领", exact=True).click()
    expect(page.locator("#reply")).to_be_in_viewport()
    page.locator("#menu-transfer summary").click()
    expect(page.locator("#menu-transfer").get_by_role("button", name="确认转交")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_next_of_mine_opens_after_one_is_solved(agent: Opens, asked: Any, expect: Any) -> None:
    first, second = (asked(words)[1] for words in ("第一件：换墨盒", "第二件：清洁喷头"))
    page = agent("wang")
    for number in (first, second):
        page.goto(page.url.partition("/console")[0] + f"/console/tickets/{number}")
        page.get_by_role("button", name="认领", exact=True).click()
        page.locator("#reply").fill("已处理")
        page.get_by_role("button", name="发送给客户").click()
        expect(page.locator("#talk")).to_contain_text("已处理")
    page.locator("#menu-resolve summary").click()
    page.get_by_role("button", name="解决，打开下一张").click()
    expect(page.locator("#flash")).to_contain_text(f"#{second} 已标记为解决")
    assert f"/tickets/{second}" not in page.url
