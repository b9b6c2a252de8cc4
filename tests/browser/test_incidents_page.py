"""A lead declares an interruption on a desk and ends it on a telephone; the customer's page shows both, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk, Page, new_client
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
NOTICE = "配送系统中断，正在抢修，预计今天恢复。"
OVER = "配送系统已恢复，给您添麻烦了。"


@pytest.fixture(scope="module")
def lead(desk: Desk) -> str:
    """The sign-in name of a lead."""
    return desk.hire("xu", "徐静", "lead", PASSWORD).login


def test_it_is_declared_on_a_desk_and_ended_on_a_telephone(
    agent: Callable[..., Any], lead: str, server: Server, shots: Callable[..., None]
) -> None:
    with new_client() as http:
        waiting = Page.open(http, server.url)
        waiting.say("快递一直没送到，物流停了")
        waiting.say("转人工")
        board = agent(lead, DESKTOP)
        _declare(board, shots)
        waiting.hears(NOTICE)
        asking = Page.open(http, server.url)
        asking.say("物流怎么不动了")
        asking.hears(NOTICE)
        board.reload()
        board.get_by_text("已告知 2 位客户，关联 1 张工单").wait_for()
        shots(board, "incidents-on-1440")
        phone = agent(lead, PHONE)
        phone.get_by_text("服务中断：配送系统中断").wait_for()
        _fits(phone)
        shots(phone, "board-interruption-390")
        _end(phone, shots)
        for page in (waiting, asking):
            page.hears(OVER)
            said = [line["text"] for line in page.transcript()]
            assert (said.count(NOTICE), said.count(OVER)) == (1, 1)


def _declare(board: Any, shots: Callable[..., None]) -> None:
    board.get_by_text("更多", exact=True).click()
    board.get_by_role("link", name="服务中断").click()
    board.get_by_role("heading", name="服务中断").wait_for()
    board.get_by_label("名称").fill("配送系统中断")
    board.get_by_label("配送", exact=True).check()
    board.get_by_label("给客户的通知").fill(NOTICE)
    _fits(board)
    shots(board, "incidents-1440")
    board.get_by_role("button", name="预览").click()
    board.get_by_text("宣布后立即告知 1 位客户，涉及 1 张未结工单").wait_for()
    _fits(board)
    shots(board, "incidents-preview-1440")
    board.get_by_role("button", name="宣布并告知客户").click()
    board.get_by_role("status").filter(has_text="已宣布").wait_for()


def _end(phone: Any, shots: Callable[..., None]) -> None:
    phone.get_by_role("link", name="查看给客户的通知").click()
    phone.get_by_text("宣布结束").click()
    phone.get_by_label("结束通知").fill(OVER)
    _fits(phone)
    shots(phone, "incidents-390")
    phone.get_by_role("button", name="结束并告知客户").click()
    phone.get_by_role("status").filter(has_text="已结束").wait_for()
    _fits(phone)
    phone.get_by_text("宣布服务中断").scroll_into_view_if_needed()
    shots(phone, "incidents-over-390")


def _fits(page: Any) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"
