"""What an hour of handling costs, by tier, if the company says so."""

from __future__ import annotations

from pathlib import Path

from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, written


def test_rates_may_be_given_for_some_tiers(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, SMALL + "rates: {贵宾: 120}\n")).rates == {"贵宾": 120}


def test_without_rates_nothing_has_a_cost(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, SMALL)).rates == {}


def test_a_tier_there_is_none_of_is_refused(tmp_path: Path) -> None:
    line = SMALL.count("\n") + 1
    [fault] = faults_of(written(tmp_path, SMALL + "rates: {贵宾: 120, 铂金: 90}\n"))
    assert fault == f'policy.yaml:{line}: "铂金" is not a key of "rates"; it may hold 贵宾.'


def test_a_rate_is_whole_yuan(tmp_path: Path) -> None:
    line = SMALL.count("\n") + 1
    [fault] = faults_of(written(tmp_path, SMALL + "rates: {贵宾: -3}\n"))
    assert fault == f'policy.yaml:{line}: "贵宾" must be a whole number from 0 to 100000; found "-3".'
