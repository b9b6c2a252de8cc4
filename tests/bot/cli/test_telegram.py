"""`jiedai telegram link`: a link for one customer, made at the terminal."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import open_service
from bot.auth import one_time_codes
from bot.config.settings import Settings
from bot.first_start import SAMPLE_CUSTOMERS
from tests.bot.cli.conftest import Terminal
from tests.fakes.telegram import TOKEN, FakeTelegram


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIEDAI_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("JIEDAI_TELEGRAM_API", "http://127.0.0.1:9")


@pytest.mark.usefixtures("bot")
async def test_a_link_is_good_for_its_customer_once(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    async with FakeTelegram() as api:
        monkeypatch.setenv("JIEDAI_TELEGRAM_API", api.base)
        found = await asyncio.to_thread(terminal.json, "telegram", "link", "C1001")
        printed = await asyncio.to_thread(terminal.here, "telegram", "link", "C1001")
        start = f"https://t.me/{api.bot['username']}?start=c_"
    assert (found["customer"], found["expires_in"], found["url"].startswith(start)) == ("C1001", 600, True)
    assert printed.splitlines()[0].startswith(start)
    assert printed.splitlines()[1] == "Good once, for 10 minutes; hand it to nobody but this customer."
    service = open_service(Settings(data=terminal.data), "none")
    code = printed.splitlines()[0].removeprefix(start)  # the newer one ended the other
    now = service.clock()
    redeemed = service.database.write_now(one_time_codes.redeem, service.token_secret, "customer", code, now)
    service.database.close()
    assert redeemed == "C1001"


def test_without_a_bot_there_is_no_link(terminal: Terminal) -> None:
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    assert terminal.refused_here("telegram", "link", "C1001") == (
        "jiedai: No Telegram bot is set up; set JIEDAI_TELEGRAM_TOKEN to the token that BotFather gave."
    )


@pytest.mark.usefixtures("bot")
def test_a_link_for_nobody_is_refused(terminal: Terminal) -> None:
    assert terminal.refused_here("telegram", "link", "C9") == (
        'jiedai: There is no customer "C9"; import the CRM with `jiedai customers import`.'
    )


def test_a_token_that_is_none_is_named_without_being_printed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIEDAI_TELEGRAM_TOKEN", "hunter2")
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    assert terminal.refused_here("telegram", "link", "C1001") == (
        "jiedai: JIEDAI_TELEGRAM_TOKEN is not a bot token; it must look like 123456:ABC-DEF, as BotFather gave it."
    )


@pytest.mark.usefixtures("bot")
def test_a_telegram_that_cannot_be_reached_is_said_to_be_so(terminal: Terminal) -> None:
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    told = terminal.refused_here("telegram", "link", "C1001")
    assert told.startswith("jiedai: Telegram cannot be asked for the bot's name (TelegramNetworkError:")
    assert told.endswith("); try again.")
    assert TOKEN not in told
