"""Reads from a policy file how work is organised: queues and assignment, support contacts, recurrence, paging."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import cast, get_args

from escalation.policy.model import DEFAULT_CAPACITY, Assign, Paging, Queue, Recurrence, Support
from escalation.policy.read_milestones import RECIPIENTS
from escalation.policy.tiers import HELP_ASKED
from escalation.policy.yaml_blocks import Block

ASKABLE = tuple(name for name in RECIPIENTS if name != "holder")  # who asks is the holder
MOST_CAPACITY = 999
RECURRENCES = ("same_customer", "same_topic")


def read_queues(root: Block, calendars: Collection[str]) -> dict[str, Queue]:
    """Read every queue, with how its tickets are assigned."""
    queues: dict[str, Queue] = {}
    for name, block in root.entries("queues"):
        assign = cast("Assign", block.choice("assign", get_args(Assign), required=False) or "nobody")
        queues[name] = Queue(
            id=name,
            calendar=block.choice("calendar", calendars),
            about=block.text("about", required=False),
            assign=assign,
            claim_within=block.duration_or_none("claim_within", required=assign != "nobody"),
        )
        block.finish()
        _demand_time(block, "claim_within", queues[name].claim_within)
    return queues


def read_capacity(root: Block) -> int:
    """Read how many open tickets a person without a capacity of their own is assigned at most."""
    return root.whole_or_none("capacity", 1, MOST_CAPACITY) or DEFAULT_CAPACITY


def read_support(root: Block, queues: Collection[str]) -> dict[str, Support]:
    """Read the contacts whom agents may ask for help."""
    section = root.block("support", required=False)
    found: dict[str, Support] = {}
    for name in tuple(section.values):
        block, faults = section.block(name), len(root.faults.found)
        to = block.choices("to", ASKABLE, required=False)
        queue = block.choice("queue", queues, required=False) or None
        found[name] = Support(name, to, queue, block.text("about", required=False))
        block.finish()
        if block.is_block and not (to or queue) and len(root.faults.found) == faults:
            block.faults.add(block.line, f'"{name}" must say whom to ask: give "to", "queue" or both.')
    if found and HELP_ASKED not in root.block("facts").values:
        message = f'"support" needs the fact "{HELP_ASKED}", recorded when help is asked for; add it to "facts".'
        section.faults.add(section.line, message)
    return found


def read_recurrence(root: Block, key: str) -> Recurrence | None:
    """Read from when on a repeated customer or topic counts as a recurrence."""
    section = root.block("recurring", required=False)
    for each in RECURRENCES:
        section.get(each, required=False)
    section.finish()
    block = section.block(key, required=False)
    if not block.is_block:
        return None
    found = Recurrence(block.duration("window"), block.whole("remind_at", 2, 999), block.whole("lead_at", 2, 999))
    block.finish()
    _demand_time(block, "window", block.duration_or_none("window"))
    if found.lead_at and found.lead_at < found.remind_at:
        block.wrong("lead_at", f'at least "remind_at" ({found.remind_at})')
    return found


def _demand_time(block: Block, key: str, given: timedelta | None) -> None:
    if given == timedelta(0):
        block.wrong(key, "longer than zero")


def read_paging(root: Block, calendars: Collection[str]) -> Paging:
    """Read how many messages a chat takes per minute, and from how many on they become one digest."""
    block = root.block("paging", required=False)
    if not block.is_block:
        return Paging()
    found = Paging(
        per_minute=block.whole("per_minute", 1, 20),
        digest_from=block.whole("digest_from", 2, 999),
        morning=block.choice("morning", calendars, required=False) or None,
    )
    block.finish()
    return found
