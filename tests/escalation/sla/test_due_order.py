"""Milestones that can fall due before the first contact, found without looking at every minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import escalation
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.sla.deadlines import initial_deadlines
from escalation.sla.due_order import OutOfOrder, out_of_order
from escalation.working_hours.instants import parse_instant

POLICY = read_policy(Path(escalation.__file__).with_name("policy.yaml"))
PRESUMING = {"feedback_answered", "complaint_investigated", "complaint_settled"}


def with_answer(**changes: object) -> Policy:
    """The shipped policy with another 明确答复 of 三级."""
    tier = POLICY.tiers["三级"]
    milestones = tuple(replace(one, **changes) if one.id == "answer_fixed" else one for one in tier.milestones)  # type: ignore[arg-type]
    return replace(POLICY, tiers={**POLICY.tiers, "三级": replace(tier, milestones=milestones)})


def without_the_rule() -> Policy:
    tiers = {
        name: replace(tier, milestones=tuple(replace(one, not_before="") for one in tier.milestones))
        for name, tier in POLICY.tiers.items()
    }
    return replace(POLICY, tiers=tiers)


def dues(policy: Policy, at: datetime) -> dict[str, datetime]:
    every = initial_deadlines(policy, policy.tiers["三级"], policy.urgencies["normal"], at, at)
    return {one.milestone: one.due_at for one in every if one.due_at is not None}


def test_nothing_of_the_shipped_policy_can_fall_due_out_of_order() -> None:
    assert list(out_of_order(POLICY)) == []


def test_without_the_rule_every_milestone_that_presupposes_the_contact_is_named_once() -> None:
    found = [(one.tier, one.milestone) for one in out_of_order(without_the_rule())]
    expected = {("二级", name) for name in PRESUMING} | {("三级", name) for name in {*PRESUMING, "answer_fixed"}}
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("hours", [1, 2, 24, 60, 107, 108, 200, 211, 212, 230])
def test_an_example_is_true_and_where_none_is_found_no_quarter_of_an_hour_has_one(hours: int) -> None:
    policy = with_answer(not_before="", within=timedelta(hours=hours))
    found = next((one for one in out_of_order(policy) if one.milestone == "answer_fixed"), None)
    if found is not None:
        there = dues(policy, found.at)
        assert (there["answer_fixed"], there["first_contact"]) == (found.due_at, found.contact_due)
        assert found.due_at < found.contact_due
        return
    begin = parse_instant("2026-01-01T00:00+08:00")
    for number in range(0, 365 * 96, 4):
        there = dues(policy, begin + number * timedelta(minutes=15))
        assert there["answer_fixed"] >= there["first_contact"]


def test_a_milestone_that_an_urgency_shortens_below_the_contact_is_named_with_it() -> None:
    hasty = replace(POLICY.urgencies["urgent"], within={"assessed": timedelta(minutes=10)})
    policy = replace(POLICY, urgencies={**POLICY.urgencies, "urgent": hasty})
    found = [(one.tier, one.milestone, one.urgency) for one in out_of_order(policy)]
    assert found == [(tier, "assessed", "urgent") for tier in ("特级", "一级", "二级")]


def test_what_counts_from_the_raising_can_fall_due_before_a_contact_that_counts_from_the_hand_off() -> None:
    found = next(out_of_order(with_answer(not_before="", within=timedelta(hours=20), starts_on="raised")))
    assert isinstance(found, OutOfOrder)
    assert found.at - found.raised_at == timedelta(days=1)
