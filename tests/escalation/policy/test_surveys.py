"""The section `surveys` of a policy file: what may be rated, and whom it asks once a quarter."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SHIPPED, SMALL, faults_of, written

LINE = len(SMALL.splitlines())  # what is added stands after it


def test_the_shipped_policy_has_the_four_dimensions_of_the_standard() -> None:
    labels = read_policy(SHIPPED).surveys.dimensions
    assert list(labels.values()) == ["效率", "响应", "专业", "沟通"]


def test_an_installation_may_rename_or_drop_dimensions(tmp_path: Path) -> None:
    section = "surveys:\n  dimensions:\n    response: 反应快慢\n    communication: 态度\n"
    policy = read_policy(written(tmp_path, SMALL + section))
    assert policy.surveys.dimensions == {"response": "反应快慢", "communication": "态度"}
    assert read_policy(written(tmp_path, SMALL)).surveys.dimensions == {}


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        (
            "surveys:\n  dimensions:\n    speed: 速度\n",
            '"speed" is not a key of "dimensions"; it may hold communication, efficiency, expertise, response.',
        ),
        (
            "surveys:\n  dimensions:\n    response: 从提出到有人回应\n",
            '"response" must be a label of at most 6 characters; found "从提出到有人回应".',
        ),
    ],
)
def test_a_faulty_dimension_is_told_with_its_line(tmp_path: Path, section: str, fault: str) -> None:
    assert faults_of(written(tmp_path, SMALL + section)) == [f"policy.yaml:{LINE + 3}: {fault}"]
