"""A lead deals with what customers asked in vain, on a desk and on a telephone; the next customer is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk, Page, new_client
from tests.processes import Server, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
HOSTILE = "<img src=x onerror=document.title='broken'>碎纸刀片能寄到国外吗"


@pytest.fixture(scope="module")
def lead(desk: Desk) -> str:
    """The sign-in name of a lead."""
    return desk.hire("han", "韩梅", "lead", PASSWORD).login


@pytest.mark.parametrize(
    ("size", "asked"), [(DESKTOP, "你们卖碎纸机不卖"), (PHONE, "能不能帮忙装订标书")], ids=["desk", "telephone"]
)
def test_what_a_customer_asked_in_vain_is_answered_a_moment_later(
    agent: Callable[..., Any], lead: str, server: Server, shots: Callable[..., None], size: dict[str, int], asked: str
) -> None:
    with new_client() as http:
        customer = Page.open(http, server.url)
        for text in (asked, HOSTILE):
            customer.say(text)
            eventually(lambda: any(line["author"] == "bot" for line in customer.transcript()[-1:]))
        board = agent(lead, size)
        board.get_by_role("link", name="知识库").click()
        board.get_by_role("heading", name="知识缺口").wait_for()
        gap = board.locator(".gap", has=board.get_by_role("heading", name=asked))
        gap.get_by_text("新建问题").click()
        gap.get_by_label("分类").select_option("订单")
        gap.locator("textarea[name=answer]").fill("很抱歉，我们不做这个。")
        _fits(board)
        shots(board, f"gaps-{size['width']}")
        gap.get_by_role("button", name="新建并发布").click()
        board.get_by_role("status").filter(has_text="新问题已发布").wait_for()
        assert board.get_by_role("heading", name=asked).count() == 0
        assert board.title() == "知识缺口 · 云印办公设备"
        _fits(board)
        another = Page.open(http, server.url)
        eventually(lambda: _answer(another, asked) == "很抱歉，我们不做这个。")


def _answer(page: Page, text: str) -> str:
    page.say(text)
    eventually(lambda: page.transcript()[-1]["author"] == "bot")
    return str(page.transcript()[-1]["text"])


def _fits(page: Any) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"
