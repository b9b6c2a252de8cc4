"""`jiedai tickets find`: what somebody remembers, typed after it, finds the ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.agents.actions import Claim, Note, Resolve
from bot.app import open_service
from bot.config.settings import read_settings
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import UNKNOWN, Scene


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


@pytest.fixture
def three(scene: Scene) -> Scene:
    """Three tickets: the first with a note, the second of a known customer and solved."""
    agent = scene.staff("li")
    for address, customer in (("anna", None), ("bert", "C1003"), ("carl", None)):
        visitor = scene.visitor(address, customer=customer)
        visitor.say(UNKNOWN)
        visitor.say("转人工")
    scene.act(agent, Note("已请仓库补寄墨盒"), 1)
    scene.act(agent, Claim(), 2)
    scene.act(agent, Resolve(why="当场解决"), 2)
    return scene


def numbers(found: Any) -> list[int]:
    return [each["ticket"] for each in found["tickets"]]


def test_words_and_options_narrow_what_is_found(terminal: Terminal, three: Scene) -> None:
    assert numbers(terminal.json("tickets", "find")) == [3, 2, 1]
    assert numbers(terminal.json("tickets", "find", "秋天", "墨盒")) == [1]
    assert numbers(terminal.json("tickets", "find", "c1003")) == [2]
    assert numbers(terminal.json("tickets", "find", "--agent", "li")) == [2]
    assert numbers(terminal.json("tickets", "find", "--finished")) == [2]
    assert numbers(terminal.json("tickets", "find", "--from", "2026-11-24")) == []
    assert numbers(terminal.json("tickets", "find", "--from", "2026-11-23", "--to", "2026-11-23")) == [3, 2, 1]
    assert terminal.here("tickets", "find", "没有这样的话") == "No such tickets.\n"


def test_a_page_names_the_next(terminal: Terminal, three: Scene) -> None:
    printed = terminal.here("tickets", "find", "--limit", "2")
    assert printed.splitlines()[-1] == "Tickets: 3, of which 2 are shown; the next page: --after 2"
    assert terminal.json("tickets", "find", "--limit", "2", "--after", "2")["next"] is None
    assert numbers(terminal.json("tickets", "find", "--limit", "2", "--after", "2")) == [1]


def test_the_journal_says_that_tickets_were_found_and_not_by_which_words(terminal: Terminal, three: Scene) -> None:
    terminal.here("tickets", "find", "秋天")
    journal = terminal.here("audit", "journal")
    assert "tickets found" in journal
    assert "秋天" not in journal


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "gestern"), 'jiedai: A day must be written such as 2026-11-23; found "gestern".'),
        (("--to", "9999-12-31"), 'jiedai: A day must be written such as 2026-11-23; found "9999-12-31".'),
        (("--from", "2026-11-24", "--to", "2026-11-23"), "jiedai: --from is later than --to; swap the two."),
        (("--limit", "0"), "jiedai: --limit must be 1 to 1,000."),
        (("--agent", "zhou"), 'jiedai: Nobody signs in as "zhou"; `jiedai staff list` shows who does.'),
        (("--tier", "VIP"), 'jiedai: The policy has no tier "VIP"; it has 特级, 一级, 二级, 三级.'),
    ],
)
def test_what_cannot_be_meant_is_refused(
    terminal: Terminal, three: Scene, words: tuple[str, ...], sentence: str
) -> None:
    assert terminal.refused_here("tickets", "find", *words) == sentence
