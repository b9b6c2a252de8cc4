"""A tier as frozen values: its criteria, its milestones, and who is notified when one is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Basis = Literal["working", "elapsed"]


MilestoneKind = Literal["promise", "target"]


BotRole = Literal["answers", "suggests"]


Reassign = Literal["queue", "lead", "on_call"]


Approval = Literal["two_people", "one_person"]
Repeats = Literal["doubling", "steady"]


FIRST_CONTACT = "first_contact"  # the milestone every tier has: customers are promised it
AT_HAND_OVER = ("raised", "received")  # facts: the customer wrote first, and a person was called for
FOLLOWED_UP = "followed_up"  # a fact: somebody heard the dissatisfied customer
DISSATISFIED = "dissatisfied"  # a fact: the customer rated low, had a solution reopened or withdrew a complaint
CHECK_IN_DUE = "check_in_due"  # a fact: nobody has spoken to the customer for as long as their tier allows
CHECK_IN_OVER = "check_in_over"  # a fact: they have another matter open, so that nobody need call
HELP_ASKED, HELP_GIVEN = "help_asked", "help_given"  # facts: a colleague was asked for help, and gave it
HELP_WITHDRAWN = "help_withdrawn"  # a fact of no policy: help is no longer asked for, and what waited for it ends


@dataclass(frozen=True, slots=True)
class Step:
    """Who is notified `after` the due instant, in elapsed time; zero means at the due instant.

    With `at`, a share of the time allowed, it comes before: 0.5 when half of the working (or elapsed) time has passed.
    `to` holds recipients: `holder` (the queue while the ticket has none), `queue`, `lead`, `manager`, `on_call`.
    `repeat` is the interval of reminders until the milestone is met or the deadline acknowledged. `reassign` takes the
    ticket from its holder: back to its queue, to the lead on duty, or to staff on call.
    """

    after: timedelta
    to: tuple[str, ...]
    at: float | None = None
    repeat: timedelta | None = None
    reassign: Reassign | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a ticket is owed: the fact that starts its clock, the time allowed, the facts that meet it."""

    id: str
    label: str
    starts_on: str
    within: timedelta
    basis: Basis
    met_by: tuple[str, ...]
    restarts_on: tuple[str, ...] = ()
    cancelled_by: tuple[str, ...] = ()
    kind: MilestoneKind = "promise"
    warn_before: timedelta | None = None
    waits_for: str | None = None  # a calendar: a due instant outside it moves to its next opening, unless critical
    steps: tuple[Step, ...] = ()
    topics: tuple[str, ...] = ()  # owed only for these topics; empty means for every matter
    about: str = ""  # what counts, in words for the agent
    calendar: str = "tier"  # whose hours a working-time clock counts: the tier's, the `queue`'s, or a calendar by name
    pauses: bool = False  # the clock stands still while the ticket waits for the customer
    report_to: str = ""  # the recipient of the report that this milestone owes
    not_before: str = ""  # "first_contact": due no sooner than the policy's time after that is due, while it is owed


@dataclass(frozen=True, slots=True)
class Criteria:
    """When an organisation belongs to a tier: amount per year in the policy's currency, orders per year.

    Source: tiered-service regulation (value contribution, influence, complexity); the bands are the company's own.
    """

    annual_amount: int | None
    orders_per_year: int | None
    in_words: Mapping[str, str]
    share_of_sales: float | None = None  # percent of annual sales; the published figure that annual_amount stands for


@dataclass(frozen=True, slots=True)
class Post:
    """A post that serves a tier: how many people, and the customers of each (None: no limit)."""

    role: str
    people: int | None = None
    customers_each: int | None = None


@dataclass(frozen=True, slots=True)
class TierRules:
    """Who must agree to a tier set by hand, and what customers may learn of tiers."""

    approval: Approval = "two_people"
    criteria_page: bool = False  # customers may read the criteria of every tier, the only place where tiers are named
    change_notice: bool = False  # contacts are told that their service has changed, never the tier's name …
    notice_hours: str = ""  # … while this calendar is open


@dataclass(frozen=True, slots=True)
class Tier:
    """A class of customers, served alike; rank 1 is the highest."""

    id: str
    rank: int
    calendar: str
    bot: BotRole
    criteria: Criteria
    milestones: tuple[Milestone, ...]
    entitlements: tuple[str, ...] = ()
    staffing: str = ""
    channels: tuple[str, ...] = ()
    bot_holds_at_most: timedelta | None = None  # hand over after this long in the bot's hands …
    bot_answers_at_most: int | None = None  # … or after this many answers that did not help
    posts: tuple[Post, ...] = ()  # `staffing`, in figures
    check_in_every: timedelta | None = None  # after their last contact with a person; None: on no schedule
    repeats: Repeats = "doubling"  # `steady`: what is late is told again at its interval, at any hour

    def milestone(self, milestone_id: str) -> Milestone:
        """Return the milestone of that id; raises KeyError when the tier has none."""
        for milestone in self.milestones:
            if milestone.id == milestone_id:
                return milestone
        raise KeyError(milestone_id)
