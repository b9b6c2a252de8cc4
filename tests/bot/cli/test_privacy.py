"""`jiedai privacy retention|hold|holds`: what would go, what goes, what is held on which ground, and what is refused."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import session
from tests.bot.cli.conftest import Terminal
from tests.conftest import MONDAY_MORNING
from tests.escalation.policy.small_policy import SHIPPED

HEAD = "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity\n"
LATER = timedelta(days=1200)


class MovedClock:
    """The commands' clock, which a test moves."""

    now = MONDAY_MORNING


@pytest.fixture
def ended(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A contact with one ticket, resolved on Monday morning; the clock stands some three years later."""
    real, MovedClock.now = session.open_or_explain, MONDAY_MORNING

    def standing(*given: Any, **more: Any) -> Any:
        service = real(*given, **more)
        service.clock = lambda: MovedClock.now
        return service

    monkeypatch.setattr(session, "open_or_explain", standing)
    path = tmp_path / "crm.csv"
    path.write_text(HEAD + "C1,江海银行,周文博,13800000001,zhou@example.com,2800000,26,4,4\n", encoding="utf-8")
    terminal.here("customers", "import", str(path))
    terminal.here("staff", "add", "lin", "--role", "admin", "--queue", "*")
    terminal.here("tickets", "open", "打印机卡纸", "--customer", "C1", "--channel", "phone", "--as", "lin")
    for words in (("claim", "1"), ("record", "1", "called"), ("resolve", "1", "--reason", "修好了")):
        terminal.here("tickets", *words, "--as", "lin")
    MovedClock.now = MONDAY_MORNING + LATER
    return terminal


def dry_run(terminal: Terminal) -> dict[str, Any]:
    return {each["what"]: each for each in terminal.json("privacy", "retention", "--dry-run")}


def test_a_dry_run_says_what_would_go_and_since_when(ended: Terminal) -> None:
    found = dry_run(ended)
    numbered = {"files", "lines", "tickets", "gaps", "notices", "pages", "posted", "journal", "contacts"}
    assert set(found) == numbered | {"customer_notes", "set_aside", "judged"}
    assert (found["tickets"]["class"], found["tickets"]["going"]) == ("transcript", 1)
    assert found["tickets"]["oldest"] == MONDAY_MORNING.date().isoformat()
    assert dry_run(ended)["tickets"]["going"] == 1, "nothing went"


def test_what_was_kept_long_enough_goes_and_the_chains_verify(ended: Terminal) -> None:
    said = ended.here("privacy", "retention")
    assert said.startswith("Gone today: ")
    assert "1 tickets" in said
    assert dry_run(ended)["tickets"]["going"] == 0
    verified = ended.here("audit", "verify")
    assert "faults: 0." in verified
    assert "had been kept long enough: what they said is gone; their hashes stand." in verified
    assert ended.here("privacy", "retention") == said, "a second time the same day nothing is left to go"


@pytest.mark.parametrize("words", [("--dry-run",), ()])
def test_without_periods_in_the_policy_nothing_goes_and_it_says_what_to_write(
    ended: Terminal, tmp_path: Path, words: tuple[str, ...]
) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    unstated = re.sub(r"(?m)^  retention:\n(    .*\n)+", "", shipped)
    assert unstated != shipped
    path = tmp_path / "policy.yaml"
    path.write_text(unstated, encoding="utf-8")
    assert ended.here("privacy", "retention", *words, "--policy", str(path)) == (
        "The policy has no `privacy: retention:`, so nothing is deleted by itself. Write a period for each class, such as `transcript: 3y` (`retention: {}` is two years each), into a copy first: `jiedai privacy retention --dry-run --policy COPY` says what would go.\n"
    )
    assert dry_run(ended)["tickets"]["going"] == 1


def test_a_hold_is_listed_and_counted_as_the_ground_on_which_something_stays(ended: Terminal) -> None:
    said = ended.here("privacy", "hold", "1", "--ground", "诉讼", "--until", "2032-12-31", "--as", "lin")
    assert said == "ticket:1 is held until 2032-12-31: 诉讼.\n"
    [held] = ended.json("privacy", "holds")
    assert (held["ticket"], held["contact"], held["ground"], held["until"]) == (1, None, "诉讼", "2032-12-31")
    assert dry_run(ended)["tickets"]["kept"] == {"诉讼 (until 2032-12-31)": 1}
    assert "1 for 诉讼 (until 2032-12-31)" in ended.here("privacy", "retention", "--dry-run")


def test_a_contact_is_held_by_id_or_name(ended: Terminal) -> None:
    said = ended.here("privacy", "hold", "周文博", "--ground", "审计", "--until", "2032-12-31", "--as", "lin")
    assert said == "customer:C1 is held until 2032-12-31: 审计.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("1", "--until", "2032-12-31"), "A hold needs a ground in words and a last day."),
        (("1", "--ground", "诉讼"), "A hold needs a ground in words and a last day."),
        (("1", "--ground", "诉讼", "--until", "2029-01-01"), "2029-01-01 is over; a hold ends in the future."),
        (("1", "--ground", "诉讼", "--until", "tomorrow"), 'A day is written such as 2027-12-31; found "tomorrow".'),
        (
            ("9", "--ground", "诉讼", "--until", "2032-12-31"),
            "There is no ticket 9; `jiedai tickets list --all` shows those there are.",
        ),
    ],
)
def test_a_hold_that_lacks_something_is_refused(ended: Terminal, words: tuple[str, ...], sentence: str) -> None:
    assert ended.refused_here("privacy", "hold", *words, "--as", "lin") == f"jiedai: {sentence}"
