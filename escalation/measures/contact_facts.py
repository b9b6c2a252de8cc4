"""Facts of the first contact of a run, and of the answers that agents send; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from escalation.measures.facts import Fact, whole_seconds
from escalation.measures.here import Here
from escalation.working_hours.working_time import Calendar


def response_facts(here: Here) -> Iterator[Fact]:
    """Yield how long the customer waited for the first contact of the run."""
    if not here.is_first_contact:
        return
    at = here.line.happened_at
    hours = hours_of(here, at)
    for since, start in (("raised", here.raised_at), ("received", here.received_at)):
        yield here.fact(f"response_{since}", whole_seconds(start, at), here.who)
        working = max(0, int(hours.between(start, at).total_seconds()))
        yield here.fact(f"response_{since}_working", working, here.who)


def hours_of(here: Here, at: datetime) -> Calendar:
    """Return the calendar of the ticket's queue under the policy in force at an instant; of its tier's without one."""
    policy = here.policy_at(at)
    queue = policy.queues.get(here.after.queue)
    return policy.calendars[queue.calendar if queue is not None else policy.tier_of(here.after.tier).calendar]


def night_facts(here: Here) -> Iterator[Fact]:
    """Yield the first contact of a ticket that was opened at night, while that night has not ended."""
    if not (here.step.is_first_run and here.is_first_contact):
        return
    opened_at = here.steps[0].line.at
    hours = night_of(here, opened_at)
    if hours is None or not hours.is_open(opened_at):
        return
    if hours.between(opened_at, here.line.at) == here.line.at - opened_at:
        yield here.fact("night_contacted", staff_id=here.who)


def night_of(here: Here, at: datetime) -> Calendar | None:
    """Return the hours of the night service under the policy in force at an instant; None without one."""
    policy = here.policy_at(at)
    return policy.calendars[policy.night.calendar] if policy.night is not None else None


def article_facts(here: Here) -> Iterator[Fact]:
    """Yield that a reply used a published answer, and that the bot should have given it."""
    article = here.line.data.get("article")
    if here.line.kind != "replied" or not article:
        return
    yield here.fact("published_used", staff_id=here.who, part=article)
    first = not any(step.line.kind == "replied" and step.line.data.get("article") for step in here.run)
    by_hand = "by" in here.steps[0].line.data
    given = here.case.given.get(article)
    if first and here.step.is_first_run and not by_hand and (given is None or given > here.line.at):
        yield here.fact("wrongly_silent", staff_id=here.who, part=article)
