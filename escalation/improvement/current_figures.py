"""The amount of an indicator in a period, of all or of one tier or queue, from the figures and the inspections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from escalation.improvement.aimed_indicators import AIMED
from escalation.improvement.amounts import amount_of
from escalation.measures.catalogue import MEASURES
from escalation.measures.figures import latest_value, sums
from escalation.measures.indicators import Indicator, complaint_rate, rates_of, time_of
from escalation.measures.periods import ReportPeriod, bounds_of
from escalation.measures.sums import ALL, Filters, Key, Sum
from escalation.supervision.adherence import adherence
from escalation.supervision.inspection_results import counted, drawn_between, inspected_people, rows_of
from escalation.supervision.inspection_store import find_records
from escalation.supervision.inspection_tables import inspections

LATELY = 28  # days that "now" means


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator in a period: its amount, None without a sample, and of how many it is made."""

    amount: int | None
    number: int
    period: ReportPeriod


@dataclass(slots=True)
class CurrentFigures:
    """Figures of one transaction, each period and filter summed once."""

    db: Connection
    zone: ZoneInfo
    _sums: dict[tuple[ReportPeriod, Filters], Mapping[Key, Sum]] = field(default_factory=dict)

    def figure(self, indicator: str, period: ReportPeriod, tier: str | None, queue: str | None) -> Figure:
        """Return an indicator of `AIMED` in a period; without amount if a later release no longer has it."""
        if indicator not in AIMED:
            return Figure(None, 0, period)
        if indicator == "adherence":
            return self._adherence(period, tier, queue)
        found = self._indicator(indicator, period, Filters(tier=tier, queue=queue))
        return Figure(amount_of(found.value, found.unit), int(found.denominator), period)

    def _indicator(self, indicator: str, period: ReportPeriod, filters: Filters) -> Indicator:
        summed = self._summed(period, filters)
        if indicator in MEASURES:
            return time_of(summed, indicator)
        if indicator == "complaint_rate":
            return complaint_rate(summed, latest_value(self.db, period, "organisations"))
        return next(each for each in rates_of(summed) if each.id == indicator)

    def _summed(self, period: ReportPeriod, filters: Filters) -> Mapping[Key, Sum]:
        if (period, filters) not in self._sums:
            self._sums[period, filters] = sums(self.db, period, filters).get(ALL, {})
        return self._sums[period, filters]

    def _adherence(self, period: ReportPeriod, tier: str | None, queue: str | None) -> Figure:
        since, until = bounds_of(period.first, self.zone)[0], bounds_of(period.last, self.zone)[1]
        where = [counted(), drawn_between(since, until), inspections.c.state == "scored"]
        where += [inspections.c.tier == tier] if tier is not None else []
        where += [inspections.c.queue == queue] if queue is not None else []
        found = find_records(self.db, *where)
        kept = adherence(rows_of(found, inspected_people(self.db), self.zone))
        return Figure(amount_of(kept.rate, "share"), kept.applicable, period)


def lately(today: date) -> ReportPeriod:
    """Return the last four weeks, of which today is the last day."""
    return ReportPeriod(today - timedelta(days=LATELY - 1), today)
