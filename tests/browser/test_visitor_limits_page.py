"""What the chat page shows when its network may open no more sessions, or a file must wait."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP
from tests.journeys.people import own_policy
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
Opens = Callable[..., Any]

# One session and then one in an hour; ten megabytes and then one.
FEW = ("sessions: {at_once: 100, per_hour: 720}\n    ident", "sessions: {at_once: 1, per_hour: 1}\n    ident")
SMALL = ("megabytes: {at_once: 12, per_hour: 20}\n  sess", "megabytes: {at_once: 10, per_hour: 1}\n  sess")


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server at which every limit is soon reached."""
    folder = tmp_path_factory.mktemp("narrow")
    with Server(folder / "data", policy=own_policy(folder, FEW, SMALL)) as running:
        yield running


@pytest.fixture(autouse=True)
def expect(chromium: Any) -> Any:
    """Playwright's patient assertions, imported only where there is a browser."""
    from playwright.sync_api import expect as found

    found.set_options(timeout=patience(10) * 1_000)
    return found


def test_a_page_that_may_open_no_session_says_until_when_and_asks_once(
    window: Opens, narrow: Server, expect: Any
) -> None:
    first = window(DESKTOP)
    first.goto(f"{narrow.url}/chat")
    expect(first.locator("#status-text")).to_have_text("机器人为您服务")
    page = window(DESKTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/sessions") else None)
    page.goto(f"{narrow.url}/chat")
    sentence = re.compile(
        r"^目前新开的会话太多，暂时不能开始新的会话，请在.+\d\d:\d\d 后再试。"
        r"着急的话，可以拨打服务热线 400-000-0000。$"
    )
    expect(page.locator("#banner")).to_have_text(sentence)
    expect(page.locator("#status-text")).to_have_text("暂时无法接入")
    page.locator("#text").fill("怎么查订单")
    page.locator("#text").press("Enter")
    retry = page.get_by_role("button", name="未发送 · 点此重试")
    expect(retry).to_be_visible()
    retry.click()
    expect(page.locator("#banner")).to_have_text(sentence)
    assert len(asked) == 1, "it asks again only when the time has come"
    _send_file(first, 6)
    expect(first.locator("#log")).to_contain_text("大图.jpg")
    _send_file(first, 6)
    expect(first.locator("#log")).to_contain_text("目前收到的文件太多，这个文件暂时不能接收，请在")


def _send_file(page: Any, megabytes: int) -> None:
    content = b"\xff\xd8\xff" + bytes(megabytes * 1024 * 1024)
    page.locator("#file").set_input_files({"name": "大图.jpg", "mimeType": "image/jpeg", "buffer": content})
