"""What a policy promises and cannot keep, with lines; its rules, and what each is kept by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli.output import Table
from escalation.policy.faults import PolicyFault
from escalation.policy.model import Policy, Rule
from escalation.policy.policy_lines import PolicyLines, read_lines
from escalation.sla.due_order import OutOfOrder, out_of_order
from escalation.sla.rule_proofs import BrokenRule, broken_rules
from escalation.working_hours.instants import print_duration

_COUNTED = {"elapsed": "", "working": " of working time", "open_days": " on days it is open"}


def unkept_of(policy: Policy, path: Path) -> list[PolicyFault]:
    """Return the milestones that can fall due before the first contact and the tiers that break a rule, by line."""
    lines = read_lines(path)
    order = (PolicyFault(str(path), lines.of_milestone(one.tier, one.milestone), said) for one, said in _order(policy))
    rules = (PolicyFault(str(path), lines.rules[one.rule], said) for one, said in _rules(policy, lines))
    return sorted([*order, *rules], key=lambda fault: fault.line)


def _order(policy: Policy) -> Iterator[tuple[OutOfOrder, str]]:
    for one in out_of_order(policy):
        urgent = "" if one.urgency == policy.default_urgency else f" and urgency {one.urgency}"
        received = f"handed off at {_at(policy, one.at)}"
        if one.raised_at < one.at:
            received = f"raised at {_at(policy, one.raised_at)} and {received}"
        due = f"it is due at {_at(policy, one.due_at)}, the first contact only at {_at(policy, one.contact_due)}"
        where = f'"{one.milestone}" can fall due before the first contact in tier {one.tier}{urgent}'
        yield one, f'{where}: {received}, {due}; give it "not_before: first_contact" or more time.'


def _rules(policy: Policy, lines: PolicyLines) -> Iterator[tuple[BrokenRule, str]]:
    for one in broken_rules(policy):
        rule = policy.rules[one.rule]
        if one.milestone is None or one.at is None or one.due_at is None or one.took is None:
            named = ", ".join(rule.milestones)
            said = f"it owes none of {named} that has begun by {rule.starts_on}; name one of its milestones."
        else:
            line = lines.of_milestone(one.tier, one.milestone)
            took = f"{print_duration(one.took)}{_COUNTED[rule.counts]}"
            started = f"when {rule.starts_on} comes at {_at(policy, one.at)}"
            said = f'"{one.milestone}" (line {line}) is due at {_at(policy, one.due_at)}, after {took}, {started}.'
        yield one, f'Tier {one.tier} breaks the rule "{one.rule}" (within {_figure(rule)}): {said}'


def _at(policy: Policy, at: datetime) -> str:
    return f"{at.astimezone(policy.zone):%Y-%m-%d %H:%M:%S}"


def rules_as_json(policy: Policy) -> list[dict[str, Any]]:
    """Return every rule with its figure, what keeps it, and whether that is proven for every tier or only said."""
    return [
        {
            "id": rule.id,
            "label": rule.label,
            "within": None if rule.within is None else print_duration(rule.within),
            "kept_by": rule.kept_by,
            "proven_by": [rule.met_by] if rule.met_by else list(rule.milestones),
        }
        for rule in policy.rules.values()
    ]


def rules_in_words(policy: Policy) -> Table:
    """Return the rules as a table, for a policy whose rules are kept."""
    rows = [(rule.label, _figure(rule), rule.kept_by, _proof(rule)) for rule in policy.rules.values()]
    return Table("Rules", ("rule", "within", "kept by", "proven for every tier by"), rows)


def _figure(rule: Rule) -> str:
    return "" if rule.within is None else f"{print_duration(rule.within)}{_COUNTED[rule.counts]}"


def _proof(rule: Rule) -> str:
    return rule.met_by or ", ".join(rule.milestones) or "– (words only)"
