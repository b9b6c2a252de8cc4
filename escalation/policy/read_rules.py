"""Reads the rules for every ticket of a policy file, and what each is kept by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast, get_args

from escalation.policy.model import Rule, RuleCounts
from escalation.policy.tiers import Tier
from escalation.policy.yaml_blocks import Block


def read_rules(root: Block, tiers: Mapping[str, Tier], facts: Collection[str]) -> dict[str, Rule]:
    """Read every rule; what it names must exist, and its keys must go together."""
    milestones = list(dict.fromkeys(milestone.id for tier in tiers.values() for milestone in tier.milestones))
    rules: dict[str, Rule] = {}
    for name, block in root.entries("rules"):
        rules[name] = Rule(
            id=name,
            label=block.text("label"),
            within=block.duration_or_none("within"),
            kept_by=block.text("kept_by"),
            milestones=block.choices("milestones", milestones, required=False),
            starts_on=block.choice("starts_on", facts, required=False) or "received",
            counts=cast("RuleCounts", block.choice("counts", get_args(RuleCounts), required=False) or "elapsed"),
            met_by=block.choice("met_by", ("acknowledgement",), required=False),
        )
        block.finish()
        _check(block, rules[name])
    return rules


def _check(block: Block, rule: Rule) -> None:
    """What each key allows by itself, but not together with the others."""
    if rule.met_by and "milestones" in block.values:
        block.wrong("met_by", 'left out where "milestones" is given, or the rule would be kept by two things')
    for key in ("starts_on", "counts"):
        if key in block.values and not rule.milestones:
            block.wrong(key, 'left out unless "milestones" says what is counted')
    if rule.within is None and (rule.milestones or rule.met_by):
        key = "milestones" if rule.milestones else "met_by"
        block.wrong(key, 'left out where "within" names no time to keep')
