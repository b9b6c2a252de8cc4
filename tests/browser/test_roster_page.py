"""A lead keeps the roster, on a desk and on a telephone; the next matter finds whoever is on duty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import utc_now
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk, Page, new_client
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def lead(desk: Desk) -> str:
    """The sign-in name of a lead."""
    return desk.hire("han", "韩梅", "lead", PASSWORD).login


def today() -> datetime:
    return utc_now().astimezone(ZoneInfo("Asia/Shanghai"))


def whole_days(login: str) -> str:
    """Lines that put somebody on duty from yesterday to tomorrow, whatever the hour of the test."""
    days = (today() + timedelta(days=number) for number in (-1, 0, 1))
    return "\n".join(
        ["日期\t账号\t开始\t结束\t类别", *(f"{day:%Y-%m-%d}\t{login}\t00:00\t24:00\t当班" for day in days)]
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "telephone"])
def test_a_pasted_roster_is_in_force_at_once(
    agent: Callable[..., Any], lead: str, server: Server, desk: Desk, shots: Callable[..., None], size: dict[str, int]
) -> None:
    board = agent(lead, size)
    board.get_by_text("更多", exact=True).click()
    board.get_by_role("link", name="排班表").click()
    board.get_by_role("heading", name="排班表").wait_for()
    board.locator("#import textarea").fill(whole_days("lin"))
    board.get_by_role("button", name="导入", exact=True).click()
    board.get_by_role("status").filter(has_text="已导入").wait_for()
    board.locator("#import textarea").fill(whole_days("nobody"))
    board.get_by_role("button", name="导入", exact=True).click()
    board.get_by_role("alert").filter(has_text="账号「nobody」不存在或已停用。").wait_for()
    board.goto(f"{server.url}/console/roster")
    assert board.locator(".post.nobody").count() == 0
    board.locator(".shift b", has_text="小林").first.wait_for()
    _fits(board)
    shots(board, f"roster-{size['width']}")
    with new_client() as http:
        customer = Page.open(http, server.url)
        customer.say("转人工")
        ticket = desk.ticket_of(customer)
    board.goto(f"{server.url}/console")
    board.locator(f'li.row[data-ticket="{ticket.id}"]', has_text="已派给 小林").wait_for()
    _fits(board)
    shots(board, f"board-{size['width']}")


def test_a_shift_is_entered_by_hand_swapped_and_taken_out(
    agent: Callable[..., Any], lead: str, server: Server, shots: Callable[..., None]
) -> None:
    page = agent(lead)
    week = (today() + timedelta(days=14)).date()
    monday = week - timedelta(days=week.weekday())
    page.goto(f"{server.url}/console/roster?week={monday}")
    for login, start, end in (("lin", "08:00", "14:00"), ("wang", "14:00", "20:00")):
        form = page.locator("#add")
        form.locator("select[name=login]").select_option(login)
        form.locator("input[name=date]").fill(f"{monday}")
        form.locator("input[name=start]").fill(start)
        form.locator("input[name=end]").fill(end)
        form.get_by_role("button", name="加入").click()
        page.get_by_role("status").filter(has_text="已加入班次").wait_for()
    for number, name in enumerate(("one", "other"), 1):
        page.locator(f"#swap select[name={name}]").select_option(index=number)
    page.get_by_role("button", name="换班", exact=True).click()
    page.get_by_role("status").filter(has_text="已换班").wait_for()
    assert page.locator(".shift b").all_text_contents() == ["小王", "小林"]
    shots(page, "roster-swapped")
    page.get_by_role("button", name="移除 小王 08:00–14:00").click()
    page.get_by_role("status").filter(has_text="已移除班次").wait_for()
    assert page.locator(".shift b").all_text_contents() == ["小林"]


def _fits(page: Any) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"
