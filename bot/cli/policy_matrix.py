"""All tiers side by side, a row for each milestone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.cli.output import Table
from bot.cli.policy_chain import Case, counts, fact, moment
from bot.wording.labels import PROVISIONAL, only_for
from escalation.policy.tiers import AT_HAND_OVER, Milestone
from escalation.sla.deadlines import Deadline, initial_deadlines, milestones_of
from escalation.working_hours.instants import iso


def matrix(cases: Sequence[Case]) -> Iterator[str | Table]:
    """All tiers side by side: a row for each milestone."""
    policy = cases[0].policy
    rows = []
    owed = {case.tier.id: _at_hand_off(case) for case in cases}
    for milestone_id, by_tier in _by_milestone(cases).items():
        first = next(iter(by_tier.values()))
        only = only_for(first.topics) if first.topics else ""
        rows.append(
            (
                f"{first.label}{only}\n{milestone_id}",
                *(_cell(case, by_tier.get(case.tier.id), owed[case.tier.id]) for case in cases),
            )
        )
    yield Table(f"All tiers · {iso(cases[0].at, policy.zone)}", ("milestone", *(case.tier.id for case in cases)), rows)
    yield "`jiedai policy explain --tier T` shows who is told when."


def _by_milestone(cases: Sequence[Case]) -> Mapping[str, dict[str, Milestone]]:
    """Milestones by id; without a topic, also those owed for some topics only."""
    found: dict[str, dict[str, Milestone]] = {}
    order: list[str] = []
    for case in cases:
        place = 0
        for milestone in milestones_of(case.tier, case.topic) if case.topic else case.tier.milestones:
            if milestone.id not in found:
                order.insert(place, milestone.id)  # behind its neighbour, where the tiers before lack it
            place = order.index(milestone.id) + 1
            found.setdefault(milestone.id, {})[case.tier.id] = milestone
    return {milestone_id: found[milestone_id] for milestone_id in order}


def _at_hand_off(case: Case) -> dict[str, Deadline]:
    """The deadlines by milestone; without a topic, also those owed for some topics only."""
    topics = (case.topic,) if case.topic else (None, *case.policy.topics)
    return {
        one.milestone: one
        for topic in topics
        for one in initial_deadlines(
            case.policy, case.tier, case.urgency, case.at, case.at, topic=topic, queue=case.queue
        )
    }


def _cell(case: Case, milestone: Milestone | None, owed: Mapping[str, Deadline]) -> str:
    if milestone is None:
        return "–"
    run = owed[milestone.id]
    lines = [next(counts(case, milestone, run.within))]
    if milestone.starts_on in AT_HAND_OVER and run.due_at is not None:
        lines.append(f"due {moment(case.policy, run.due_at)}{PROVISIONAL if run.provisional else ''}")
    else:
        lines.append(f"after {fact(case.policy, milestone.starts_on)}")
    return "\n".join(lines)
