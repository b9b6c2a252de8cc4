"""The service policy as frozen values: queues, routes, topics, urgencies, calendars, wording, and its tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from escalation.policy.approvals import REMIND_BEFORE, Approval, Department
from escalation.policy.budgets import Budgets
from escalation.policy.default_wording import DEFAULT_NUMBER
from escalation.policy.emergency import EmergencyPlan
from escalation.policy.outside_chat import OutsideChat
from escalation.policy.privacy import PrivacyRules
from escalation.policy.privacy_notice import PrivacyNotice
from escalation.policy.report_times import ReportTimes
from escalation.policy.risks import RiskRules
from escalation.policy.supervision import Supervision
from escalation.policy.surveys import Surveys
from escalation.policy.tiers import Tier, TierRules
from escalation.policy.waiting import WaitingRules
from escalation.working_hours.working_time import Calendar

DEFAULT_GATHER_UNFINISHED = timedelta(seconds=10)
DEFAULT_FOREIGN = 0.15
DEFAULT_UNDO_WITHIN = timedelta(minutes=1)
DEFAULT_CAPACITY = 8
Assign = Literal["nobody", "load", "named"]
RuleCounts = Literal["elapsed", "working", "open_days"]


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of tickets that a group of agents works."""

    id: str
    calendar: str
    about: str = ""
    assign: Assign = "nobody"  # nobody: agents claim; else the customer's own people first, then the least loaded
    claim_within: timedelta | None = None  # an assigned ticket not claimed by then goes back to its queue


@dataclass(frozen=True, slots=True)
class Support:
    """A product or technical contact whom agents ask for help, and who is notified."""

    id: str
    to: tuple[str, ...]  # recipients
    queue: str | None = None  # the people of this queue, besides
    about: str = ""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A repeated problem within `window`: the agent is notified from the `remind_at`-th on, the lead from `lead_at`."""

    window: timedelta
    remind_at: int
    lead_at: int


@dataclass(frozen=True, slots=True)
class Paging:
    """How staff are notified in their messenger."""

    per_minute: int = 20  # messages to any one chat
    digest_from: int = 4  # so many or more pages of one moment become one digest
    morning: str | None = None  # a calendar: when it opens, what the night left is told in one digest


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the routing table; None matches everything."""

    queue: str
    tier: str | None = None
    topic: str | None = None
    urgency: str | None = None

    def matches(self, tier: str, topic: str | None, urgency: str) -> bool:
        """Whether a ticket of this tier, topic and urgency takes this route."""
        wanted = ((self.tier, tier), (self.topic, topic), (self.urgency, urgency))
        return all(asked is None or asked == given for asked, given in wanted)


@dataclass(frozen=True, slots=True)
class Urgency:
    """How pressing a ticket is, recognised by words; it may only shorten deadlines."""

    id: str
    label: str
    words: tuple[str, ...] = ()
    calendar: str | None = None  # overrides the tier's calendar
    within: Mapping[str, timedelta] = field(default_factory=dict)  # milestone id → upper bound
    critical: bool = False  # says `wording.safety`, goes to a person at once whatever the tier


@dataclass(frozen=True, slots=True)
class Topic:
    """What a ticket is about; a category of the knowledge base is the id of a topic."""

    id: str
    words: tuple[str, ...] = ()
    complaint: bool = False
    tell: tuple[str, ...] = ()  # recipients told as soon as such a ticket opens
    skills: tuple[str, ...] = ()  # an agent who is assigned such a ticket has all of these
    number: str = DEFAULT_NUMBER  # by which the matter is found, which the customer is asked for; empty: by none
    act: str = ""  # what a customer does who raises such a matter, for example "feedback"; empty: nothing in particular


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The company's rule that raises or lowers a tier by one.

    Raised when influence and complexity (1–5) are both at least `raise_from`, lowered when both are at most `lower_to`.
    """

    raise_from: int
    lower_to: int


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The figures of the dialogue."""

    precision: float  # of the answers given, the share that should be right
    suggest_precision: float  # of the lists of suggestions, the share that should hold the right question
    suggestions: int  # at most this many
    misses: int  # in a row, then a person
    gather: timedelta  # fragments sent within this time are one message
    reopen_within: timedelta
    rating_delay: timedelta
    rating_hours: str  # calendar
    undo_within: timedelta = DEFAULT_UNDO_WITHIN  # of what was done, of which its customer hears nothing until then
    gather_unfinished: timedelta = DEFAULT_GATHER_UNFINISHED  # the same for a sentence that is visibly unfinished
    foreign: float = DEFAULT_FOREIGN  # the share of messages that no question is expected to answer, 0 to 1


@dataclass(frozen=True, slots=True)
class Night:
    """The night service: its hours, the tiers an agent serves then, and when it is evaluated."""

    calendar: str
    tiers: tuple[str, ...]
    evaluate_after: timedelta
    about: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for every ticket: its figure, and how it is enforced.

    With `milestones`, each tier keeps it by one of these, counted from the fact `starts_on`; with `met_by`, by what
    customers are told at the hand-off. Without either it is only words.
    """

    id: str
    label: str
    within: timedelta | None
    kept_by: str
    milestones: tuple[str, ...] = ()
    starts_on: str = "received"
    counts: RuleCounts = "elapsed"  # open_days: whole days, of those on which the tier is open
    met_by: str = ""  # "acknowledgement": the sentence that tells the real time of the first contact


COMPLAINT_CLOSED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Policy:
    """One company's whole service policy.

    `version` is a digest of the file: equal files have equal versions.
    """

    name: str
    version: str
    zone: ZoneInfo
    default_tier: str
    calendars: Mapping[str, Calendar]
    tiers: Mapping[str, Tier]
    adjustment: Adjustment
    queues: Mapping[str, Queue]
    routes: tuple[Route, ...]
    topics: Mapping[str, Topic]
    urgencies: Mapping[str, Urgency]  # from the least to the most pressing
    default_urgency: str
    facts: Mapping[str, str]  # what staff can record on a ticket → its label
    dialogue: Dialogue
    words: Mapping[str, tuple[str, ...]]  # the lists named in read_wording.WORD_LISTS
    wording: Mapping[str, str]  # what customers and staff are told (read_wording.WORDING); placeholders in braces
    principles: tuple[str, ...] = ()
    night: Night | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)
    complaint_causes: tuple[str, ...] = ()  # one of these is recorded when a complaint is resolved
    complaint_closed_for: timedelta = COMPLAINT_CLOSED_FOR  # who held the customer's matters since then does not see it
    support: Mapping[str, Support] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    remind_before: timedelta = REMIND_BEFORE  # the end of what a department or colleague was asked for
    same_customer: Recurrence | None = None
    same_topic: Recurrence | None = None
    paging: Paging = Paging()
    budgets: Budgets = field(default_factory=Budgets)
    after_first_contact: timedelta = timedelta(0)  # working time that a milestone with `not_before` has after it is due
    tier_rules: TierRules = field(default_factory=TierRules)
    waiting: WaitingRules | None = None
    surveys: Surveys = field(default_factory=Surveys)
    risks: RiskRules = field(default_factory=RiskRules)
    supervision: Supervision | None = None  # None: nothing is inspected
    outside_chat: OutsideChat = field(default_factory=OutsideChat)
    privacy: PrivacyRules = field(default_factory=PrivacyRules)
    emergency: EmergencyPlan | None = None
    reports: ReportTimes = field(default_factory=ReportTimes)
    rates: Mapping[str, int] = field(default_factory=dict)  # by tier: what an hour of handling costs, in yuan
    capacity: int = DEFAULT_CAPACITY  # open tickets assigned at most to a person without a capacity of their own
    phone: str = ""  # the company's number, for whom nobody can be called at once
    calendars_version: int = 0  # which edition of the calendar years the calendars carry; 0: the file's own

    @property
    def notice(self) -> PrivacyNotice | None:
        """The privacy notice that customers are shown; None: there is none."""
        return self.privacy.notice

    @property
    def rules_version(self) -> str:
        """The version of the file together with the edition of the calendar years: what a deadline was computed by."""
        return f"{self.version}.{self.calendars_version}"

    def answers_request_by(self, asked_at: datetime) -> datetime:
        """Return by when what a person asks about their data at this instant is answered."""
        days = [name for name, calendar in self.calendars.items() if calendar.working_days_only]
        name = self.privacy.calendar or next(iter(days), self.tiers[self.default_tier].calendar)
        return self.privacy.answer_within.after(self.calendars[name], asked_at)

    @property
    def skills(self) -> tuple[str, ...]:
        """Every skill that a topic asks for."""
        return tuple(sorted({skill for topic in self.topics.values() for skill in topic.skills}))

    def tier_of(self, tier: str) -> Tier:
        """Return the tier of that name, or the default tier when the policy no longer has it."""
        return self.tiers.get(tier) or self.tiers[self.default_tier]

    def urgency_of(self, urgency: str) -> Urgency:
        """Return the urgency of that name, or the default one when the policy no longer has it."""
        return self.urgencies.get(urgency) or self.urgencies[self.default_urgency]
