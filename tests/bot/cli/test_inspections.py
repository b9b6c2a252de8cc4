"""Records for inspectors are drawn from what has ended, once each, and open nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.agents.actions import Claim, Record, Resolve
from bot.app import open_service
from bot.config.settings import read_settings
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import sees
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The service of our data folder, at the clock's instant."""
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


def ended(scene: Scene, who: Staff, address: str) -> int:
    scene.visitor(address).say("转人工")
    number = scene.ticket.id
    for action in (Claim(), Record("called"), Resolve(why="当场解决")):
        scene.act(who, action, number)
    return number


def test_an_inspector_reads_what_was_drawn_and_nothing_else(terminal: Terminal, scene: Scene) -> None:
    li, zhang = scene.staff("li"), scene.staff("zhang", "inspector", [])
    numbers = {ended(scene, li, address) for address in ("a", "b", "c")}
    scene.visitor("d").say("转人工")
    drawn = terminal.json("inspections", "draw", "zhang", "--count", "2")["tickets"]
    assert len(set(drawn)) == 2
    rest = terminal.here("inspections", "draw", "zhang").strip()
    assert rest == f"zhang can read 1 ticket more: #{(numbers - set(drawn)).pop()}."
    found = scene.read(ticket_store.find_tickets)
    assert {ticket.id for ticket in found if sees(zhang, ticket)} == numbers


def test_what_cannot_be_drawn_is_said_in_a_sentence(terminal: Terminal, scene: Scene) -> None:
    scene.staff("li")
    scene.staff("zhang", "inspector", [])
    assert terminal.refused_here("inspections", "draw", "li") == (
        'jiedai: "li" is no inspector; `jiedai staff set` gives the role.'
    )
    assert terminal.refused_here("inspections", "draw", "zhang", "--count", "0") == (
        "jiedai: The number of tickets to draw must be from 1 to 200; found 0."
    )
