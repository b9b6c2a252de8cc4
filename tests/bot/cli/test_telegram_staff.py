"""An operator hands out a code for a person's Telegram account, and ends what the account may do."""

from __future__ import annotations

from bot.app import open_service
from bot.auth import messenger_accounts
from bot.config.settings import Settings
from bot.telegram.desk.accounts import redeem
from tests.bot.cli.conftest import Terminal


def test_a_code_links_an_account_until_it_is_ended(terminal: Terminal) -> None:
    terminal.here("staff", "add", "li", "--queue", "*")
    found = terminal.json("telegram", "staff-code", "li")
    assert (found["login"], found["expires_in"]) == ("li", 600)
    service = open_service(Settings(data=terminal.data), "none")
    told = service.database.write_now(redeem, service.token_secret, found["code"], 77, service.clock())
    assert told == "已关联客服账号「li」。现在可以在工单话题里发言、回复客户和点按钮了。"
    assert service.database.read_now(messenger_accounts.staff_of, 77) is not None
    service.database.close()
    assert terminal.here("telegram", "unlink", "li") == "The Telegram account of li acts for nobody any more.\n"
    assert terminal.here("telegram", "unlink", "li") == "li had no Telegram account linked.\n"
    assert terminal.json("telegram", "unlink", "li") == {"login": "li", "was_linked": False}


def test_people_read_what_to_send(terminal: Terminal) -> None:
    terminal.here("staff", "add", "li", "--queue", "*")
    first, second = terminal.here("telegram", "staff-code", "li").splitlines()
    assert first.startswith("/link ")
    assert second == "li sends this line to the bot in a private chat within 10 minutes; it works once."


def test_nobody_signs_in_as_that(terminal: Terminal) -> None:
    sentence = 'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'
    for command in ("staff-code", "unlink"):
        assert sentence in terminal.refused_here("telegram", command, "nobody")
