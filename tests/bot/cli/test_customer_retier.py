"""`jiedai customers retier`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.config.settings import EXAMPLE_POLICY
from bot.first_start import SAMPLE_CUSTOMERS
from tests.bot.cli.conftest import Terminal


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    return terminal


@pytest.fixture
def stricter(tmp_path: Path) -> str:
    """A policy whose 二级 begins at 200,000 a year."""
    path = tmp_path / "policy.yaml"
    text = EXAMPLE_POLICY.read_text(encoding="utf-8")
    assert text.count("annual_amount: 100000 ") == 1
    path.write_text(text.replace("annual_amount: 100000 ", "annual_amount: 200000 "), encoding="utf-8")
    return str(path)


def test_nobody_moves_by_the_policy_they_were_saved_by(office: Terminal) -> None:
    said = office.here("customers", "retier", "--dry-run")
    assert said == "0 of 19 organisations would move; 0 open tickets would follow.\n"


def test_a_policy_is_tried_before_it_is_used(office: Terminal, stricter: str, tmp_path: Path) -> None:
    out = tmp_path / "moves.csv"
    found = office.json("customers", "retier", "--dry-run", "--policy", stricter, "--out", str(out))
    assert (found["moves"], found["kinds"], found["ways"]) == (2, {"criteria": 2}, {"二级 → 三级": 2})
    assert {move["customer"] for move in found["examples"]} == {"C1018", "C1019"}
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["to"] for row in rows] == ["三级", "三级"]
    assert office.json("customers", "retier", "--dry-run")["moves"] == 0


def test_tiers_move_once(office: Terminal, stricter: str) -> None:
    said = office.here("customers", "retier", "--policy", stricter).splitlines()
    assert said[-1] == "2 of 19 organisations moved; 0 open tickets followed."
    assert office.json("customers", "retier", "--policy", stricter)["moves"] == 0
    steps = office.json("customers", "history", "C1018")["steps"]
    assert [(step["what"], step["from"], step["to"]) for step in steps] == [("policy", "二级", "三级")]
