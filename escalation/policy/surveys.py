"""What customers may rate beside the overall score, and the quarterly survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalation.policy.yaml_blocks import Block

DIMENSIONS = ("efficiency", "response", "expertise", "communication")  # those of the standard
LONGEST_LABEL = 6  # characters: five buttons with it stand in one row of a messenger


@dataclass(frozen=True, slots=True)
class Surveys:
    """The dimensions that a customer may rate, with their labels; none: only the overall score is asked for."""

    dimensions: Mapping[str, str] = field(default_factory=dict)


def read_surveys(root: Block) -> Surveys:
    """Read the section `surveys`; without one, customers are asked for the overall score alone."""
    section = root.block("surveys", required=False)
    dimensions = _read_dimensions(section)
    section.finish()
    return Surveys(dimensions)


def _read_dimensions(section: Block) -> dict[str, str]:
    block = section.block("dimensions", required=False)
    labels = {name: block.text(name) for name in DIMENSIONS if name in block.values}
    for name in DIMENSIONS:
        block.get(name, required=False)
    block.finish()
    for name, label in labels.items():
        if len(label) > LONGEST_LABEL:
            block.wrong(name, f"a label of at most {LONGEST_LABEL} characters")
        if label and any(label in other for key, other in labels.items() if key != name):
            block.wrong(name, "a label that is no part of another one")
    return {name: label for name, label in labels.items() if label}
