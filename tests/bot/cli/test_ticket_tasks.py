"""`jiedai tickets tasks|answer|withdraw`: what colleagues are asked for, from the terminal."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Resolve
from bot.agents.helping import AskHelp, AskTask
from bot.app import open_service
from bot.config.settings import read_settings
from escalation.staff import Staff, find_credentials
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A ticket on which somebody was asked for help and somebody for an approval."""
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    made = Scene(service.database, service.rules.policy, service.rules.vault, clock)
    made.visitor().say("转人工")
    li = made.claimed_by(made.staff("li", queues=("通用客服",)))
    made.staff("deng", queues=("技术支持",))
    sun = made.staff("sun", "manager", ())
    made.act(li, AskHelp("技术", "怎么配双机"))
    made.act(li, AskTask("approval", sun.id, "老客户", made.now + timedelta(hours=2), "价格优惠", 120_000))
    yield made
    service.database.close()


def test_what_is_asked_for_is_listed_with_its_end(terminal: Terminal, scene: Scene) -> None:
    first, second = terminal.json("tickets", "tasks")
    assert (first["task"], first["kind"], first["people"], first["late"]) == (1, "help", ["客服deng"], False)
    assert (second["matter"], second["amount"], second["asked_by"]) == ("价格优惠", 1200, "客服li")
    assert terminal.json("tickets", "tasks", "--ticket", "99") == []
    assert "1,200 元" in terminal.here("tickets", "tasks")


def test_it_is_answered_and_withdrawn_by_somebodys_hand(terminal: Terminal, scene: Scene) -> None:
    assert (
        terminal.here("tickets", "answer", "1", "--as", "deng", "--text", "先停备机")
        == "Done: request 1 is answered.\n"
    )
    assert scene.clock_of("internal_support").state == "met"
    assert terminal.here("tickets", "withdraw", "2", "--as", "li") == "Done: request 2 is withdrawn.\n"
    assert terminal.here("tickets", "tasks") == "No open requests.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("answer", "9", "--as", "deng"),
            "There is no such request; `jiedai tickets tasks` shows those that are open.",
        ),
        (("answer", "1", "--as", "sun", "--text", "x"), "This person was not asked, and cannot answer."),
        (("answer", "1", "--as", "deng"), "The text is empty; write something."),
        (("answer", "2", "--as", "sun"), "Say whether it is approved: --agree or --refuse."),
        (("answer", "2", "--as", "sun", "--refuse"), "Say why it is refused."),
        (("answer", "2", "--as", "sun", "--refuse", "--agree"), "Give --agree or --refuse, not both."),
        (
            ("answer", "2", "--as", "li", "--agree"),
            "Nobody can approve what they asked for themselves; somebody else has to.",
        ),
        (
            ("withdraw", "1", "--as", "deng"),
            "Only who asked, the ticket's holder or a lead can withdraw the request.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    terminal: Terminal, scene: Scene, words: tuple[str, ...], sentence: str
) -> None:
    assert (
        terminal.refused("tickets", *words, "--data", str(terminal.data)).removeprefix("jiedai: ").strip() == sentence
    )


def colleague(scene: Scene, login: str) -> Staff:
    found: Staff = scene.read(find_credentials, login)[0]
    return found


@pytest.fixture
def settled(terminal: Terminal, scene: Scene) -> Scene:
    """The first is answered, the second withdrawn."""
    terminal.here("tickets", "answer", "1", "--as", "deng", "--text", "先停备机")
    terminal.here("tickets", "withdraw", "2", "--as", "li")
    return scene


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("answer", "1", "--as", "deng", "--text", "再答"), "The request has been answered by 客服deng already."),
        (("withdraw", "1", "--as", "li"), "The request has been answered by 客服deng already."),
        (("answer", "2", "--as", "sun", "--agree"), "The request has been withdrawn."),
        (("withdraw", "2", "--as", "li"), "The request has been withdrawn."),
        (("answer", "3", "--as", "deng", "--text", "长" * 4001), "The text is too long; make it shorter."),
        (("answer", "3", "--as", "nobody", "--text", "好"), 'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'),
        (("withdraw", "9", "--as", "li"), "There is no such request; `jiedai tickets tasks` shows those that are open."),
    ],
)  # fmt: skip
def test_what_is_settled_or_too_much_is_refused_in_a_sentence(
    terminal: Terminal, settled: Scene, words: tuple[str, ...], sentence: str
) -> None:
    li = colleague(settled, "li")
    settled.act(li, AskTask("task", colleague(settled, "deng").id, "备件", settled.now + timedelta(hours=2)))
    assert terminal.refused_here("tickets", *words) == f"jiedai: {sentence}"


def test_with_the_ticket_its_requests_end(terminal: Terminal, scene: Scene) -> None:
    scene.act(colleague(scene, "li"), Resolve(why="当场解决"))
    over = "jiedai: The ticket has ended, and with it the request."
    assert terminal.here("tickets", "tasks") == "No open requests.\n"
    assert terminal.refused_here("tickets", "answer", "1", "--as", "deng", "--text", "好") == over
    assert terminal.refused_here("tickets", "withdraw", "1", "--as", "li") == over
