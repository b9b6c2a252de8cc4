"""The section `emergency` of a policy file: the plan, and when it was rehearsed."""

# sentences are asserted whole, each on one line

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from escalation.policy.emergency import EmergencyPlan, EmergencyRole
from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

LINE = len(SMALL.splitlines())
PLAN = """emergency:
  rehearsed: 2026-06-01
  steps: [打电话, 记下来]
  roles:
    - {role: 总负责人, who: 李雷, phone: 400-000-0000}
  degraded: 先处理，后补记
"""


def test_a_plan_has_steps_people_and_what_is_done_meanwhile(tmp_path: Path) -> None:
    found = read_policy(written(tmp_path, SMALL + PLAN)).emergency
    role = EmergencyRole("总负责人", "李雷", "400-000-0000")
    assert found == EmergencyPlan(("打电话", "记下来"), (role,), "先处理，后补记", date(2026, 6, 1))


def test_the_shipped_plan_asks_to_be_rehearsed() -> None:
    found = shipped().emergency
    assert found is not None
    assert found.steps
    assert found.is_stale(date(2026, 12, 1))


@pytest.mark.parametrize(("today", "stale"), [(date(2027, 6, 1), False), (date(2027, 6, 2), True)])
def test_a_rehearsal_is_good_for_a_year(tmp_path: Path, today: date, stale: bool) -> None:
    found = read_policy(written(tmp_path, SMALL + PLAN)).emergency
    assert found is not None
    assert found.is_stale(today) == stale


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        (PLAN.replace("2026-06-01", "去年"), '2: "rehearsed" must be a date such as 2026-10-01; found "去年".'),
        (PLAN.replace(", phone: 400-000-0000", ""), '5: "roles" lacks the key "phone"; add it.'),
        (
            PLAN.replace("steps: [打电话, 记下来]", "steps: []"),
            '3: "steps" must be a list of at least one entry; found none.',
        ),
        (PLAN.replace("  degraded: 先处理，后补记\n", ""), '1: "emergency" lacks the key "degraded"; add it.'),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, section: str, fault: str) -> None:
    line, said = fault.split(":", 1)
    assert faults_of(written(tmp_path, SMALL + section)) == [f"policy.yaml:{LINE + int(line)}:{said}"]
