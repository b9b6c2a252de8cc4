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


def test_a_danger_is_critical_at_once_and_the_terminal_says_why(terminal: Terminal, scene: Scene) -> None:
    scene.staff("li")
    opened = ("tickets", "open", "客户电话：机器冒烟了", "--as", "li", "--channel", "phone", "--caller", "王女士")
    assert terminal.here(*opened, "--raised", "2026-11-23T09:30+08:00") == (
        f"Opened: ticket {scene.ticket.id} is waiting in 特级专席; first contact by 2026-11-23T09:45:00+08:00.\n"
        f"Ticket {scene.ticket.id} is critical, because what was written tells of a danger; those on duty were told.\n"
    )
    value = terminal.json(*opened, "--urgency", "low")
    assert (value["urgency"], value["danger"]) == ("low", "kept")
    assert terminal.here(*opened, "--urgency", "low").endswith(
        f"What was written tells of a danger, and those on duty were told; a person has set the urgency of ticket {scene.ticket.id}, which stays. If there is a danger: `jiedai tickets grade {scene.ticket.id} critical --as LOGIN`.\n"
    )


@pytest.mark.parametrize("what", ["要烟灰色的机器", "电话里很火", "打火机订单", "没有冒烟"])
def test_what_only_sounds_like_a_danger_is_a_usual_ticket(terminal: Terminal, scene: Scene, what: str) -> None:
    scene.staff("li")
    value = terminal.json("tickets", "open", what, "--as", "li", "--channel", "phone", "--caller", "王女士")
    assert (value["urgency"], value["queue"], value["danger"]) == ("normal", "通用客服", None)


def test_a_doubtful_danger_is_asked_about(terminal: Terminal, scene: Scene) -> None:
    scene.staff("li")
    opened = ("tickets", "open", "客户问是不是冒烟？", "--as", "li", "--channel", "phone", "--caller", "王女士")
    assert terminal.here(*opened).splitlines()[-1] == (
        f"What was written may tell of a danger; nobody was told, and the urgency of ticket {scene.ticket.id} is unchanged. If there is one now: `jiedai tickets danger {scene.ticket.id} --as LOGIN`, which makes it critical and tells those on duty."
    )


def test_a_note_and_a_title_that_tell_of_a_danger_alarm(terminal: Terminal, scene: Scene) -> None:
    scene.staff("li")
    opened = ("tickets", "open", "打印机卡纸", "--as", "li", "--channel", "phone", "--caller", "王女士", "--hold")
    for said in (("tickets", "note", "客户来电：机器冒烟了"), ("tickets", "set", "--title", "打印机冒烟")):
        terminal.here(*opened)
        number = scene.ticket.id
        assert terminal.here(*said[:2], str(number), *said[2:], "--as", "li") == (
            f"Done: ticket {number} is claimed in 通用客服, held by 客服li.\n"
            f"Ticket {number} is critical, because what was written tells of a danger; those on duty were told.\n"
        )


def test_a_note_on_a_finished_ticket_asks_and_one_command_reopens_it(terminal: Terminal, scene: Scene) -> None:
    scene.staff("li")
    terminal.here(
        "tickets",
        "open",
        "打印机卡纸",
        "--as",
        "li",
        "--channel",
        "phone",
        "--caller",
        "王女士",
        "--hold",
        "--answered",
    )
    number = str(scene.ticket.id)
    terminal.here("tickets", "resolve", number, "--as", "li")
    assert terminal.here("tickets", "note", number, "客户来电：机器冒烟了", "--as", "li") == (
        f"Done: ticket {number} is resolved in 通用客服, held by 客服li.\n"
        f"What was written may tell of a danger; ticket {number} stays finished, and nobody was told. If there is one "
        f"now: `jiedai tickets danger {number} --as LOGIN`, which reopens it as critical and tells those on duty.\n"
    )
    done = terminal.here("tickets", "danger", number, "--as", "li")
    assert done == f"Done: ticket {number} is waiting in 特级专席.\n"
    assert scene.ticket.urgency == "critical"
