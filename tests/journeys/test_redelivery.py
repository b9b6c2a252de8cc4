"""Every request three times, one after another and all at once: it counts once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from bot.agents.actions import Claim, Reply
from tests.journeys.people import Desk, Page, sentence, token_of
from tests.processes import Server

Send = Callable[[Page, dict[str, Any]], list[httpx.Response]]


def _one_after_another(page: Page, message: dict[str, Any]) -> list[httpx.Response]:
    return [page.post(**message) for _ in range(3)]


def _all_at_once(page: Page, message: dict[str, Any]) -> list[httpx.Response]:
    with ThreadPoolExecutor(3) as threads:
        return list(threads.map(lambda _: page.post(**message), range(3)))


@pytest.mark.parametrize("send", [_one_after_another, _all_at_once])
def test_a_conversation_delivered_three_times_reads_as_if_delivered_once(
    http: httpx.Client, example: Server, desk: Desk, send: Send
) -> None:
    page = Page.open(http, example.url)
    _thrice(send, page, text="怎么取消订单")
    answer = page.hears("取消订单")
    _thrice(send, page, choice=answer["buttons"][1]["choice"])
    page.hears(sentence("try_again"))
    _thrice(send, page, text="我要投诉")
    page.hears(sentence("ask_contact"))
    _thrice(send, page, text="订单号是 YY20261120")
    page.hears(sentence("appended"))
    said = [line["text"] or line["choice"] for line in page.transcript() if line["author"] == "customer"]
    assert said == ["怎么取消订单", answer["buttons"][1]["choice"], "我要投诉", "订单号是 YY20261120"]
    bot = [line["text"] for line in page.transcript() if line["author"] == "bot"]
    # A complaint is answered with an apology, the promise, a question for a contact and, unless that comes before
    # anybody is in, as on a Sunday, the instant of its result.
    assert len(bot) == len(set(bot)) in (6, 7), "nothing is answered twice"
    (ticket,) = desk.tickets_of(page)
    assert ticket.urged == 0
    told = desk.noticed(ticket.id, "new")
    assert len(told) == len(set(told)) == 2


def test_a_reply_form_sent_three_times_reaches_the_customer_once(
    http: httpx.Client, example: Server, desk: Desk
) -> None:
    agent = desk.hire("chen", "小陈")
    page = Page.open(http, example.url, token_of(example, desk.new_contact("特级")))
    page.say("报价单什么时候能给")
    ticket = desk.ticket_of(page)
    desk.do(agent, ticket.id, Claim())
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: desk.do(agent, ticket.id, Reply("今天下班前给您。", "same form")), range(3)))
    assert [line["text"] for line in page.transcript() if line["author"] == "agent"] == ["今天下班前给您。"]


def test_two_pages_may_use_the_same_key(http: httpx.Client, example: Server) -> None:
    for page in (Page.open(http, example.url), Page.open(http, example.url)):
        assert page.post(key="1", text="怎么查订单").json()["duplicate"] is False


def _thrice(send: Send, page: Page, **message: Any) -> None:
    answers = send(page, {"key": page.key(), **message})
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert sorted(answer.json()["duplicate"] for answer in answers) == [False, True, True]
