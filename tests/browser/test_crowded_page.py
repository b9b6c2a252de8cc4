"""A chat page for whose live updates there is no room asks for news instead, and says nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from bot.web.edge.capacity import STREAMS_PER_SESSION
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_page_without_a_stream_shows_what_is_said(
    server: Server, customer: Callable[..., Any], http: httpx.Client
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    page = customer()
    expect(page.locator("#status-text")).to_have_text("机器人为您服务")
    token = page.evaluate("localStorage.getItem('jiedai.session')")
    who = {"Authorization": f"Bearer {token}"}
    with ExitStack() as held:
        page.goto("about:blank")
        opened = 0
        while opened < STREAMS_PER_SESSION:  # the page's own stream may end a moment later than the page
            stream = held.enter_context(http.stream("GET", f"{server.url}/api/chat/stream", headers=who))
            opened += stream.status_code == 200
        page.goto(f"{server.url}/chat")
        page.locator("#text").fill("怎么查订单")
        page.locator("#text").press("Enter")
        expect(page.locator("#log")).to_contain_text("我的订单")
        expect(page.locator("#status-text")).to_have_text("机器人为您服务")
        message = {"key": "another-page", "text": "怎么开发票"}
        http.post(f"{server.url}/api/chat/messages", json=message, headers=who).raise_for_status()
        expect(page.locator("#log")).to_contain_text("怎么开发票")
