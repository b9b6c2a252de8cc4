"""The ticket's page tells that an agent is active in it, at once and every twenty seconds; an idle one is silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.people import Desk
from tests.patience import patience

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Opens = Callable[..., Any]
ACTIVE = "**/active"


def test_an_active_page_is_heard_every_twenty_seconds_and_an_idle_one_is_not(
    customer: Opens, agent: Opens, desk: Desk
) -> None:
    board, chat = agent(), customer(desk.new_contact("一级"))
    chat.locator("#text").fill("转人工")
    chat.locator("#text").press("Enter")
    card = board.locator("li.row").first.locator("a.card-link")
    card.wait_for(timeout=patience(10) * 1_000)
    board.clock.install()
    asked: list[str] = []
    board.on("request", lambda request: asked.append(request.url) if request.url.endswith("/active") else None)
    with board.expect_response(ACTIVE) as first:
        card.click()
    assert first.value.status == 204
    for _ in range(2):
        with board.expect_response(ACTIVE):
            board.clock.run_for(20_000)
    board.clock.run_for(60_000)
    idle_from = len(asked)
    board.clock.run_for(120_000)
    assert len(asked) == idle_from
    with board.expect_response(ACTIVE):  # whoever comes back is heard at once
        board.mouse.move(100, 100)
