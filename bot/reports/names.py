"""What groups of figures are called in a report: as today's policy and staff list know them, or as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.wording.labels import CHANNELS, NO_TOPIC
from bot.wording.report_words import DIMENSION_LABELS, GONE, NO_NAME, NOBODY_NAMED, OLD, filtered
from escalation.measures.facts import NOBODY
from escalation.measures.sums import Dimension, Filters
from escalation.policy.model import Policy
from escalation.staff import staff


@dataclass(frozen=True, slots=True)
class GroupNames:
    """Names of people and of what the policy holds."""

    policy: Policy
    people: Mapping[int, str]

    def of(self, by: Dimension, group: str) -> str:
        """Return what a group is called; whoever left, and what the policy no longer has, is told as such."""
        match by:
            case "agent":
                number = int(group)
                return self.people.get(number, f"#{number}") if number != NOBODY else NOBODY_NAMED
            case "channel":
                return CHANNELS.get(group, group)
            case _:
                known = {"tier": self.policy.tiers, "queue": self.policy.queues, "topic": self.policy.topics}[by]
                none = NO_TOPIC if by == "topic" else NO_NAME
                return (group if group in known else f"{group}{OLD}") if group else none

    def milestone(self, milestone_id: str) -> str:
        """Return the label of a milestone; its id if no tier has it any more."""
        every = (each for tier in self.policy.tiers.values() for each in tier.milestones)
        return next((each.label for each in every if each.id == milestone_id), milestone_id)

    def filters(self, filters: Filters) -> list[str]:
        """Return in words what a report is limited to."""
        values: dict[Dimension, str | None] = {
            "tier": filters.tier,
            "queue": filters.queue,
            "topic": filters.topic,
            "channel": filters.channel,
            "agent": None if filters.staff_id is None else str(filters.staff_id),
        }
        return [filtered(DIMENSION_LABELS[by], self.of(by, value)) for by, value in values.items() if value is not None]


def group_names(db: Connection, policy: Policy) -> GroupNames:
    """Return the names as of now."""
    rows = db.execute(select(staff.c.id, staff.c.name, staff.c.disabled_at))
    people = {row.id: row.name + (GONE if row.disabled_at is not None else "") for row in rows}
    return GroupNames(policy, people)
