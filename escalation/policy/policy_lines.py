"""The lines of a policy file on which its tiers' milestones and its rules stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from escalation.policy.faults import PolicyFaultCollector, compose


@dataclass(frozen=True, slots=True)
class PolicyLines:
    """Lines by name; a milestone of every tier has the tier "" as well."""

    milestones: dict[tuple[str, str], int]
    rules: dict[str, int]

    def of_milestone(self, tier: str, milestone: str) -> int:
        """Return the line of a tier's milestone, wherever it stands."""
        return self.milestones.get((tier, milestone)) or self.milestones[("", milestone)]


def read_lines(path: Path) -> PolicyLines:
    """Return the lines of a policy file that was read without a fault."""
    node, _ = compose(path, PolicyFaultCollector(str(path)))
    root = _entries(node)
    every = {("", name): line for name, line in _ids(root.get("for_every_tier"))}
    for tier, block in _entries(root.get("tiers")).items():
        every |= {(tier, name): line for name, line in _ids(_entries(block).get("milestones"))}
    rules = _entries(root.get("rules"))
    return PolicyLines(every, {name: value.start_mark.line + 1 for name, value in rules.items()})


def _entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _ids(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    for block in node.value if isinstance(node, yaml.SequenceNode) else ():
        identity = _entries(block).get("id")
        if identity is not None:
            yield identity.value, identity.start_mark.line + 1
