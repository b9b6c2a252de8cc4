"""`jiedai customers tier|proposals|approve|reject|history`."""

from __future__ import annotations

import pytest

from bot.first_start import SAMPLE_CUSTOMERS
from tests.bot.cli.conftest import Terminal

WISH = ("customers", "tier", "C1015", "--tier", "特级", "--reason", "战略合作", "--expires", "2099-12-31")


@pytest.fixture
def office(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("SUDO_USER", "zhang")
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    return terminal


def test_two_people_at_the_terminal_set_a_tier(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert office.here(*WISH) == (
        "The wish waits for a second person: in the console, or `jiedai customers approve NUMBER`.\n"
    )
    waiting = [each for each in office.json("customers", "proposals")["proposals"] if each["customer"] == "C1015"]
    number = str(waiting[0]["number"])
    assert waiting[0] | {"number": 0} == {
        "number": 0,
        "customer": "C1015",
        "tier": "特级",
        "expires": "2099-12-31",
        "reason": "战略合作",
        "proposed_by": "cli zhang",
    }
    assert "战略合作" in office.here("customers", "proposals")
    assert office.refused_here("customers", "approve", number) == (
        "jiedai: cli zhang proposed this tier and cannot approve it; a second person must."
    )
    monkeypatch.setenv("SUDO_USER", "wang")
    assert office.here("customers", "approve", number) == "In force: 二级 → 特级; open tickets have followed.\n"
    steps = office.json("customers", "history", "C1016")["steps"]
    assert [(step["what"], step["from"], step["to"], step["decided_by"]) for step in steps] == [
        ("approved", "二级", "特级", "cli wang"),
        ("proposed", "二级", "二级", ""),
    ]
    assert office.here(*WISH) == (
        "Nothing changes: this is in force, waits already, or was rejected in the same words.\n"
    )


def test_no_text_of_the_history_is_lost_where_nobody_looks_at_a_terminal(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    reason = "战略合作，" * 60
    office.here("customers", "tier", "C1015", "--tier", "特级", "--reason", reason, "--expires", "2099-12-31")
    (row,) = [line for line in office.here("customers", "history", "C1015").splitlines() if "proposed" in line][-1:]
    for each in (reason, "二级 → 二级", "cli zhang", "特级"):
        assert each in row


def test_a_merge_that_would_spread_a_tier_set_by_hand_is_refused(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "zhang")
    office.here(*WISH)
    monkeypatch.setenv("SUDO_USER", "wang")
    (waits,) = [each for each in office.json("customers", "proposals")["proposals"] if each["customer"] == "C1015"]
    office.here("customers", "approve", str(waits["number"]))
    assert office.refused_here("customers", "merge", "C1015", "C1001", "--organisations") == (
        "jiedai: The organisations have different tiers set by hand (that of C1015 has 特级 2099-12-31, that of C1001"
        " has none), and a merge by one person may not change whom one is for; wish for the same tier and last day for"
        " both, or for the end, and merge once a second person has agreed."
    )


def test_a_wish_is_turned_down(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    office.here(*WISH)
    number = str(office.json("customers", "proposals")["proposals"][-1]["number"])
    monkeypatch.setenv("SUDO_USER", "wang")
    assert office.refused_here("customers", "reject", number) == "jiedai: A reason in words is needed."
    assert office.here("customers", "reject", number, "--why", "合同尚未签订") == (
        f"Proposal {number} is rejected; the tier stays as it is.\n"
    )
    assert office.json("customers", "history", "C1015")["steps"][0]["reason"] == "合同尚未签订"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("C1015", "--reason", "x"),
            "Give --tier and --expires for a tier set by hand, or --end alone to end it.",
        ),
        (
            ("C1015", "--reason", "x", "--tier", "特级", "--expires", "2027-02-30"),
            '--expires must be a date such as 2027-03-31; found "2027-02-30".',
        ),
        (
            ("C1015", "--reason", "x", "--tier", "特级", "--expires", "2020-01-31"),
            "A tier set by hand needs a last day that is still to come; 2020-01-31 is over.",
        ),
        (
            ("C1015", "--reason", "x", "--end"),
            "No tier is set by hand for this organisation, so that there is nothing to end.",
        ),
        (
            ("C9", "--reason", "x", "--end"),
            'There is no customer "C9"; import the CRM with `jiedai customers import`.',
        ),
    ],
)
def test_what_cannot_be_wished_is_refused_in_a_sentence(
    office: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    assert office.refused_here("customers", "tier", *words) == f"jiedai: {sentence}"
