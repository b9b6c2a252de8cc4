"""Two customers at one browser: what one has typed, chosen or could not send stays the one's, in every window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from tests.journeys.people import Desk, token_of
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Opens = Callable[..., Any]
LEFT = "这个浏览器已在另一个窗口打开新的会话，本页已停用，没发出的内容不会再发送。如需继续，请重新进入。"


@pytest.fixture
def expect() -> Any:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    return expect


def say(chat: Any, words: str) -> None:
    chat.locator("#text").fill(words)
    chat.locator("#text").press("Enter")


def lines_of(desk: Desk, contact: str) -> list[str]:
    """All that was said in a contact's talk."""
    query = select(messages.c.text).join(conversations, conversations.c.id == messages.c.conversation_id)
    return [row.text for row in desk.rows(query.where(conversations.c.contact_id == contact))]


def link(server: Server, contact: str) -> str:
    return f"{server.url}/chat#token={token_of(server, contact)}"


def test_a_window_left_open_neither_shows_nor_writes_anything_of_the_next_customer(
    customer: Opens, server: Server, desk: Desk, expect: Any
) -> None:
    one, other = desk.new_contact("一级"), desk.new_contact("一级")
    first = customer(one)
    say(first, "我是第一位客户")
    expect(first.locator("#log")).to_contain_text("我是第一位客户")
    first.locator("#text").fill("A 的补充：卡号尾号 8812")
    second = first.context.new_page()
    second.goto(link(server, other))
    say(second, "B 的问题")
    expect(second.locator("#log")).to_contain_text("B 的问题")
    expect(first.locator("#banner")).to_have_text(LEFT)
    first.evaluate("document.getElementById('composer').requestSubmit()")
    expect(first.locator("#log")).not_to_contain_text("B 的问题")
    expect(first.locator("#log")).not_to_contain_text("我是第一位客户")
    assert "A 的补充：卡号尾号 8812" not in lines_of(desk, other)
    say(second, "B 再问一句")
    expect(second.locator("#log")).to_contain_text("B 再问一句")
    assert lines_of(desk, one).count("B 再问一句") == 0


def test_a_second_window_of_the_same_customer_lets_the_first_go_on(
    customer: Opens, server: Server, desk: Desk, expect: Any
) -> None:
    known = desk.new_contact("一级")
    first = customer(known)
    say(first, "第一扇窗")
    expect(first.locator("#log")).to_contain_text("第一扇窗")
    second = first.context.new_page()
    second.goto(link(server, known))
    expect(second.locator("#log")).to_contain_text("第一扇窗")
    say(second, "第二扇窗")
    expect(first.locator("#log")).to_contain_text("第二扇窗")
    say(first, "又是第一扇窗")
    expect(second.locator("#log")).to_contain_text("又是第一扇窗")


def test_words_half_typed_and_a_file_chosen_are_not_there_for_the_next_customer(
    customer: Opens, server: Server, desk: Desk, expect: Any
) -> None:
    one, other = desk.new_contact("一级"), desk.new_contact("一级")
    chat = customer(one)
    expect(chat.locator("#status-text")).to_have_text("机器人为您服务")
    chat.locator("#text").fill("退款请打到 6222")
    chat.goto(link(server, other))
    expect(chat.locator("#status-text")).to_have_text("机器人为您服务")
    expect(chat.locator("#text")).to_have_value("")
    say(chat, "你好")
    expect(chat.locator("article.line-customer")).to_have_count(1)
    assert [words for words in lines_of(desk, other) if "6222" in words] == []
    chat.go_back()
    expect(chat.locator("#text")).to_have_value("")


def test_what_a_stranger_could_not_send_is_not_sent_by_whoever_is_proven_next(
    customer: Opens, server: Server, desk: Desk, expect: Any
) -> None:
    chat, known = customer(), desk.new_contact("一级")
    say(chat, "随便问问")
    expect(chat.locator("#log")).to_contain_text("随便问问")
    chat.route("**/api/chat/messages", lambda route: route.abort())  # as without a network
    say(chat, "我的订单 7781 要退")
    expect(chat.locator("article.line-customer")).to_have_count(2)
    chat.unroute("**/api/chat/messages")
    chat.goto(link(server, known))
    say(chat, "怎么开发票")
    expect(chat.locator("#log")).to_contain_text("怎么开发票")
    expect(chat.locator("#log")).not_to_contain_text("7781")
    assert [words for words in lines_of(desk, known) if "7781" in words] == []


def test_a_file_that_could_not_be_sent_reaches_no_other_customer(
    customer: Opens, server: Server, desk: Desk, expect: Any, tmp_path: Path
) -> None:
    contract = tmp_path / "合同.pdf"
    contract.write_bytes(b"%PDF-1 contract")
    one, other = desk.new_contact("一级"), desk.new_contact("一级")
    chat = customer(one)
    expect(chat.locator("#status-text")).to_have_text("机器人为您服务")
    chat.route("**/api/chat/files**", lambda route: route.abort())
    chat.route("**/api/chat/messages", lambda route: route.abort())
    chat.locator("#file").set_input_files(contract)
    say(chat, "见附件")
    expect(chat.locator("article.line-customer")).to_have_count(2)
    again = chat.context.new_page()
    chat.close()
    again.goto(link(server, other))
    say(again, "怎么查订单")
    expect(again.locator("#log")).to_contain_text("怎么查订单")
    expect(again.locator("#log")).not_to_contain_text("见附件")
    expect(again.locator("#log")).not_to_contain_text("合同.pdf")
    assert [words for words in lines_of(desk, other) if words == "见附件"] == []
    again.goto(link(server, one))
    expect(again.locator("#status-text")).to_have_text("机器人为您服务")
    assert "见附件" not in lines_of(desk, one)
