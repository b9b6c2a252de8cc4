"""Reads from a policy file whom of other departments staff may ask, and what takes an approval."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from escalation.policy.approvals import REMIND_BEFORE, Approval, Department
from escalation.policy.read_desk import ASKABLE
from escalation.policy.yaml_blocks import Block
from escalation.roles import ROLES

MOST_YUAN = 10**9


def read_departments(root: Block, queues: Collection[str]) -> dict[str, Department]:
    """Read the departments that staff may ask; each says by people, recipients or queue who that is."""
    section = root.block("departments", required=False)
    found: dict[str, Department] = {}
    for name in tuple(section.values):
        block, faults = section.block(name), len(root.faults.found)
        people, to = block.texts("people", required=False), block.choices("to", ASKABLE, required=False)
        queue = block.choice("queue", queues, required=False) or None
        found[name] = Department(name, people, to, queue, block.text("about", required=False))
        block.finish()
        if block.is_block and not (people or to or queue) and len(root.faults.found) == faults:
            block.faults.add(block.line, f'"{name}" must say whom to ask: give "people", "to" or "queue".')
    return found


def read_approvals(root: Block) -> dict[str, Approval]:
    """Read what takes an approval, with the amount up to which a role or a person may give it."""
    section = root.block("approvals", required=False)
    found: dict[str, Approval] = {}
    for name in tuple(section.values):
        block, faults = section.block(name), len(root.faults.found)
        roles, people = block.block("roles", required=False), block.block("people", required=False)
        for role in roles.values:
            roles.named("roles", roles.keys[role], ROLES)
        found[name] = Approval(name, _amounts(roles), _amounts(people), block.text("about", required=False))
        block.finish()
        if block.is_block and not (roles.values or people.values) and len(root.faults.found) == faults:
            block.faults.add(block.line, f'"{name}" must say who may approve it: give "roles", "people" or both.')
    return found


def _amounts(block: Block) -> dict[str, int]:
    return {name: block.whole(name, 1, MOST_YUAN) for name in block.values}


def read_remind_before(root: Block) -> timedelta:
    """Read how long before the end of a request its people are reminded."""
    return root.duration_or_none("remind_before") or REMIND_BEFORE
