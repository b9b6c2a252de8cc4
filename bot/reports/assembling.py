"""Puts a report together: what is asked for is checked, figures are read, tables and notes are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import Connection

from bot.measuring.day_end import COUNTED
from bot.messages import BotRefusal
from bot.reports import sections
from bot.reports.names import GroupNames, group_names
from bot.reports.report import FigureReport, ReportSection, cell, words
from bot.reports.sections import Side
from bot.wording import report_words as w
from escalation.measures.day_closing import rewritten_days
from escalation.measures.figures import first_day, latest_value, sums
from escalation.measures.indicators import Figures, cost_of, of_measure
from escalation.measures.periods import PeriodKind, ReportPeriod, bounds_of, day_of, period_of
from escalation.measures.policy_book import editions_between
from escalation.measures.streams import find_stream
from escalation.measures.sums import ALL, Dimension, Filters
from escalation.policy.model import Policy
from escalation.tickets.handling_spells import recorded_since

ReportKind = Literal["weekly", "monthly", "quarterly", "night"]
REPORT_KINDS: tuple[ReportKind, ...] = get_args(ReportKind)
_PERIODS: dict[ReportKind, PeriodKind] = {
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "night": "quarter",
}
_DAY = timedelta(days=1)


class ReportRefused(BotRefusal):
    """A report that cannot be made; the text is a whole sentence."""


@dataclass(frozen=True, slots=True)
class ReportWish:
    """A report that is asked for; without a period, of the latest one of its kind, as `_latest` says."""

    kind: ReportKind
    period: ReportPeriod | None = None
    filters: Filters = field(default_factory=Filters)
    by: Dimension | None = None
    compare: ReportPeriod | None = None


def make_report(db: Connection, policy: Policy, wish: ReportWish, now: datetime) -> FigureReport:
    """Return a report; raises ReportRefused for a period in which there was nothing yet."""
    today = day_of(now, policy.zone)
    period = wish.period or _latest(db, wish.kind, today)
    for each in (period, *([wish.compare] if wish.compare is not None else [])):
        _demand_known(db, each, today)
    names = group_names(db, policy)
    made = [each if each.rows else _empty(each) for each in _sections(db, policy, wish, period, names)]
    return FigureReport(
        kind=wish.kind,
        title=f"{policy.name} {w.TITLES[wish.kind]}",
        period=period.name,
        first=period.first.isoformat(),
        last=period.last.isoformat(),
        sections=made,
        filters=names.filters(wish.filters),
        compared=wish.compare.name if wish.compare is not None else "",
        notes=list(_notes(db, policy, period, today)),
    )


def _latest(db: Connection, kind: ReportKind, today: date) -> ReportPeriod:
    """The latest period that has ended; the present one as long as nothing was counted before it."""
    present, first = period_of(_PERIODS[kind], today), first_day(db)
    ended = present.previous()
    return ended if first is None or first <= ended.last else present


def _demand_known(db: Connection, period: ReportPeriod, today: date) -> None:
    first = first_day(db)
    if period.first > today:
        raise ReportRefused(f"{period.name} has not begun yet; choose a period up to today, {today.isoformat()}.")
    if first is None:
        raise ReportRefused("Nothing was counted yet; figures are there a few minutes after the first ticket.")
    if period.last < first:
        raise ReportRefused(f"{period.name} ended before the first ticket; choose a period from {first} on.")


def _sections(
    db: Connection, policy: Policy, wish: ReportWish, period: ReportPeriod, names: GroupNames
) -> Iterator[ReportSection]:
    now = side_of(db, period, wish.filters)
    if wish.kind == "night":
        by_tier = sums(db, period, wish.filters, "tier", ("night_raised", "night_contacted"))
        yield sections.night(now.figures, by_tier, names)
    yield sections.overview(now, side_of(db, wish.compare, wish.filters) if wish.compare is not None else None)
    yield sections.times(now.figures)
    yield sections.milestones(now.figures, names)
    if wish.by is not None:
        yield sections.by_group(sums(db, period, wish.filters, wish.by), wish.by, names)
    yield sections.causes(now.figures)
    if policy.rates:
        yield _cost(db, policy, wish, period)


def side_of(db: Connection, period: ReportPeriod, filters: Filters) -> Side:
    """Return the figures of a period."""
    found: Figures = sums(db, period, filters).get(ALL, {})
    return Side(found, latest_value(db, period, "organisations"))


def _cost(db: Connection, policy: Policy, wish: ReportWish, period: ReportPeriod) -> ReportSection:
    by_tier = sums(db, period, wish.filters, "tier", ("handling_time",))
    handling = {tier: of_measure(found, "handling_time") for tier, found in by_tier.items()}
    rows = []
    for tier in policy.tiers:
        spent = handling.get(tier)
        cost = cost_of({tier: spent}, policy.rates) if spent is not None else None
        if spent is not None and cost is not None:
            rows.append([words(tier), cell(spent.total, "seconds"), cell(cost, "number")])
    return ReportSection(w.COST, w.COST_HEADINGS, rows, ["", w.SECONDS, w.YUAN])


def _empty(section: ReportSection) -> ReportSection:
    return ReportSection(section.title, section.headings, [], section.units, [*section.notes, w.NO_SAMPLE])


def _notes(db: Connection, policy: Policy, period: ReportPeriod, today: date) -> Iterator[str]:
    if period.last >= today:
        yield w.NOT_OVER
    begins, ends = bounds_of(period.first, policy.zone)[0], bounds_of(period.last, policy.zone)[1]
    for at, version in editions_between(db, begins, ends):
        yield w.new_edition(day_of(at, policy.zone), version)
    rewritten = rewritten_days(db, period.first.isoformat(), period.last.isoformat())
    if rewritten:
        yield w.rewritten(list(rewritten))
    counted = find_stream(db, COUNTED)
    since = date.fromordinal(counted.began + 1) if counted is not None else None
    if since is not None and period.first < since:
        yield w.recorded_since(since)
    handled = recorded_since(db)
    if handled is not None and period.first < day_of(handled, policy.zone):
        yield w.handling_since(day_of(handled, policy.zone))
