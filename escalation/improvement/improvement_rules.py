"""What an improvement is, which weeks lack an entry, and before and after what its effect is measured; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from escalation.improvement.aimed_indicators import AIMED, AimedIndicator
from escalation.improvement.refusals import ImprovementRefused
from escalation.measures.periods import ReportPeriod
from escalation.tickets.noted_causes import CAUSE_CLASSES

LONGEST = 2_000  # characters of a text
LONGEST_DEPARTMENT = 64
_DAY = timedelta(days=1)
_LEAST, _MOST = 7, 92  # days before and after of which the effect is measured


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in words; of a figure with its indicator, the period and the amount it was."""

    words: str
    indicator: str | None = None
    period: str | None = None
    value: int | None = None
    tier: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class ImprovementWish:
    """What was found, why it is so, what is done, by whom and by when."""

    finding: Finding
    cause_kind: str
    cause: str
    measure: str
    person_id: int | None
    department: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Improvement:
    """Something that is being improved; `edits` counts its changes."""

    id: int
    finding: str
    indicator: str | None
    period: str | None
    value: int | None
    tier: str | None
    queue: str | None
    cause_kind: str
    cause: str
    measure: str
    person_id: int
    department: str
    start_on: date
    due_on: date
    made_by: str
    made_at: datetime
    closed_on: date | None
    closed_at: datetime | None
    outcome: str
    edits: int

    @property
    def aimed(self) -> AimedIndicator | None:
        """The indicator whose figure was found; None of a finding by hand."""
        return AIMED.get(self.indicator or "")

    def is_overdue(self, today: date) -> bool:
        """Whether its day is past and it is not closed."""
        return self.closed_at is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class ProgressEntry:
    """What somebody wrote of how an improvement goes."""

    id: int
    improvement_id: int
    at: datetime
    staff_id: int
    words: str


@dataclass(frozen=True, slots=True)
class EffectPeriods:
    """The days before the start and after the end, as many of each; `after` is None until there are any."""

    before: ReportPeriod
    after: ReportPeriod | None


def effect_periods(found: Improvement, today: date) -> EffectPeriods:
    """Return the periods between which the effect lies: as long as the improvement took, 7 to 92 days.

    The one after begins the day after it was closed, and ends today at the latest.
    """
    ends = found.closed_on or found.due_on
    days = min(_MOST, max(_LEAST, (ends - found.start_on).days + 1))
    before = ReportPeriod(found.start_on - timedelta(days=days), found.start_on - _DAY)
    last = min(ends + timedelta(days=days), today)
    begun = found.closed_on is not None and last > ends
    return EffectPeriods(before, ReportPeriod(ends + _DAY, last) if begun else None)


def lacks_entry(found: Improvement, progress: Sequence[date], today: date) -> bool:
    """Whether an open improvement has no entry of the last seven days, nor was begun in them."""
    latest = max([found.start_on, *progress])
    return found.closed_at is None and today - latest >= timedelta(days=7)


def checked(wish: ImprovementWish, today: date | None) -> None:
    """Raise ImprovementRefused for a wish that lacks something; `today` None: the day it had may be past."""
    finding = wish.finding
    if finding.indicator is not None and finding.indicator not in AIMED:
        raise ImprovementRefused("unknown_indicator", indicator=finding.indicator)
    for text, code in ((finding.words, "no_finding"), (wish.cause, "no_cause"), (wish.measure, "no_measure")):
        demand_words(text, code)  # type: ignore[arg-type]  # codes of the loop
    if wish.cause_kind not in CAUSE_CLASSES:
        raise ImprovementRefused("unknown_cause")
    if wish.person_id is None:
        raise ImprovementRefused("no_person")
    if len(wish.department) > LONGEST_DEPARTMENT:
        raise ImprovementRefused("too_long", most=LONGEST_DEPARTMENT)
    if wish.due_on is None:
        raise ImprovementRefused("no_day")
    if today is not None and wish.due_on < today:
        raise ImprovementRefused("day_past", day=wish.due_on.isoformat())


def demand_words(text: str, code: Literal["no_finding", "no_cause", "no_measure", "no_words"] = "no_words") -> str:
    """Return a text without blanks around it; raises ImprovementRefused for an empty or too long one."""
    text = text.strip()
    if not text:
        raise ImprovementRefused(code)
    if len(text) > LONGEST:
        raise ImprovementRefused("too_long", most=LONGEST)
    return text
