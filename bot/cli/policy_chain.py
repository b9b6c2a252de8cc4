"""All deadlines and escalation steps of a matter as tables: duration, calendar, due time, recipients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.cli.output import Table
from bot.wording.labels import PROVISIONAL, TARGET
from bot.wording.moments import in_columns
from escalation.policy.model import Policy, Urgency
from escalation.policy.read_milestones import BUILT_IN_FACTS
from escalation.policy.routing import route
from escalation.policy.tiers import Milestone, Tier
from escalation.sla.deadlines import Deadline, as_json, initial_deadlines, milestones_of, start
from escalation.sla.steps import EscalationStep
from escalation.working_hours.instants import iso, print_duration


@dataclass(frozen=True, slots=True)
class Case:
    """A matter raised and handed off at one instant."""

    policy: Policy
    tier: Tier
    topic: str | None
    urgency: Urgency
    queue: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepRow:
    """An escalation step; its instant is None if its clock has no start yet."""

    when: str
    at: datetime | None
    line: EscalationStep


@dataclass(frozen=True, slots=True)
class MilestoneSteps:
    """A milestone with its deadline and steps."""

    milestone: Milestone
    deadline: Deadline
    steps: tuple[StepRow, ...]


def case_of(policy: Policy, tier: Tier, topic: str | None, urgency: Urgency, at: datetime, queue: str | None) -> Case:
    """Return the case, in the queue that the policy routes it to unless one is named."""
    return Case(policy, tier, topic, urgency, queue or route(policy, tier.id, topic, urgency.id).id, at)


def chain(case: Case) -> tuple[MilestoneSteps, ...]:
    """Return all milestones owed, in the policy's order."""
    milestones = milestones_of(case.tier, case.topic)
    found = initial_deadlines(
        case.policy, case.tier, case.urgency, case.at, case.at, topic=case.topic, queue=case.queue
    )
    return tuple(
        MilestoneSteps(milestone, deadline, _steps(case, milestone, deadline))
        for milestone, deadline in zip(milestones, found, strict=True)
    )


def _steps(case: Case, milestone: Milestone, deadline: Deadline) -> tuple[StepRow, ...]:
    """The steps with their names; of a clock not started, as if it had, but without instants."""
    known = deadline.due_at is not None
    run = deadline if known else start(case.policy, case.tier, case.urgency, milestone, case.at, queue=case.queue)
    assert run.due_at is not None, "a clock that has started has an end"
    names = iter(_early(milestone, case.policy.after_first_contact if run.postponed else run.within))
    steps = []
    for line in run.steps:
        when = next(names) if line.kind == "warning" else f"+{print_duration(line.at)}" if line.at else "due"
        steps.append(StepRow(when, run.due_at + line.at if known else None, line))
    return tuple(steps)


def _early(milestone: Milestone, within: timedelta) -> list[str]:
    """The names of the warnings, in order."""
    early = [(within * step.at, f"{step.at:.0%}") for step in milestone.steps if step.at is not None]
    if milestone.warn_before is not None:
        usual = milestone.warn_before < within
        early.append((within - milestone.warn_before if usual else within / 2, _before(milestone) if usual else "50%"))
    return [name for _, name in sorted(early, key=lambda pair: pair[0])]


def _before(milestone: Milestone) -> str:
    return f"-{print_duration(milestone.warn_before or timedelta(0))}"


def chain_in_words(case: Case) -> Iterator[str | Table]:
    """For a person: what is owed, then who is told."""
    found = chain(case)
    title = f"{case.tier.id} · {case.queue} · {iso(case.at, case.policy.zone)}"
    headings = ("milestone", "starts on", "allowed", "due")
    yield Table(title, headings, [_milestone_row(case, one) for one in found])
    rows = [row for one in found for row in _step_rows(case, one)]
    yield Table("Who is told", ("milestone", "when", "at", "who", "then"), rows)
    for one in found:
        if one.deadline.fault is not None:
            yield f"{one.milestone.label}: {one.deadline.fault} Elapsed time is counted instead."


def _milestone_row(case: Case, one: MilestoneSteps) -> tuple[str, ...]:
    milestone, deadline = one.milestone, one.deadline
    again = [f"again: {fact(case.policy, name)}" for name in milestone.restarts_on]
    starts = "\n".join([fact(case.policy, milestone.starts_on), *again])
    due = moment(case.policy, deadline.due_at) if deadline.due_at else "once that has happened"
    return (
        f"{milestone.label}{TARGET if milestone.kind == 'target' else ''}\n{milestone.id}",
        starts,
        "\n".join(counts(case, milestone, deadline.within)),
        f"{due}{PROVISIONAL if deadline.provisional else ''}",
    )


def counts(case: Case, milestone: Milestone, within: timedelta) -> Iterator[str]:
    """Yield how the time counts: calendar, what it comes after, pausing facts, starting fact, report."""
    hours = calendar_of(case, milestone)
    yield f"{print_duration(within)} {milestone.basis}{f' ({hours})' if hours else ''}"
    if milestone.not_before:
        yield f"not before {milestone.not_before} + {print_duration(case.policy.after_first_contact)} working"
    if milestone.pauses:
        yield "pauses while waiting for the customer"
    if milestone.waits_for and not case.urgency.critical:
        yield f"waits for {milestone.waits_for}"
    if milestone.report_to:
        yield f"to {milestone.report_to}"


def calendar_of(case: Case, milestone: Milestone) -> str | None:
    """Return the calendar of a working-time clock, None for elapsed time.

    With a calendar of the urgency's own both are named: whichever ends sooner holds.
    """
    if milestone.basis == "elapsed":
        return None
    own = {"tier": case.tier.calendar, "queue": case.policy.queues[case.queue].calendar}
    name = own.get(milestone.calendar, milestone.calendar)
    other = case.urgency.calendar
    return name if other in (None, name) else f"{name} or {other}"


def _step_rows(case: Case, one: MilestoneSteps) -> Iterator[tuple[str, ...]]:
    for number, step in enumerate(one.steps):
        line = step.line
        then = [f"again every {print_duration(line.repeat)}"] if line.repeat is not None else []
        then += [f"the ticket goes to {line.reassign}"] if line.reassign is not None else []
        at = moment(case.policy, step.at) if step.at is not None else "–"
        yield (one.milestone.label if not number else "", step.when, at, ", ".join(line.to), "; ".join(then))


def chain_as_json(case: Case) -> dict[str, Any]:
    """Return the case as JSON."""
    found = chain(case)
    zone = case.policy.zone
    return {
        "tier": case.tier.id,
        "topic": case.topic,
        "urgency": case.urgency.id,
        "at": iso(case.at, zone),
        "queue": case.queue,
        "policy": case.policy.version,
        "calendars": case.policy.calendars_version,
        "milestones": [_milestone_as_json(case, one) for one in found],
        "provisional": [one.milestone.id for one in found if one.deadline.provisional],
    }


def _milestone_as_json(case: Case, one: MilestoneSteps) -> dict[str, Any]:
    milestone, zone = one.milestone, case.policy.zone
    return {
        **as_json(one.deadline, zone),
        "label": milestone.label,
        "kind": milestone.kind,
        "calendar": calendar_of(case, milestone),
        "pauses": milestone.pauses,
        "waits_for": milestone.waits_for,
        "report_to": milestone.report_to or None,
        "not_before": milestone.not_before or None,
        "postponed": one.deadline.postponed,
        "restarts_on": list(milestone.restarts_on),
        "met_by": list(milestone.met_by),
        "cancelled_by": list(milestone.cancelled_by),
        "fault": one.deadline.fault,
        "steps": [
            {
                "kind": step.line.kind,
                "when": step.when,
                "at": None if step.at is None else iso(step.at, zone),
                "to": list(step.line.to),
                "repeat": None if step.line.repeat is None else print_duration(step.line.repeat),
                "reassign": step.line.reassign,
            }
            for step in one.steps
        ],
    }


def fact(policy: Policy, name: str) -> str:
    """Return a fact's label and name."""
    return f"{policy.facts.get(name) or BUILT_IN_FACTS.get(name, '')} {name}".strip()


def moment(policy: Policy, at: datetime) -> str:
    """Return an instant in the policy's zone, with seconds only if there are any."""
    there = at.astimezone(policy.zone)
    seconds = f":{there:%S}" if there.second else ""
    return f"{in_columns(policy, at)}{seconds}"
