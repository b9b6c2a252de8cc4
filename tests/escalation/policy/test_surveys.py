"""The section `surveys` of a policy file: what may be rated, and whom it asks once a quarter."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from escalation.policy.reader import read_policy
from escalation.policy.surveys import ChannelSample, Quarterly
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

LINE = len(SMALL.splitlines())  # what is added stands after it


def test_the_shipped_policy_has_the_four_dimensions_of_the_standard() -> None:
    labels = shipped().surveys.dimensions
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


QUARTERLY = """surveys:
  dimensions: {response: 响应}
  quarterly:
    on: true
    hours: 白天
    channels:
      web: {share: 10%, least: 1, most: 50}
"""


def test_the_quarterly_survey_is_off_unless_it_is_on(tmp_path: Path) -> None:
    assert shipped().surveys.quarterly is None
    found = read_policy(written(tmp_path, SMALL + QUARTERLY)).surveys.quarterly
    assert found == Quarterly("白天", {"web": ChannelSample(0.1, 1, 50)}, ("response",), timedelta(days=14))


@pytest.mark.parametrize(
    ("line", "was", "becomes", "fault"),
    [
        (7, "10%", "120%", '"share" must be a share of the channel\'s customers up to 100%, such as 10%; found "120%".'),
        (7, "least: 1", "least: 60", '"least" must be at most "most" (50); found "60".'),
        (7, "web", "wechat", '"channels" must be one of web, telegram; found "wechat".'),
        (5, "白天", "白天\n    dimensions: [respons]", '"dimensions" must be one of response; found "respons" (did you mean "response"?).'),
        (5, "白天", "白天\n    last: 100d", '"last" must be from 4d to 90d; found "100d".'),
    ],
)  # fmt: skip
def test_a_faulty_quarterly_survey_is_told_with_its_line(
    tmp_path: Path, line: int, was: str, becomes: str, fault: str
) -> None:
    found = faults_of(written(tmp_path, SMALL + QUARTERLY.replace(was, becomes)))
    assert found == [f"policy.yaml:{LINE + line + becomes.count(chr(10))}: {fault}"]
