"""Whether each tier's milestones keep the policy's rules for every ticket, and an example where one does not; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation.policy.model import Policy, Rule
from escalation.policy.tiers import AT_HAND_OVER, Milestone, Tier
from escalation.sla.due_order import TierMatter, matters
from escalation.sla.turning_points import longest
from escalation.working_hours.open_hours import DAY
from escalation.working_hours.working_time import Calendar, Span


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that a tier does not keep: it owes none of its milestones, or one is due too late when it starts `at`."""

    rule: str
    tier: str
    milestone: str | None = None
    at: datetime | None = None
    due_at: datetime | None = None
    took: timedelta | None = None


def broken_rules(policy: Policy) -> Iterator[BrokenRule]:
    """Yield each tier that breaks a rule, with an example; rules of words alone are not looked at.

    A rule met by the acknowledgement is kept by every tier: the sentence that tells the time of the first contact is
    posted in the transaction of the hand-off, and a policy whose sentence lacks the time is not read.
    """
    for rule in policy.rules.values():
        if rule.milestones and rule.within is not None:
            for tier in policy.tiers.values():
                found = _broken_by(policy, rule, rule.within, tier)
                if found is not None:
                    yield found


def _broken_by(policy: Policy, rule: Rule, within: timedelta, tier: Tier) -> BrokenRule | None:
    """None if one of the tier's milestones always keeps it, else what is wrong with the last of them."""
    keeping = [one for one in tier.milestones if one.id in rule.milestones and _has_begun(one, rule)]
    found: BrokenRule | None = BrokenRule(rule.id, tier.id)
    for milestone in keeping:
        found = _too_late(policy, rule, within, tier, milestone)
        if found is None:
            return None
    return found


def _has_begun(milestone: Milestone, rule: Rule) -> bool:
    """Whether its clock runs, or has been met, when the rule's time begins."""
    return milestone.starts_on in AT_HAND_OVER or rule.starts_on in (milestone.starts_on, *milestone.restarts_on)


def _too_late(policy: Policy, rule: Rule, within: timedelta, tier: Tier, milestone: Milestone) -> BrokenRule | None:
    """An instant at which it is due later than the rule wants; urgency only makes it sooner."""
    calm = [each for each in matters(policy, tier, milestone) if each.urgency.id == policy.default_urgency]
    for matter in calm:
        if not milestone.waits_for and _is_bounded(matter, milestone, rule, within):
            continue
        measure = _measure(policy, rule, tier)
        for at in matter.points(milestone, [measure] if measure is not None else []):
            due_at = matter.due(milestone, at)
            took = due_at - at if measure is None else measure.between(at, due_at)
            if took > within:
                return BrokenRule(rule.id, tier.id, milestone.id, at, due_at, took)
    return None


def _is_bounded(matter: TierMatter, milestone: Milestone, rule: Rule, within: timedelta) -> bool:
    """Whether its time can never be more than the rule allows, so that no instant needs to be looked at."""
    hours = matter.policy.calendars[matter.tier.calendar]
    for way in matter.ways(milestone):
        total = sum((time for _, time in way), timedelta(0))
        kinds = dict.fromkeys(calendar for calendar, _ in way)
        bound: timedelta | None = None
        if list(kinds) == [None]:
            bound = total
        elif list(kinds) == [hours]:
            bound = total if rule.counts == "working" else longest(hours, total, open_days=rule.counts == "open_days")
        if bound is None or bound > within:
            return False
    return True


def _measure(policy: Policy, rule: Rule, tier: Tier) -> Calendar | None:
    """The calendar whose time the rule counts; None counts every hour."""
    hours = policy.calendars[tier.calendar]
    if rule.counts == "elapsed":
        return None
    return hours if rule.counts == "working" else replace(hours, spans=(Span(0, DAY),))
