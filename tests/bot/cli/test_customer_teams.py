"""`jiedai customers team|check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.settings import EXAMPLE_POLICY
from bot.first_start import SAMPLE_CUSTOMERS
from tests.bot.cli.conftest import Terminal

BANK = "C1001"


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    terminal.here("staff", "add", "wang", "--queue", "*")
    return terminal


def test_a_team_is_entered_shown_and_changed(office: Terminal) -> None:
    assert office.here("customers", "team", BANK) == "This organisation has no team of its own.\n"
    assert office.here("customers", "team", BANK, "--add", "wang=专家") == "wang: 专家\n"
    assert office.json("customers", "team", "C1002")["team"] == {"wang": "专家"}
    office.here("customers", "team", BANK, "--remove", "wang")
    assert office.json("customers", "team", BANK)["team"] == {}


def test_what_cannot_be_entered_is_refused_in_a_sentence(office: Terminal) -> None:
    assert office.refused_here("customers", "team", BANK, "--add", "wang") == (
        'jiedai: --add must be LOGIN=POST such as wang=expert; found "wang".'
    )
    assert office.refused_here("customers", "team", BANK, "--add", "li=专家") == (
        'jiedai: Nobody signs in as "li"; `jiedai staff list` shows who does.'
    )
    assert office.refused_here("customers", "team", BANK, "--remove", "wang") == (
        'jiedai: "wang" is not in the team of C1001.'
    )
    assert office.refused_here("customers", "team", "C9") == (
        'jiedai: There is no customer "C9"; import the CRM with `jiedai customers import`.'
    )


def test_whoever_serves_too_many_customers_is_named(office: Terminal, tmp_path: Path) -> None:
    assert office.here("customers", "check") == (
        "Everybody named signs in, and nobody looks after more customers than the policy says.\n"
    )
    text = EXAMPLE_POLICY.read_text(encoding="utf-8")
    assert "{role: 客户经理, people: 1}" in text
    few = tmp_path / "policy.yaml"
    few.write_text(text.replace("{role: 客户经理, people: 1}", "{role: 客户经理, people: 1, customers_each: 1}"))
    for customer in ("C1007", "C1009"):
        office.here("customers", "team", customer, "--add", "wang=客户经理")
    assert office.refused_here("customers", "check", "--policy", str(few), code=1) == (
        "wang looks after 2 customers of 一级 as 客户经理; the policy says 1 each."
    )
    office.here("customers", "team", BANK, "--add", "wang=司机")
    assert office.refused_here("customers", "check", code=1) == (
        "The policy has no post 司机 for 特级; its posts are 专家、资深坐席、高级客户经理."
    )
