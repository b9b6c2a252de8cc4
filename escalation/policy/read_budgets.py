"""Reads from a policy file what visitors and customers may use up; the rest is as DEFAULT_BUDGETS has it."""

from __future__ import annotations

from datetime import timedelta

from escalation.policy.budgets import DEFAULT_BUDGETS, Budget, Budgets, TicketStorm, Use
from escalation.policy.yaml_blocks import Block

MEGABYTES_OF_A_FILE = 10  # the largest file that is taken must fit


def read_budgets(root: Block) -> Budgets:
    """Read the budgets and what counts as a storm of tickets."""
    section = root.block("budgets", required=False)
    of = {}
    for whose, usual in DEFAULT_BUDGETS.items():
        block = section.block(whose, required=False)
        of[whose] = {use: _read_budget(block, use, budget) for use, budget in usual.items()}
        block.finish()
    storm = _read_storm(section)
    section.finish()
    return Budgets(of, storm)


def _read_budget(whose: Block, use: Use, usual: Budget) -> Budget:
    block = whose.block(use, required=False)
    if not block.is_block:
        return usual
    least = MEGABYTES_OF_A_FILE if use == "megabytes" else 1
    found = Budget(block.whole("at_once", least, 1_000_000), block.whole("per_hour", 1, 1_000_000))
    block.finish()
    return found


def _read_storm(section: Block) -> TicketStorm:
    block = section.block("storm", required=False)
    if not block.is_block:
        return TicketStorm()
    found = TicketStorm(block.whole("tickets", 2, 10_000), block.duration("within"))
    block.finish()
    if block.duration_or_none("within") == timedelta(0):
        block.wrong("within", "longer than zero")
    return found
