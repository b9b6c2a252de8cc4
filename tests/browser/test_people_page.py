"""People in a real browser: one says that one is busy, a lead finds it and ends it; nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def _fits(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_one_says_that_one_is_busy_and_a_lead_sees_it_and_ends_it(
    agent: Callable[..., Any], desk: Desk, shots: Callable[..., None]
) -> None:
    desk.hire("xu", "徐静", "lead", PASSWORD)
    mine = agent("lin", PHONE)
    mine.get_by_role("button", name="忙碌：关").click()
    mine.get_by_text("您已设为忙碌，系统不会派新工单给您").wait_for()
    _fits(mine)
    shots(mine, "busy-390")
    lead = agent("xu", DESKTOP)
    lead.get_by_text("更多", exact=True).click()
    lead.get_by_role("link", name="人员", exact=True).click()
    lead.get_by_label("姓名或账号").fill("小林")
    lead.get_by_role("button", name="查找").click()
    lead.locator("summary", has_text="小林").click()
    shots(lead, "people-lead-1440")
    lead.set_viewport_size(PHONE)
    _fits(lead)
    shots(lead, "people-lead-390")
    lead.get_by_role("button", name="恢复接单").click()
    lead.locator("summary", has_text="小林").click()
    lead.get_by_role("button", name="设为忙碌").wait_for()
    mine.reload()
    mine.get_by_role("button", name="忙碌：关").wait_for()
