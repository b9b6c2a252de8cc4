"""The emergency plan as data: steps, who does what, when it was rehearsed last; the policy's `emergency`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from escalation.policy.yaml_blocks import Block

REHEARSED_WITHIN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class EmergencyRole:
    """Somebody with a part in it, and the number to reach them at."""

    role: str
    who: str
    phone: str


@dataclass(frozen=True, slots=True)
class EmergencyPlan:
    """What is done in an emergency, in order, and what the service does without in the meantime."""

    steps: tuple[str, ...]
    roles: tuple[EmergencyRole, ...]
    degraded: str
    rehearsed: date | None

    def is_stale(self, today: date) -> bool:
        """Whether it was never rehearsed, or over a year ago."""
        return self.rehearsed is None or today - self.rehearsed > REHEARSED_WITHIN


def read_emergency(root: Block) -> EmergencyPlan | None:
    """Read the block; None where there is no plan."""
    block = root.block("emergency", required=False)
    if not block.is_block:
        return None
    plan = EmergencyPlan(
        steps=block.texts("steps"),
        roles=tuple(_read_role(each) for each in block.blocks("roles")),
        degraded=block.text("degraded"),
        rehearsed=block.day("rehearsed") if "rehearsed" in block.values else None,
    )
    block.get("rehearsed", required=False)
    block.finish()
    return plan


def _read_role(block: Block) -> EmergencyRole:
    role = EmergencyRole(block.text("role"), block.text("who"), block.text("phone"))
    block.finish()
    return role
