"""A tier of the service policy as frozen values: who belongs to it, what it is owed and who is told when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Basis = Literal["working", "elapsed"]


MilestoneKind = Literal["promise", "target"]


BotRole = Literal["answers", "suggests"]


Reassign = Literal["queue", "lead", "on_call"]


FIRST_CONTACT = "first_contact"  # the milestone every tier has: customers are promised it


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told once a deadline is `after` past due (measured in elapsed time; zero means at the due instant).

    With `at`, a share of the time allowed, it comes before: 0.5 when half of the working (or elapsed) time is gone.
    `to` holds recipients: `holder` (falls back to the queue while nobody holds the ticket), `queue`, `lead`, `manager`,
    `on_call`. `repeat` says it again and again until the milestone is met or somebody acknowledges it. `reassign` takes
    the ticket from a silent holder: back to its queue, to the lead on duty, or to whoever is on call.
    """

    after: timedelta
    to: tuple[str, ...]
    at: float | None = None
    repeat: timedelta | None = None
    reassign: Reassign | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing a ticket is owed: which fact starts its clock, how long it may take, which facts meet it."""

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


@dataclass(frozen=True, slots=True)
class Criteria:
    """When an organisation belongs to a tier; figures in the policy's currency per year and orders per year.

    Source: tiered-service regulation (value contribution, influence, complexity); the bands are the company's own.
    """

    annual_amount: int | None
    orders_per_year: int | None
    in_words: Mapping[str, str]
    share_of_sales: float | None = None  # percent of annual sales; the published figure that annual_amount stands for


@dataclass(frozen=True, slots=True)
class Post:
    """A post that serves a tier: how many people, and how many customers each looks after (None: not limited)."""

    role: str
    people: int | None = None
    customers_each: int | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A class of customers, served alike. `rank` 1 is the highest."""

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

    def milestone(self, milestone_id: str) -> Milestone:
        """The milestone of that id; KeyError when this tier isn't owed it."""
        for milestone in self.milestones:
            if milestone.id == milestone_id:
                return milestone
        raise KeyError(milestone_id)
