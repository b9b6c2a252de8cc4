"""What strangers and customers may use up, from a policy file; and each fault of it."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from escalation.policy.budgets import DEFAULT_BUDGETS, Budget, TicketStorm
from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

MORE = """\
phone: 400-123-4567
budgets:
  address:
    handoffs: {at_once: 40, per_hour: 120}
  storm: {tickets: 50, within: 5m}
"""
LAST = SMALL.count("\n")


def test_what_a_file_says_of_budgets_becomes_values_and_the_rest_is_as_usual(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, SMALL + MORE))
    assert policy.phone == "400-123-4567"
    assert policy.budgets.find("address", "handoffs") == Budget(40, 120)
    assert policy.budgets.find("address", "alarms") == DEFAULT_BUDGETS["address"]["alarms"]
    assert policy.budgets.find("session", "sessions") is None
    assert policy.budgets.storm == TicketStorm(50, timedelta(minutes=5))


def test_a_file_that_says_nothing_of_them_has_the_usual_ones_and_no_number_to_call(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, SMALL))
    assert (policy.budgets.of, policy.phone) == (DEFAULT_BUDGETS, "")


def test_the_shipped_policy_writes_out_the_usual_ones() -> None:
    assert shipped().budgets.of == DEFAULT_BUDGETS


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("at_once: 40", "at_once: 0", 4, '"at_once" must be a whole number from 1 to 1000000; found "0".'),
        (", per_hour: 120", "", 4, '"handoffs" lacks the key "per_hour"; add it.'),
        ("handoffs: {at_once: 40", "megabytes: {at_once: 9", 4, '"at_once" must be a whole number from 10 to 1000000; found "9".'),
        ("  address:", "  house:", 3, '"house" is not a key of "budgets"; it may hold address, customer, everybody, session, storm.'),
        ("handoffs:", "tickets:", 4, '"tickets" is not a key of "address"; it may hold alarms, handoffs, identifications, megabytes, sessions.'),
        ("within: 5m", "within: 0m", 5, '"within" must be longer than zero; found "0m".'),
        ("tickets: 50", "tickets: 1", 5, '"tickets" must be a whole number from 2 to 10000; found "1".'),
    ],
)  # fmt: skip
def test_a_fault_of_budgets_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in MORE
    assert faults_of(written(tmp_path, SMALL + MORE.replace(old, new))) == [f"policy.yaml:{LAST + line}: {said}"]
