"""All that the page of figures shows, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.reports.assembling import ReportKind, ReportWish, make_report, side_of
from bot.reports.diagnosis import read_diagnosis
from bot.reports.headline import HeadlineFigure, headline
from bot.reports.linked import LinkedTable, by_group, linked
from bot.reports.names import GroupNames, group_names
from bot.reports.report import FigureReport
from bot.wording.figure_pages import EVALUATE_FROM, EVALUATE_NOW, NOTHING_TO_COMPARE, OPINIONS
from escalation.measures.figures import first_day, sums
from escalation.measures.indicators import Figures, of_measure
from escalation.measures.periods import ReportPeriod, day_of, months_of
from escalation.measures.sums import ALL, Dimension, Filters
from escalation.policy.model import Policy

_DAY = timedelta(days=1)
_MOST_DAYS = 92  # drawn one by one; of a longer period its whole months are


@dataclass(frozen=True, slots=True)
class CourseOfDays:
    """What came in and what was solved, day by day or month by month."""

    labels: Sequence[str]
    raised: Sequence[int]
    resolved: Sequence[int]


@dataclass(frozen=True, slots=True)
class FigurePage:
    """The report with its first figures, its tables, and the course of the period."""

    report: FigureReport
    period: ReportPeriod
    headline: Sequence[HeadlineFigure]
    tables: Sequence[LinkedTable]
    groups: LinkedTable
    opinions: LinkedTable | None  # the topics of opinions and suggestions; None without any
    course: CourseOfDays
    solved: Sequence[tuple[str, int]]  # how many each group solved, as the chart draws it


def read_figure_page(
    db: Connection, policy: Policy, wish: ReportWish, period: ReportPeriod, by: Dimension, now: datetime
) -> FigurePage:
    """Return the page of a period; what lies before the first ticket is compared with nothing.

    Raises ReportRefused for a period in which there was nothing yet.
    """
    first, notes, compare = first_day(db), list[str](), wish.compare
    if compare is not None and first is not None and compare.last < first:
        wish, notes = replace(wish, compare=None), [NOTHING_TO_COMPARE.format(period=compare.name, first=first)]
    if wish.kind == "night":
        notes = [*_evaluation(policy, first, day_of(now, policy.zone)), *notes]
    report = make_report(db, policy, replace(wish, period=period), now)
    present = side_of(db, period, wish.filters)
    before = side_of(db, wish.compare, wish.filters) if wish.compare is not None else None
    diagnosed = read_diagnosis(db, policy, period, wish.filters, present.figures)
    if diagnosed is not None:
        report = replace(report, sections=[diagnosed, *report.sections])
    groups, names = sums(db, period, wish.filters, by), group_names(db, policy)
    return FigurePage(
        report=replace(report, notes=[*notes, *report.notes]),
        period=period,
        headline=headline(present, before),
        tables=[linked(section, present.figures) for section in report.sections],
        groups=by_group(groups, by, names),
        opinions=_opinions(db, policy, period, wish.filters, names),
        course=_course(db, period, wish.filters, day_of(now, policy.zone)),
        solved=_solved(groups, by, names),
    )


def _opinions(
    db: Connection, policy: Policy, period: ReportPeriod, filters: Filters, names: GroupNames
) -> LinkedTable | None:
    topics = [topic for topic in policy.topics if any(word in topic for word in OPINIONS)]
    if not topics:
        return None
    found = sums(db, period, filters, "topic")
    table = by_group({topic: found[topic] for topic in topics if topic in found}, "topic", names)
    return table if table.rows else None


def _evaluation(policy: Policy, first: date | None, today: date) -> list[str]:
    """When the night service is to be evaluated: so long after the first ticket."""
    if policy.night is None or first is None:
        return []
    day = first + policy.night.evaluate_after
    sentence = EVALUATE_NOW if day <= today else EVALUATE_FROM
    return [sentence.format(days=policy.night.evaluate_after.days, day=day)]


def _solved(groups: Mapping[str, Figures], by: Dimension, names: GroupNames) -> list[tuple[str, int]]:
    found = [(names.of(by, group), of_measure(figures, "resolved").number) for group, figures in groups.items()]
    return sorted(((name, number) for name, number in found if number), key=lambda each: (-each[1], each[0]))


def kind_of(period: ReportPeriod) -> ReportKind:
    """Return which report is of a period like this."""
    kinds: dict[str, ReportKind] = {"month": "monthly", "quarter": "quarterly", "year": "quarterly"}
    return kinds.get(period.kind, "weekly")


def _course(db: Connection, period: ReportPeriod, filters: Filters, today: date) -> CourseOfDays:
    last = min(period.last, today)
    parts = (
        [
            ReportPeriod(day, day)
            for day in (period.first + number * _DAY for number in range((last - period.first).days + 1))
        ]
        if (last - period.first).days < _MOST_DAYS
        else list(months_of(period).values())
    )
    labels = [f"{part.first:%m-%d}" if part.days == 1 else f"{part.first:%y-%m}" for part in parts]
    found = [sums(db, part, filters, None, ("raised", "resolved")).get(ALL, {}) for part in parts]
    counted = {name: [of_measure(each, name).number for each in found] for name in ("raised", "resolved")}
    return CourseOfDays(labels, counted["raised"], counted["resolved"])
