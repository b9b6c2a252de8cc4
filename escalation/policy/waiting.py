"""How long a ticket waits for its customer: when they are reminded, when its holder is, and when it closes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from escalation.policy.yaml_blocks import Block


@dataclass(frozen=True, slots=True)
class WaitingRules:
    """Elapsed times since the wait began; a step that comes late puts the later ones off by as much.

    Nothing is said to a customer while the calendar `hours` is closed.
    `closes`: the tiers whose tickets close without an answer; of every other a person decides.
    """

    remind_customer: timedelta
    remind_holder: timedelta
    close_after: timedelta
    hours: str
    closes: tuple[str, ...] = ()


def read_waiting(root: Block, calendars: Collection[str], tiers: Collection[str]) -> WaitingRules | None:
    """Read the section `waiting`; None where a policy has none: nobody is reminded, and nothing closes by itself."""
    block = root.block("waiting", required=False)
    if not block.is_block:
        return None
    rules = WaitingRules(
        remind_customer=block.duration("remind_customer"),
        remind_holder=block.duration("remind_holder"),
        close_after=block.duration("close_after"),
        hours=block.choice("hours", calendars),
        closes=block.choices("closes", tiers, required=False),
    )
    block.finish()
    if rules.remind_holder and not rules.remind_customer <= rules.remind_holder <= rules.close_after:
        block.wrong("remind_holder", 'not before "remind_customer", and not after "close_after"')
    return rules
