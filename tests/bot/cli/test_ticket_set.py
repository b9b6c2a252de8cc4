"""`jiedai tickets set|reopen|undo|merge`: what people set right, open again, take back and join, from the terminal."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.agents.actions import Claim, Record, Release, Resolve
from bot.app import open_service
from bot.config.settings import read_settings
from escalation.staff import Staff
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import UNKNOWN, Scene

LI_HOLDS = "Done: ticket 1 is claimed in 通用客服, held by 客服li.\n"


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A ticket that waits, at the clock's instant."""
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    made = Scene(service.database, service.rules.policy, service.rules.vault, clock)
    made.visitor().say("转人工")
    yield made
    service.database.close()


@pytest.fixture
def li(scene: Scene) -> Staff:
    """Holds it."""
    return scene.claimed_by(scene.staff("li"))


def another(scene: Scene, customer: str, address: str) -> int:
    """A further ticket, of this contact."""
    visitor = scene.visitor(address, customer=customer)
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


# ── set ──────────────────────────────────────────────────────────────────


def test_everything_is_set_by_one_command(terminal: Terminal, scene: Scene, li: Staff) -> None:
    words = ("--title", "主板坏了", "--topic", "故障", "--urgency", "urgent", "--gravity", "complex")
    assert terminal.here("tickets", "set", "1", "--as", "li", *words) == LI_HOLDS
    ticket = scene.ticket
    assert (ticket.subject, ticket.topic, ticket.urgency, ticket.gravity) == ("主板坏了", "故障", "urgent", "complex")
    done = terminal.json("tickets", "set", "1", "--as", "li", "--topic", "none", "--gravity", "none")
    assert done == {"ticket": 1, "state": "claimed", "queue": "通用客服", "holder": "客服li"}
    assert (scene.ticket.topic, scene.ticket.gravity) == (None, "")


def test_a_complaint_is_set_and_taken_away_with_a_reason(terminal: Terminal, scene: Scene, li: Staff) -> None:
    terminal.here("tickets", "set", "1", "--as", "li", "--complaint", "yes")
    assert scene.clock_of("complaint_settled").state == "open"
    terminal.here("tickets", "set", "1", "--as", "li", "--complaint", "no", "--reason", "客户只是催修")
    assert (scene.ticket.complaint, scene.clock_of("complaint_settled").state) == (False, "cancelled")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("1", "--as", "li"), "Say what to set; see `jiedai tickets set --help`."),
        (("1", "--as", "li", "--title", " "), "The text is empty; write something."),
        (("1", "--as", "li", "--title", "长" * 601), "The text is too long; make it shorter."),
        (("1", "--as", "li", "--urgency", "low", "--reason", "长" * 501), "The text is too long; make it shorter."),
        (("1", "--as", "li", "--topic", "火星"), "The policy has no such topic; `topics` in the policy file lists them."),
        (("1", "--as", "li", "--urgency", "火急"), "The policy has no such urgency; `urgencies` in the policy file lists them."),
        (("1", "--as", "li", "--urgency", "low"), "Say why with --reason: the ticket becomes less urgent, or is no complaint any more."),
        (("1", "--as", "li", "--gravity", "huge"), "The gravity must be major, complex or none."),
        (("1", "--as", "li", "--incident", "404"), "There is no such interruption; `jiedai incident list` shows those there are."),
        (("1", "--as", "li", "--incident", "停电"), "There is no such interruption; `jiedai incident list` shows those there are."),
        (("1", "--as", "wang", "--topic", "故障"), "Ticket 1 is held by 客服li; only its holder can do this."),
        (("1", "--as", "deng", "--topic", "故障"), "Ticket 1 is in a queue they do not work; a lead can do this."),
        (("9", "--as", "li", "--topic", "故障"), "There is no ticket 9; `jiedai tickets list --all` shows those there are."),
        (("1", "--as", "nobody", "--topic", "故障"), 'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'),
    ],
)  # fmt: skip
def test_what_cannot_be_set_ends_with_a_sentence(
    terminal: Terminal, scene: Scene, li: Staff, words: tuple[str, ...], sentence: str
) -> None:
    scene.staff("wang")
    scene.staff("deng", queues=("技术支持",))
    before = scene.ticket
    assert terminal.refused_here("tickets", "set", *words) == f"jiedai: {sentence}"
    assert scene.ticket == before


def test_of_a_finished_ticket_only_what_moves_no_clock_is_set(terminal: Terminal, scene: Scene, li: Staff) -> None:
    scene.act(li, Resolve(why="当场解决"))
    assert terminal.refused_here("tickets", "set", "1", "--as", "li", "--gravity", "major") == (
        "jiedai: Ticket 1 is finished; nothing more can be done with it."
    )
    terminal.here("tickets", "set", "1", "--as", "li", "--topic", "故障")
    assert (scene.ticket.state, scene.ticket.topic) == ("resolved", "故障")


# ── undo ─────────────────────────────────────────────────────────────────


def test_what_was_just_done_is_taken_back(terminal: Terminal, scene: Scene, li: Staff) -> None:
    scene.act(li, Resolve(why="当场解决"))
    assert terminal.here("tickets", "undo", "1", "--as", "li") == LI_HOLDS
    scene.act(li, Release())
    scene.staff("zhou", "lead")
    assert terminal.here("tickets", "undo", "1", "--as", "zhou") == LI_HOLDS


def test_what_cannot_be_taken_back_ends_with_a_sentence(terminal: Terminal, scene: Scene, li: Staff) -> None:
    undo = ("tickets", "undo", "1", "--as")
    assert terminal.refused_here(*undo, "li") == "jiedai: Nothing of late on ticket 1 can be undone."
    scene.act(li, Record("called"))
    scene.staff("wang")
    assert terminal.refused_here(*undo, "wang") == "jiedai: It was done by 客服li; only they or a lead can undo it."
    scene.clock.advance(seconds=61)
    assert terminal.refused_here(*undo, "li") == "jiedai: It was more than a minute ago; it can no longer be undone."
    missing = "jiedai: There is no ticket 9; `jiedai tickets list --all` shows those there are."
    assert terminal.refused_here("tickets", "undo", "9", "--as", "li") == missing


# ── reopen ───────────────────────────────────────────────────────────────


def test_an_ended_ticket_is_opened_again(terminal: Terminal, scene: Scene, li: Staff) -> None:
    scene.act(li, Resolve(why="当场解决"))
    scene.pass_time(days=40)
    assert terminal.here("tickets", "reopen", "1", "--as", "li") == "Done: ticket 1 is waiting in 通用客服.\n"
    scene.act(li, Claim())
    scene.act(li, Resolve(why="当场解决"))
    assert terminal.here("tickets", "reopen", "1", "--as", "li", "--hold") == LI_HOLDS


def test_what_cannot_be_opened_again_ends_with_a_sentence(terminal: Terminal, scene: Scene, li: Staff) -> None:
    reopen = ("tickets", "reopen", "1", "--as")
    open_still = "jiedai: Ticket 1 is still being worked on; this can be done once it is resolved."
    assert terminal.refused_here(*reopen, "li") == open_still
    scene.act(li, Resolve(why="当场解决"))
    scene.staff("deng", queues=("技术支持",))
    not_theirs = "jiedai: Ticket 1 is in a queue they do not work; a lead can do this."
    assert terminal.refused_here(*reopen, "deng") == not_theirs
    assert scene.ticket.state == "resolved"


# ── merge ────────────────────────────────────────────────────────────────


@pytest.fixture
def pair(scene: Scene, li: Staff) -> tuple[int, int]:
    """Tickets of two colleagues of one organisation, which the queue of the highest tier has."""
    return another(scene, "C1002", "bert"), another(scene, "C1003", "carl")


def test_two_tickets_become_one(terminal: Terminal, scene: Scene, pair: tuple[int, int]) -> None:
    assert terminal.here("tickets", "merge", "3", "2", "--as", "li") == (
        "Done: ticket 3 goes on in ticket 2, which is waiting in 特级专席.\n"
    )
    fourth = another(scene, "C1001", "dora")
    told = terminal.json("tickets", "merge", str(fourth), "2", "--as", "li")
    assert told == {"ticket": 2, "merged": fourth, "state": "waiting", "queue": "特级专席"}
    gone = "jiedai: One of the tickets has been merged into another already; use the one it went into."
    assert terminal.refused_here("tickets", "reopen", "3", "--as", "li") == gone
    assert terminal.refused_here("tickets", "merge", "2", "3", "--as", "li") == gone


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("2", "2", "--as", "li"), "Ticket 2 cannot be merged into itself; name another one."),
        (("1", "2", "--as", "li"), "It is not certain that both tickets are of one customer; identify the customer first."),
        (("4", "2", "--as", "li"), "The tickets are of customers of different organisations and cannot be merged."),
        (("2", "9", "--as", "li"), "There is no such ticket to merge into; `jiedai tickets list --all` shows those there are."),
        (("9", "2", "--as", "li"), "There is no ticket 9; `jiedai tickets list --all` shows those there are."),
        (("2", "3", "--as", "deng"), "Ticket 2 is in a queue they do not work; a lead can do this."),
        (("1", "2", "--as", "deng"), "They may not act on the ticket to merge into; a lead can do this."),
        (("3", "2", "--as", "li"), "Ticket 3 is held by 客服wang; only its holder can do this."),
        (("5", "2", "--as", "li"), "A finished ticket cannot be merged; both must still be worked on."),
    ],
)  # fmt: skip
def test_what_cannot_become_one_ends_with_a_sentence(
    terminal: Terminal, scene: Scene, li: Staff, pair: tuple[int, int], words: tuple[str, ...], sentence: str
) -> None:
    scene.staff("deng", queues=("通用客服",))
    wang = scene.staff("wang")
    scene.act(wang, Claim(), pair[1])
    another(scene, "C1007", "emil")
    ended = another(scene, "C1001", "fred")
    scene.act(li, Claim(), ended)
    scene.act(li, Resolve(why="当场解决"), ended)
    assert terminal.refused_here("tickets", "merge", *words) == f"jiedai: {sentence}"
    assert all(ticket.merged_into is None for ticket in scene.tickets)
