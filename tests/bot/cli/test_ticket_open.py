"""`jiedai tickets open`: a call from the terminal."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import open_service
from bot.config.settings import read_settings
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The service of our data folder, at the clock's instant."""
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


def test_a_call_is_opened_with_its_clocks(terminal: Terminal, scene: Scene) -> None:
    scene.staff("li")
    opened = ("tickets", "open", "打印机卡纸", "--as", "li", "--channel", "phone", "--caller", "王女士")
    assert terminal.here(*opened, "--raised", "2026-11-23T09:30+08:00") == (
        f"Opened: ticket {scene.ticket.id} is waiting in 通用客服; first contact by 2026-11-23T11:30:00+08:00.\n"
    )
    assert terminal.json(*opened, "--answered", "--hold")["first_contact_by"] is None
    assert scene.ticket.holder_id is not None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--caller", "王", "--raised", "2026-11-24T09:30+08:00"), "The matter cannot have been raised later than now."),
        (("--caller", "王", "--raised", "09:30"), 'An instant must be ISO 8601 with an offset, such as 2026-10-09T20:30+08:00; found "09:30".'),
        ((), "Say whose matter it is: --customer ID, or --caller TEXT for somebody who is no customer yet."),
        (("--caller", "王", "--topic", "火星"), None),
    ],
)  # fmt: skip
def test_what_cannot_be_entered_ends_with_a_sentence(
    terminal: Terminal, scene: Scene, more: tuple[str, ...], sentence: str | None
) -> None:
    scene.staff("li")
    printed = terminal.refused_here("tickets", "open", "卡纸", "--as", "li", "--channel", "phone", *more)
    if sentence is not None:
        assert printed == f"jiedai: {sentence}"
    assert scene.tickets == []
