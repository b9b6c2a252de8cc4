"""Which milestones can fall due before the first contact of the same ticket, and when; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.policy.model import Policy, Urgency
from escalation.policy.routing import route
from escalation.policy.tiers import AT_HAND_OVER, FIRST_CONTACT, Milestone, Tier
from escalation.sla.allowed_time import allowed, allowed_time, calendars_of, hours_of
from escalation.sla.turning_points import Count, longest, turning_points
from escalation.working_hours.working_time import Calendar

WITHOUT_YEARS = 2026  # looked at where no year's holidays are published
A_DAY = timedelta(days=1)  # so long a matter may be raised before it is handed off


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """A milestone of a tier that is due before the first contact, of a matter handed off `at` this instant."""

    tier: str
    milestone: str
    urgency: str
    raised_at: datetime
    at: datetime
    due_at: datetime
    contact_due: datetime


@dataclass(frozen=True, slots=True)
class TierMatter:
    """A matter of a tier, by which due times are computed."""

    policy: Policy
    tier: Tier
    urgency: Urgency
    queue: str

    def due(self, milestone: Milestone, at: datetime) -> datetime:
        """Return when it is due, started at the hand-off at this instant together with the first contact."""
        contact = self.tier.milestone(FIRST_CONTACT)
        contact_due = self._due(contact, at, None) if milestone.not_before else None
        return self._due(milestone, at, contact_due)

    def _due(self, milestone: Milestone, at: datetime, contact_due: datetime | None) -> datetime:
        return allowed_time(
            self.policy, self.tier, self.urgency, milestone, at, queue=self.queue, pauses=(), contact_due=contact_due
        ).due_at

    def ways(self, milestone: Milestone) -> list[list[Count]]:
        """Return how its due time may be reached: its own time on any of its calendars, or after the first contact."""
        own = calendars_of(self.policy, self.tier, self.urgency, milestone, self.queue) or (None,)
        found: list[list[Count]] = [[(calendar, allowed(self.urgency, milestone))] for calendar in own]
        if milestone.not_before:
            after = hours_of(self.policy, self.urgency, self.tier.calendar)
            first = self.ways(self.tier.milestone(FIRST_CONTACT))
            found += [[*way, (hours, self.policy.after_first_contact)] for way in first for hours in after]
        return found

    def points(self, milestone: Milestone, more: Sequence[Calendar] = ()) -> Iterator[datetime]:
        """Yield where its due time turns, or the first contact's, or one of these calendars."""
        contact = self.tier.milestone(FIRST_CONTACT)
        ways = [*self.ways(milestone), *self.ways(contact)]
        waits = [self.policy.calendars[one.waits_for] for one in (milestone, contact) if one.waits_for]
        counted = [calendar for way in ways for calendar, _ in way if calendar is not None]
        yield from turning_points(dict.fromkeys([*counted, *waits, *more]), ways, looked_at(self.policy))


def out_of_order(policy: Policy) -> Iterator[OutOfOrder]:
    """Yield each milestone of each tier that can fall due before the first contact, once, with an example.

    Looked at are those that start at the hand-off, over all published years and the next.
    """
    for tier in policy.tiers.values():
        for milestone in tier.milestones:
            if milestone.starts_on in AT_HAND_OVER and milestone.id != FIRST_CONTACT:
                examples = (_example(each, milestone) for each in matters(policy, tier, milestone))
                found = next((each for each in examples if each is not None), None)
                if found is not None:
                    yield found


def matters(policy: Policy, tier: Tier, milestone: Milestone) -> Iterator[TierMatter]:
    """Yield the matters of a tier that are owed the milestone, whose due times may differ: by urgency and by queue."""
    by_queue = "queue" in (milestone.calendar, tier.milestone(FIRST_CONTACT).calendar)
    topics: tuple[str | None, ...] = milestone.topics or (None, *policy.topics)
    for urgency in policy.urgencies.values():
        if urgency.id == policy.default_urgency or urgency.within or urgency.calendar:
            every = dict.fromkeys(route(policy, tier.id, topic, urgency.id).id for topic in topics)
            for queue in list(every)[: None if by_queue else 1]:
                yield TierMatter(policy, tier, urgency, queue)


def looked_at(policy: Policy) -> range:
    """Return the years whose calendars are looked at: those published, and one that is not."""
    known = {year for calendar in policy.calendars.values() for year in calendar.years} or {WITHOUT_YEARS}
    return range(min(known), max(known) + 2)


def _example(matter: TierMatter, milestone: Milestone) -> OutOfOrder | None:
    contact = matter.tier.milestone(FIRST_CONTACT)
    if _is_in_order(matter, milestone, contact):
        return None
    before = A_DAY if (milestone.starts_on, contact.starts_on) == AT_HAND_OVER else timedelta(0)
    for at in matter.points(milestone):
        due_at, contact_due = matter.due(milestone, at - before), matter.due(contact, at)
        if due_at < contact_due:
            return OutOfOrder(matter.tier.id, milestone.id, matter.urgency.id, at - before, at, due_at, contact_due)
    return None


def _is_in_order(matter: TierMatter, milestone: Milestone, contact: Milestone) -> bool:
    """Whether it needs no search: it comes after by its rule, or has more time than the first contact ever takes."""
    if milestone.not_before:
        return True
    if contact.waits_for is not None or (milestone.starts_on, contact.starts_on) == AT_HAND_OVER:
        return False
    time = allowed(matter.urgency, milestone)
    if (milestone.basis, milestone.calendar) == (contact.basis, contact.calendar):
        return time >= allowed(matter.urgency, contact)
    bounds = [span if calendar is None else longest(calendar, span) for [(calendar, span)] in matter.ways(contact)]
    return any(bound is not None and bound <= time for bound in bounds)
