"""By when a person's request is answered, as the policy file says it, or by default."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from escalation.policy.faults import PolicyFaults
from escalation.policy.reader import read_policy
from escalation.working_hours.working_days import WorkingDays
from tests.conftest import EXAMPLE_POLICY

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def written(tmp_path: Path, requests: str) -> Path:
    """The example with these requests in its section `privacy`."""
    text = EXAMPLE_POLICY.read_text(encoding="utf-8")
    path = tmp_path / "policy.yaml"
    path.write_text(text.replace("\nprivacy:\n", f"\nprivacy:\n  requests: {requests}\n", 1), encoding="utf-8")
    return path


def test_a_policy_that_says_nothing_answers_in_fifteen_working_days() -> None:
    policy = read_policy(EXAMPLE_POLICY)
    assert policy.privacy.answer_within == WorkingDays(15)
    assert policy.answers_request_by(MONDAY) == datetime(2026, 12, 14, 15, 59, 59, tzinfo=UTC)


def test_a_policy_may_answer_sooner(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, "{answer_within: 5wd, exports_a_day: 1, complain_to: 请联系我们。}"))
    assert policy.answers_request_by(MONDAY) == datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    assert (policy.privacy.exports_a_day, policy.privacy.complain_to) == (1, "请联系我们。")


def test_hours_are_no_working_days(tmp_path: Path) -> None:
    with pytest.raises(PolicyFaults) as refused:
        read_policy(written(tmp_path, "{answer_within: 15d}"))
    (fault,) = refused.value.faults
    assert str(fault).endswith('"answer_within" must be a number of working days such as 15wd; found "15d".')
