"""Customer and agent, each before a real page: both directions, live, on a desk and on a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.agents.actions import Claim
from escalation.staff import find_credentials
from escalation.tickets.ticket_store import tickets
from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.people import Desk, Page, token_of
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Opens = Callable[..., Any]
THRICE = "button => { button.click(); button.click(); button.click(); }"


@pytest.fixture(autouse=True)
def expect(chromium: Any) -> Any:
    """Playwright's patient assertions, imported only where there is a browser."""
    from playwright.sync_api import expect as found

    found.set_options(timeout=patience(10) * 1_000)
    return found


def test_customer_and_agent_talk_both_ways_without_reloading(
    customer: Opens, agent: Opens, desk: Desk, expect: Any
) -> None:
    known = desk.new_customer("一级")
    board, chat = agent(), customer(known.contact.id)
    _stay(chat)
    _stay(board)
    _say(chat, "住院部三楼的打印机昨天刚修过")
    _say(chat, "转人工")
    expect(_log(chat)).to_contain_text("最晚")
    expect(chat.locator("#status-text")).to_have_text("已安排专人，等待联系")
    card = board.locator("li.row", has_text="住院部三楼")
    expect(card).to_contain_text(known.organisation.name)
    assert _stayed(board), "the new card came by itself"
    card.locator("a.card-link").click()
    board.get_by_role("button", name="认领", exact=True).click()
    _stay(board)
    expect(chat.locator("#status-text")).to_have_text("专人服务中")
    _note(board, "科室脾气急，多解释一句")
    expect(board.locator("#talk")).to_contain_text("科室脾气急")
    _reply(board, "您好，我是小林，工程师下午两点到。")
    expect(_log(chat)).to_contain_text("工程师下午两点到")
    expect(_log(chat).get_by_text("客服 小林")).to_be_visible()
    _say(chat, "好的，请走东门")
    expect(board.locator("#talk")).to_contain_text("请走东门")
    expect(board.locator("#facts")).to_contain_text("已完成")
    assert _stayed(chat)
    assert _stayed(board), "nobody had to reload"
    chat.reload()
    expect(_log(chat)).to_contain_text("请走东门")
    expect(chat.locator("body")).not_to_contain_text("科室脾气急")


def test_a_question_is_answered_and_its_button_counts_once_however_often_it_is_tapped(
    customer: Opens, expect: Any
) -> None:
    chat = customer()
    _say(chat, "怎么查订单")
    expect(_log(chat)).to_contain_text("我的订单")
    chat.get_by_role("button", name="有帮助").evaluate(THRICE)
    expect(_log(chat)).to_contain_text("还有其他问题，随时告诉我")
    chat.reload()
    expect(_log(chat)).to_contain_text("还有其他问题，随时告诉我")
    expect(chat.locator("article.line-customer")).to_have_count(2)


def test_a_message_sent_twice_in_one_moment_is_one_message(customer: Opens, expect: Any) -> None:
    chat = customer()
    chat.locator("#text").fill("怎么取消订单")
    chat.locator("#send").evaluate("button => { button.click(); button.click(); }")
    chat.locator("#text").press("Enter")
    expect(_log(chat)).to_contain_text("取消订单")
    chat.reload()
    expect(chat.locator("article.line-bot").nth(1)).to_be_visible()
    expect(chat.locator("article.line-customer")).to_have_count(1)


def test_an_ended_session_leaves_nothing_for_the_next_person_at_the_device(
    customer: Opens, desk: Desk, expect: Any
) -> None:
    chat = customer(desk.new_contact("一级"), PHONE)
    _say(chat, "怎么查订单")
    expect(_log(chat)).to_contain_text("我的订单")
    token = chat.evaluate("localStorage.getItem('jiedai.session')")
    chat.on("dialog", lambda dialog: dialog.accept())
    chat.get_by_role("button", name="结束会话").click()
    expect(chat.get_by_role("alert")).to_contain_text("会话已结束，这台设备上不再保留对话内容。")
    expect(_log(chat)).not_to_contain_text("我的订单")
    asks = "token => fetch('/api/chat/messages', {headers: {Authorization: 'Bearer ' + token}}).then(r => r.status)"
    assert chat.evaluate(asks, token) == 401
    chat.reload()
    expect(chat.locator("#greeting")).to_be_visible()
    expect(_log(chat)).not_to_contain_text("我的订单")


def test_enter_in_an_input_method_picks_a_word_and_sends_nothing(customer: Opens, expect: Any) -> None:
    chat = customer()
    chat.evaluate("document.addEventListener('keydown', e => { window.composed = e.isComposing; }, true)")
    keyboard = chat.context.new_cdp_session(chat)
    chat.locator("#text").focus()
    keyboard.send("Input.imeSetComposition", {"text": "zen me cha", "selectionStart": 10, "selectionEnd": 10})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    assert chat.evaluate("window.composed") is True, "the browser was in the middle of a word"
    expect(chat.locator("article.line-customer")).to_have_count(0)
    keyboard.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    keyboard.send("Input.insertText", {"text": "怎么查订单"})
    expect(chat.locator("#text")).to_have_value("怎么查订单")
    expect(chat.locator("article.line-customer")).to_have_count(0)
    chat.locator("#text").press("Enter")
    expect(_log(chat)).to_contain_text("我的订单")
    assert chat.locator("article.line-customer .bubble").all_inner_texts() == ["怎么查订单"]


def test_words_typed_before_the_customer_is_recognised_go_out_under_their_name(
    window: Opens, server: Server, desk: Desk, expect: Any
) -> None:
    chat, known = window(), desk.new_contact("特级")
    waiting: list[Any] = []
    chat.goto(f"{server.url}/chat")  # an earlier visit, by nobody in particular
    _say(chat, "怎么查订单")
    expect(_log(chat)).to_contain_text("我的订单")
    chat.route("**/api/chat/sessions", lambda route: waiting.append(route))  # noqa: PLW0108  # Playwright marks it
    chat.goto(f"{server.url}/chat?again#token={token_of(server, known)}")
    chat.locator("#text").fill("分行的合同要改地址")
    chat.locator("#text").press("Enter")
    expect(chat.locator("article.line-customer")).to_have_count(1)
    assert len(waiting) == 1, "one session is asked for, and nothing is sent before it is there"
    waiting[0].continue_()
    expect(chat.locator("#status-text")).to_have_text("已安排专人，等待联系")
    expect(chat.locator("article.line-customer .bubble")).to_have_text(["分行的合同要改地址"])
    subjects = desk.rows(select(tickets.c.subject).where(tickets.c.contact_id == known))
    assert [row.subject for row in subjects] == ["分行的合同要改地址"]


def test_a_clock_turns_amber_and_then_red_before_everybodys_eyes(
    customer: Opens, agent: Opens, desk: Desk, expect: Any
) -> None:
    known = desk.new_customer("特级")
    board, chat = agent(), customer(known.contact.id)
    _say(chat, "总行机房的设备要迁移")
    clock = board.locator("li.row", has_text="总行机房").locator(".row-due time.count")
    expect(clock).to_have_class("count")
    _stay(board)
    expect(clock).to_have_class(re.compile(r"\bsoon\b"))
    amber = clock.evaluate("element => getComputedStyle(element).color")
    expect(clock).to_have_class(re.compile(r"\blate\b"))
    red = clock.evaluate("element => getComputedStyle(element).color")
    expect(clock).to_contain_text("超时")
    assert amber != red
    assert _stayed(board)
    board.get_by_role("link", name="通知").click()
    mine = board.locator("#notices li", has_text=known.organisation.name)
    expect(mine.filter(has_text="已超时").first).to_be_visible()
    assert "特级" not in chat.locator("body").inner_text()


def test_of_two_agents_the_slower_one_is_told_who_has_it(
    customer: Opens, agent: Opens, ticket_of: Any, server: Server, expect: Any
) -> None:
    chat = customer()
    _say(chat, "转人工")
    expect(_log(chat)).to_contain_text("最晚")
    number = ticket_of(chat).id
    first, second = agent("lin"), agent("wang")
    # The second one's page does not hear of the claim in time.
    second.route("**/console/stream*", lambda route: route.abort())
    for page in (first, second):
        page.goto(f"{server.url}/console/tickets/{number}")
    first.get_by_role("button", name="认领", exact=True).click()
    expect(first.locator("#reply")).to_be_visible()
    second.get_by_role("button", name="认领", exact=True).click()
    expect(second.get_by_role("alert")).to_have_text("这张工单已由小林认领。")
    expect(second.locator("#reply")).to_have_count(0)


def test_a_reply_sent_twice_by_impatient_clicks_reaches_the_customer_once(
    customer: Opens, agent: Opens, ticket_of: Any, server: Server, expect: Any
) -> None:
    chat = customer()
    _say(chat, "我要投诉")
    expect(_log(chat)).to_contain_text("最晚")
    page = agent()
    page.goto(f"{server.url}/console/tickets/{ticket_of(chat).id}")
    page.get_by_role("button", name="认领", exact=True).click()
    page.locator("#reply").fill("非常抱歉，我马上核实。")
    page.get_by_role("button", name="发送给客户").evaluate(
        "button => { button.click(); button.click(); button.click(); }"
    )
    expect(_log(chat)).to_contain_text("马上核实")
    expect(page.locator("#talk article.said-agent")).to_have_count(1)
    chat.reload()
    expect(_log(chat)).to_contain_text("马上核实")
    expect(chat.locator("article.line-agent")).to_have_count(1)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_scrolls_sideways(
    customer: Opens,
    agent: Opens,
    desk: Desk,
    ticket_of: Any,
    server: Server,
    expect: Any,
    size: dict[str, int],
    shots: Any,
) -> None:
    chat = customer(desk.new_contact("一级"), size)
    _say(chat, "怎么查订单")
    expect(_log(chat)).to_contain_text("我的订单")
    _say(chat, "没有空格的一长串编号" + "YY20261120" * 12)
    _say(chat, "转人工")
    expect(_log(chat)).to_contain_text("最晚")
    _fits(chat)
    shots(chat, f"chat-{size['width']}")
    page = agent("lin", size)
    _fits(page)
    shots(page, f"board-{size['width']}")
    page.goto(f"{server.url}/console/tickets/{ticket_of(chat).id}")
    page.get_by_role("button", name="认领", exact=True).click()
    expect(page.locator("#reply")).to_be_visible()
    _fits(page)
    shots(page, f"ticket-{size['width']}")
    page.goto(f"{server.url}/console/notices")
    _fits(page)
    page.get_by_role("button", name="退出").click()
    page.get_by_label("账号").wait_for()
    _fits(page)


def test_a_new_ticket_is_counted_in_the_inbox_and_a_claim_shown_on_the_board(
    agent: Opens, desk: Desk, http: Any, server: Server, expect: Any
) -> None:
    page = agent("wang")
    before = int(page.locator("#unread").inner_text() or 0)
    visitor = Page.open(http, server.url, token_of(server, desk.new_contact("特级")))
    visitor.say("年度框架协议需要补充条款")
    expect(page.locator("#unread")).to_have_text(re.compile(rf"^(?!{before}$)\d+$"))
    ticket = desk.ticket_of(visitor)
    desk.do(desk.service.database.read_now(_staff, "lin"), ticket.id, Claim())
    expect(page.locator(f'li.row[data-ticket="{ticket.id}"]')).to_contain_text("小林")


def _staff(db: Any, login: str) -> Any:
    found = find_credentials(db, login)
    assert found is not None
    return found[0]


def _say(chat: Any, words: str) -> None:
    chat.locator("#text").fill(words)
    chat.locator("#text").press("Enter")
    chat.locator("article.line-customer", has_text=words).last.wait_for()  # a talk goes on from visit to visit


def _reply(page: Any, words: str) -> None:
    page.locator("label[for=tab-reply]").click()
    page.locator("#reply").fill(words)
    page.get_by_role("button", name="发送给客户").click()


def _note(page: Any, words: str) -> None:
    page.locator("label[for=tab-note]").click()
    page.locator("#note").fill(words)
    page.get_by_role("button", name="保存备注").click()


def _log(chat: Any) -> Any:
    return chat.get_by_role("log")


def _stay(page: Any) -> None:
    page.evaluate("window.sameDocument = true")


def _stayed(page: Any) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def _fits(page: Any) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"
