"""A real Chromium before the real program; skipped, with a word, where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.first_start import SAMPLE_CUSTOMERS, SAMPLE_FAQ
from escalation.tickets.lifecycle import Ticket
from tests.journeys.people import Desk, Page, desk_at, new_client, own_policy, token_of
from tests.patience import patience
from tests.processes import Server, jiedai

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a password for the console"
PATIENCE = 10.0  # seconds
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

# The strategic customers' first contact in seconds, so that a clock can be watched turning amber and red.
WITHIN = "        within: 15m\n        basis: working\n        met_by: [replied, called]\n"


def find_chromium() -> str | None:
    """The browser to drive: JIEDAI_CHROMIUM, or whichever Chromium is on the path."""
    named = os.environ.get("JIEDAI_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


# Looked up while the tests are collected: their settings are taken away from them before they run.
CHROMIUM = find_chromium()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for a file of tests."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install one (Debian: apt-get install chromium) or set JIEDAI_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program with the sample content, on a policy whose strategic customers are called within seconds."""
    folder = tmp_path_factory.mktemp("browser")
    policy = own_policy(folder, (WITHIN, WITHIN.replace("15m", "13s")))
    for command, file in (("kb", SAMPLE_FAQ), ("customers", SAMPLE_CUSTOMERS)):
        done = jiedai(command, "import", file, "--data", folder / "data", "--policy", policy)
        assert done.returncode == 0, done.stderr
    with Server(folder / "data", policy=policy) as running:
        yield running


@pytest.fixture(scope="module")
def desk(server: Server) -> Iterator[Desk]:
    """The ledger behind the pages, and two agents who can sign in."""
    with desk_at(server) as found:
        found.hire("lin", "小林", password=PASSWORD)
        found.hire("wang", "小王", password=PASSWORD)
        yield found


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client for what a browser is not needed for."""
    with new_client() as client:
        yield client


@pytest.fixture
def window(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open a window of its own (own cookies, own storage); at the end none of them may have met an error."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_window(size: dict[str, int] = DESKTOP, **more: Any) -> Any:
        context = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", **more)
        context.set_default_timeout(patience(PATIENCE) * 1_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def customer(window: Callable[..., Any], server: Server) -> Callable[..., Any]:
    """A customer's page; with a CRM id, as the host site opens it for somebody it knows."""

    def open_chat(contact_id: str | None = None, size: dict[str, int] = DESKTOP, **more: Any) -> Any:
        page = window(size, **more)
        page.goto(f"{server.url}/chat" + (f"#token={token_of(server, contact_id)}" if contact_id else ""))
        return page

    return open_chat


@pytest.fixture
def ticket_of(server: Server, desk: Desk, http: httpx.Client) -> Callable[[Any], Ticket]:
    """The newest ticket of the customer before a chat page, once there is one."""

    def find(chat: Any) -> Ticket:
        return desk.ticket_of(Page(http, server.url, chat.evaluate("localStorage.getItem('jiedai.session')")))

    return find


@pytest.fixture
def agent(window: Callable[..., Any], server: Server, desk: Desk) -> Callable[..., Any]:
    """An agent's page, signed in and before the board."""

    def sign_in(login: str = "lin", size: dict[str, int] = DESKTOP) -> Any:
        page = window(size)
        page.goto(f"{server.url}/console")
        page.get_by_label("账号").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="工单", exact=True).wait_for()
        return page

    return sign_in


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Keep a picture of a page where JIEDAI_SHOTS says so."""
    folder = SHOTS

    def keep(page: Any, name: str) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"))

    return keep


SHOTS = os.environ.get("JIEDAI_SHOTS", "")
