"""Records are drawn, drawn again, scored and counted in the terminal; what cannot be is said in a sentence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import open_service
from bot.config.settings import read_settings
from escalation.staff import disable_staff
from escalation.supervision.inspection_tables import inspections
from escalation.tickets import ticket_store
from escalation.tickets.access import sees
from tests.bot.cli.conftest import Terminal
from tests.bot.inspected import ended
from tests.bot.scene import Scene

ANSWERS = ("--answer", "wording=yes", "--answer", "steps=no", "--answer", "attitude=4", "--answer", "record=na")


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The service of our data folder, at the clock's instant."""
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


@pytest.fixture
def drawn(terminal: Terminal, scene: Scene) -> int:
    """The only ticket, of li, drawn for zhang a minute later."""
    scene.staff("zhang", "inspector", [])
    number = ended(scene, scene.staff("li"), "a")
    scene.clock.advance(minutes=1)
    terminal.here("inspections", "draw", "zhang", "--seed", "s1")
    return number


def test_an_inspector_reads_what_was_drawn_and_nothing_else(terminal: Terminal, scene: Scene) -> None:
    li, zhang = scene.staff("li"), scene.staff("zhang", "inspector", [])
    numbers = {ended(scene, li, address) for address in ("a", "b", "c")}
    scene.visitor("d").say("转人工")
    scene.clock.advance(minutes=1)
    drawn = terminal.json("inspections", "draw", "zhang", "--count", "2", "--share", "100%")["tickets"]
    assert len(set(drawn)) == 2
    rest = terminal.here("inspections", "draw", "zhang", "--seed", "s2").strip()
    assert rest == f"zhang can read 1 ticket more: #{(numbers - set(drawn)).pop()}. Draw 2, seed s2."
    found = scene.read(ticket_store.find_tickets)
    assert {ticket.id for ticket in found if sees(zhang, ticket)} == numbers


def test_a_draw_is_made_again_and_another_sample_is_found_out(terminal: Terminal, scene: Scene, drawn: int) -> None:
    assert terminal.here("inspections", "check", "1").strip() == "Draw 1 by seed s1 of 1 ticket draws the same."
    scene.write(lambda db: db.execute(inspections.delete()))
    assert terminal.refused_here("inspections", "check", "1", code=1) == (
        f"Draw 1 by seed s1 of 1 ticket draws #{drawn} instead of none."
    )
    assert terminal.refused_here("inspections", "check", "9") == (
        "jiedai: There is no draw 9; `jiedai inspections list` shows those there are."
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("li",), '"li" is no inspector; `jiedai staff set` gives the role.'),
        (("zhang", "--count", "0"), "The number of tickets to draw must be from 1 to 200; found 0."),
        (("zhang", "--share", "0%"), 'The share must be above 0 and at most 100%, such as 5%; found "0%".'),
        (("zhang", "--share", "101%"), 'The share must be above 0 and at most 100%, such as 5%; found "101%".'),
        (("zhang", "--least", "-1"), "The least of each agent must be from 0 to 200; found -1."),
        (("zhang", "--seed", ""), "The seed must have 1 to 64 characters; found 0."),
        (("nobody",), 'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'),
        (("zhang",), "No ticket that an agent held ended in this period; choose another with --days."),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(
    terminal: Terminal, scene: Scene, words: tuple[str, ...], sentence: str
) -> None:
    scene.staff("li")
    scene.staff("zhang", "inspector", [])
    assert terminal.refused_here("inspections", "draw", *words) == f"jiedai: {sentence}"


def test_a_record_is_scored_once_and_counts(terminal: Terminal, scene: Scene, drawn: int) -> None:
    score = ("inspections", "score", str(drawn), "--as", "zhang")
    assert terminal.here(*score, "--answer", "steps=no", "--draft").strip() == "The draft on ticket 1 is kept."
    told = terminal.here(*score, *ANSWERS, "--remark", "steps=没有核对", "--overall", "电话13900001234已打").strip()
    assert told == "Ticket 1 is scored: 55 of 100. Its agent is told."  # (20 + 0 + 30 × 4/5) / 80
    assert terminal.refused_here(*score, *ANSWERS) == (
        "jiedai: Ticket 1 was scored by them already; a score is submitted once."
    )
    (one,) = terminal.json("inspections", "list")
    assert (one["agent"], one["inspector"], one["counts"], one["remarks"]) == ("li", "zhang", 55, {"steps": "没有核对"})
    assert "13900001234" not in one["overall"]
    shown = terminal.here("inspections", "show", "1")
    assert "li, inspected by zhang: 55 of 100." in shown
    assert "没有核对" in shown
    figures = json.loads(terminal.here("inspections", "results", "--format", "json"))
    assert (figures["li"]["mean"], figures["li"]["items_met"], figures["li"]["items_applicable"]) == (55, 2, 3)
    assert figures["li"] == figures["all"]
    rows = list(csv.reader(io.StringIO(terminal.here("inspections", "results", "--by", "tier", "--format", "csv"))))
    assert rows[0] == ["tier", "drawn", "scored", "mean", "adherence", "objected", "upheld"]
    assert rows[-1] == ["all", "1", "1", "55.0", "67%", "0", "0"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("9", "--answer", "wording=yes"), "Ticket 9 was not drawn for them, so that they cannot score it."),
        (
            ("1", "--answer", "speed=yes"),
            'The checklist of this draw has no item "speed"; it has wording, steps, attitude, record.',
        ),
        (("1", "--answer", "wording=5"), 'The answer to "wording" must be yes, no, na; found "5".'),
        (("1", "--answer", "wording=yes"), 'Every item must be answered; "steps" is not.'),
        (("1", "--answer", "wording"), 'Write --answer as ITEM=VALUE; found "wording".'),
    ],
)
def test_what_cannot_be_scored_is_said_in_a_sentence(
    terminal: Terminal, drawn: int, words: tuple[str, ...], sentence: str
) -> None:
    assert terminal.refused_here("inspections", "score", *words, "--as", "zhang") == f"jiedai: {sentence}"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("list", "--format", "xml"), 'The format must be one of text, json, csv; found "xml".'),
        (("list", "--period", "2026"), 'Write the period as 2026-11 or 2026-Q4; found "2026".'),
        (("results", "--by", "moon"), '--by must be one of period, tier, agent, queue; found "moon".'),
        (("results", "--agent", "nobody"), 'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'),
        (("show", "9"), "Ticket 9 was not drawn; `jiedai inspections list` shows those that were."),
        (("sheet", "li", "--period", "Q4"), 'Write the period as 2026-11 or 2026-Q4; found "Q4".'),
    ],
)
def test_what_cannot_be_listed_is_said_in_a_sentence(
    terminal: Terminal, scene: Scene, words: tuple[str, ...], sentence: str
) -> None:
    scene.staff("li")
    assert terminal.refused_here("inspections", *words) == f"jiedai: {sentence}"


def test_the_sheet_of_somebody_who_left_says_so_and_that_nothing_is_deducted(
    terminal: Terminal, scene: Scene, drawn: int
) -> None:
    terminal.here("inspections", "score", str(drawn), "--as", "zhang", *ANSWERS)
    scene.write(disable_staff, "li", scene.now)
    shown = terminal.here("inspections", "sheet", "li", "--period", "2026-Q4")
    assert shown.startswith("li can no longer sign in; the scores stay.\n")
    assert shown.endswith("These figures inform the appraisal; nothing is deducted automatically.\n")
    assert terminal.json("inspections", "sheet", "li", "--period", "2026-10")["drawn"] == 0
    assert terminal.json("inspections", "sheet", "li", "--period", "2026-11")["mean"] == 55
