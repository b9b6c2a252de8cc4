"""Killed again and again: nothing is lost, doubled, early, or both met and breached; and the harness would see it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks import ground
from benchmarks.crash import Plan, prove, run

pytestmark = pytest.mark.proof

SHORT = Plan(due=120, kills=8, crashes=1, seconds=3, answered=0.3)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_any_instant_every_deadline_is_met_or_told_exactly_once(kind: str) -> None:
    with ground.own_ground(kind) as where:
        outcome = run(where, SHORT, random.Random(4))
    assert outcome.verdict.judged == SHORT.due
    assert outcome.crashes == (kind == "postgresql")
    assert outcome.verdict.is_clean, dict(outcome.verdict.examples)


@pytest.mark.parametrize("mutant", ["second-commit", "send-then-mark", "default-transactions"])
def test_the_harness_finds_a_program_that_is_wrong(mutant: str) -> None:
    found = prove([mutant], plan=replace(SHORT, crashes=0, due=200), only="sqlite")
    assert [each["found"] for each in found.values()] == [True]
