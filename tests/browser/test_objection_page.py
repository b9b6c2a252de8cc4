"""From the page of criteria to an objection: one button, there until it is tapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.people import Desk, own_policy
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program on a policy whose customers may read the criteria."""
    folder = tmp_path_factory.mktemp("browser")
    policy = own_policy(folder, ("criteria_page: false", "criteria_page: true"))
    with Server(folder / "data", policy=policy) as running:
        yield running


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_button_for_an_objection_outlives_a_reload_and_goes_once_it_is_tapped(
    customer: Callable[..., Any], server: Server, desk: Desk, size: dict[str, int], shots: Any
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    chat = customer(desk.new_contact("一级"), size)
    expect(chat.locator("#status-text")).to_have_text("机器人为您服务")  # who leaves before is not known yet
    button = chat.get_by_role("button", name="对服务评定有异议")
    expect(button).to_be_hidden()
    chat.goto(f"{server.url}/criteria")
    chat.get_by_role("link", name="到在线客服提出异议").click()
    expect(button).to_be_visible()
    chat.reload()
    expect(button).to_be_visible()
    shots(chat, f"objection-{size['width']}")
    button.click()
    expect(chat.locator("article.line-customer")).to_contain_text("对服务评定有异议")
    expect(chat.locator("article.line-bot").last).to_contain_text("您对服务评定的异议已登记")
    expect(button).to_be_hidden()
    chat.reload()
    expect(chat.locator("article.line-bot").last).to_contain_text("您对服务评定的异议已登记")
    expect(button).to_be_hidden()
