"""A tier's schedule of follow-ups is a clock: the policy file must have one that runs by it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

CLOCK = "  - {id: check_in, label: 回访, starts_on: check_in_due, within: 8h, basis: working, met_by: [called]}\n"


def scheduled(every: str, clock: str = CLOCK) -> str:
    text = SMALL.replace("    rank: 1\n", f"    rank: 1\n    check_in_every: {every}\n")
    return text.replace("for_every_tier:\n", f"for_every_tier:\n{clock}")


def test_the_shipped_policy_calls_nobody_on_schedule(tmp_path: Path) -> None:
    assert all(tier.check_in_every is None for tier in shipped().tiers.values())
    found = read_policy(written(tmp_path, scheduled("30d"))).tiers["贵宾"]
    assert found.check_in_every == timedelta(days=30)


@pytest.mark.parametrize(
    ("every", "clock", "fault"),
    [
        ("2h", CLOCK, '"check_in_every" must be one day or more; found "2h".'),
        (
            "30d",
            "",
            '"check_in_every" must be left out where no milestone "starts_on: check_in_due"; found "30d".',
        ),
    ],
)
def test_a_faulty_schedule_is_told_with_its_line(tmp_path: Path, every: str, clock: str, fault: str) -> None:
    text = scheduled(every, clock)
    line = text.splitlines().index(f"    check_in_every: {every}") + 1
    assert faults_of(written(tmp_path, text)) == [f"policy.yaml:{line}: {fault}"]
