"""One computer, one person after the other: nothing of the first is sent, shown or kept for the second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.transcript.message_store import messages
from tests.journeys.people import Desk, token_of
from tests.patience import patience
from tests.processes import Server

Opens = Callable[..., Any]
SECRET = "我是王敏，退款卡号尾号 8899"


@pytest.fixture(scope="module")
def expect() -> Any:
    """Playwright's assertions, with our patience."""
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    return expect


def test_what_one_customer_could_not_send_is_not_sent_for_the_next(
    customer: Opens, server: Server, desk: Desk, expect: Any
) -> None:
    one, next_one = desk.new_contact("一级"), desk.new_contact("一级")
    chat = customer(one)
    chat.route("**/api/chat/messages", lambda route: route.abort())  # Playwright marks it
    chat.locator("#text").fill(SECRET)
    chat.locator("#text").press("Enter")
    expect(chat.locator("article.line-customer")).to_have_count(1)
    assert SECRET in chat.evaluate("localStorage.getItem('jiedai.outbox')")
    chat.unroute("**/api/chat/messages")
    chat.goto(f"{server.url}/chat?again#token={token_of(server, next_one)}")
    chat.locator("#text").fill("怎么查订单")
    chat.locator("#text").press("Enter")
    expect(chat.locator("#log")).to_contain_text("怎么查订单")
    expect(chat.locator("#log")).not_to_contain_text(SECRET)
    assert SECRET not in (chat.evaluate("localStorage.getItem('jiedai.outbox')") or "")
    assert SECRET not in [line.text for line in desk.rows(select(messages.c.text))]


def test_a_window_of_one_customer_is_empty_once_another_comes_in_by_a_second(
    customer: Opens, server: Server, desk: Desk, expect: Any
) -> None:
    one, other = desk.new_contact("一级"), desk.new_contact("一级")
    first = customer(one)
    first.locator("#text").fill("我要找售后的王工")
    first.locator("#text").press("Enter")
    expect(first.locator("#log")).to_contain_text("售后的王工")
    second = first.context.new_page()
    second.goto(f"{server.url}/chat#token={token_of(server, other)}")
    expect(first.locator("#log")).not_to_contain_text("售后的王工")


def test_a_second_device_shows_the_talk_of_the_first(customer: Opens, desk: Desk, expect: Any) -> None:
    known = desk.new_contact("一级")
    first, second = customer(known), customer(known)
    first.locator("#text").fill("我要找人工客服")
    first.locator("#text").press("Enter")
    expect(second.locator("article.line-customer .bubble")).to_have_text(["我要找人工客服"])
    second.locator("#text").fill("补充一句")
    second.locator("#text").press("Enter")
    expect(first.locator("article.line-customer .bubble")).to_have_text(["我要找人工客服", "补充一句"])
