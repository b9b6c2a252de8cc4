"""Departments and approvals from a policy file, and each fault of theirs."""

# sentences are asserted whole, each on one line

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from escalation.policy.approvals import Approval, Department
from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, written

MORE = """\
departments:
  财务部: {people: [zhou, wu], to: [manager], queue: 大堂, about: 退款}
approvals:
  价格优惠: {roles: {lead: 2000}, people: {zhou: 50000}, about: 折扣}
remind_before: 30m
"""
LAST = SMALL.count("\n")


def test_what_a_file_says_of_departments_and_approvals_becomes_values(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, SMALL + MORE))
    assert policy.departments == {"财务部": Department("财务部", ("zhou", "wu"), ("manager",), "大堂", "退款")}
    assert policy.approvals == {"价格优惠": Approval("价格优惠", {"lead": 2000}, {"zhou": 50000}, "折扣")}
    assert policy.remind_before == timedelta(minutes=30)


def test_a_file_that_says_nothing_of_them_has_none(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, SMALL))
    assert (policy.departments, policy.approvals, policy.remind_before) == ({}, {}, timedelta(hours=1))


@pytest.mark.parametrize(
    ("login", "role", "limit"), [("zhou", "agent", 50_000), ("li", "lead", 2_000), ("li", "agent", 0)]
)
def test_a_persons_own_limit_wins_over_that_of_their_role(tmp_path: Path, login: str, role: str, limit: int) -> None:
    policy = read_policy(written(tmp_path, SMALL + MORE))
    assert policy.approvals["价格优惠"].limit_of(login, role) == limit


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "people: [zhou, wu], to: [manager], queue: 大堂, ",
            "",
            LAST + 2,
            '"财务部" must say whom to ask: give "people", "to" or "queue".',
        ),
        (
            "to: [manager]",
            "to: [holder]",
            LAST + 2,
            '"to" must be one of queue, lead, manager, on_call; found "holder".',
        ),
        ("[zhou, wu]", "[zhou, zhou]", LAST + 2, '"zhou" stands twice in "people"; keep one.'),
        (
            "roles: {lead: 2000}, people: {zhou: 50000}, ",
            "",
            LAST + 4,
            '"价格优惠" must say who may approve it: give "roles", "people" or both.',
        ),
        (
            "{lead: 2000}",
            "{boss: 2000}",
            LAST + 4,
            '"roles" must be one of agent, lead, manager, admin, inspector, auditor; found "boss".',
        ),
        ("{lead: 2000}", "{lead: 0}", LAST + 4, '"lead" must be a whole number from 1 to 1000000000; found "0".'),
        ("{lead: 2000}", "{lead: 99.5}", LAST + 4, '"lead" must be a whole number from 1 to 1000000000; found "99.5".'),
        (
            "remind_before: 30m",
            "remind_before: soon",
            LAST + 5,
            '"remind_before" must be a duration such as 15m, 2h or 1d; found "soon".',
        ),
    ],
)
def test_each_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    content = SMALL + MORE.replace(old, new)
    assert content != SMALL + MORE
    assert faults_of(written(tmp_path, content)) == [f"policy.yaml:{line}: {said}"]
