"""From when on something counts as a risk."""

from __future__ import annotations

from dataclasses import dataclass, fields

from escalation.policy.yaml_blocks import Block


@dataclass(frozen=True, slots=True)
class RiskRules:
    """Thresholds; points and percents compare the last four weeks with the four before."""

    late_points: int = 5  # by how many percentage points the share of late deadlines is up …
    late_least: int = 20  # … of at least so many deadlines in each
    complaints_percent: int = 20  # by how many percent complaints are up …
    complaints_least: int = 5  # … to at least so many
    gaps_percent: int = 20  # the same of questions without an answer
    gaps_least: int = 10
    alone_days: int = 7  # a queue that only one person works in so many days ahead, by the roster
    above_capacity: int = 1  # open tickets by which somebody is above their capacity


def read_risks(root: Block) -> RiskRules:
    """Read the section `risks`; what it leaves out is as in RiskRules."""
    block = root.block("risks", required=False)
    if not block.is_block:
        return RiskRules()
    default = RiskRules()
    given = {each.name: block.whole_or_none(each.name, *_limits(each.name)) for each in fields(RiskRules)}
    block.finish()
    return RiskRules(**{name: getattr(default, name) if value is None else value for name, value in given.items()})


def _limits(name: str) -> tuple[int, int]:
    return (1, 31) if name == "alone_days" else (1, 1_000)
