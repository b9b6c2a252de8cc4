"""Rules for every ticket, proven by the tiers' milestones or refuted by an example."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import escalation
from escalation.policy.model import Policy, Rule
from escalation.policy.reader import read_policy
from escalation.sla.rule_proofs import BrokenRule, broken_rules

POLICY = read_policy(Path(escalation.__file__).with_name("policy.yaml"))
HOUR = timedelta(hours=1)


def broken(rule: Rule, policy: Policy = POLICY) -> list[BrokenRule]:
    return list(broken_rules(replace(policy, rules={rule.id: rule})))


def names(found: list[BrokenRule]) -> list[tuple[str, str | None]]:
    return [(one.tier, one.milestone) for one in found]


def test_every_tier_keeps_the_rules_of_the_shipped_policy() -> None:
    assert list(broken_rules(POLICY)) == []
    proven = {name for name, rule in POLICY.rules.items() if rule.milestones or rule.met_by}
    assert {"acknowledged", "responded", "complex_handled", "complaint_settled", "surveyed"} <= proven


def test_the_first_contact_alone_would_not_answer_within_a_day_over_a_weekend() -> None:
    rule = Rule("responded", "问题得到响应", 24 * HOUR, "首次联系", ("first_contact",))
    found = broken(rule)
    assert names(found) == [("二级", "first_contact"), ("三级", "first_contact")]
    assert all(one.took is not None and one.took > 24 * HOUR for one in found)


def test_a_complex_problem_is_handled_within_two_days_on_which_the_tier_is_open() -> None:
    rule = POLICY.rules["complex_handled"]
    assert (rule.within, rule.starts_on, rule.counts) == (48 * HOUR, "marked_complex", "open_days")
    assert broken(rule) == []
    assert names(broken(replace(rule, counts="elapsed"))) == [("二级", "assessed"), ("三级", "answer_fixed")]


def test_a_tier_that_owes_none_of_the_milestones_is_named() -> None:
    rule = replace(POLICY.rules["complex_handled"], milestones=("assessed",))
    assert broken(rule) == [BrokenRule("complex_handled", "三级")]


@pytest.mark.parametrize(("hours", "expected"), [(15, []), (14, ["三级"]), (12, ["二级", "三级"])])
def test_the_longest_time_is_found_to_the_hour(hours: int, expected: list[str]) -> None:
    """From closing time a night of 11 hours, and 4 or 3 hours of work; the own day of the milestone is left out."""
    tiers = {
        name: replace(
            tier,
            milestones=tuple(replace(one, within=HOUR) for one in tier.milestones if one.id == "complaint_settled")
            + tuple(one for one in tier.milestones if one.id != "complaint_settled"),
        )
        for name, tier in POLICY.tiers.items()
        if name in ("二级", "三级")
    }
    rule = replace(POLICY.rules["complaint_settled"], within=hours * HOUR)
    assert [one.tier for one in broken(rule, replace(POLICY, tiers=tiers))] == expected
