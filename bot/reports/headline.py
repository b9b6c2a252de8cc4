"""The few figures that a manager looks at first, each with its change and what it means; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.reports.report import ReportCell, cell, change
from bot.reports.sections import Side
from bot.wording.figure_pages import FIRST_RESPONSE, HEADLINE_ABOUT
from escalation.measures.indicators import Indicator, complaint_rate, rates_of, time_of

Trend = Literal["better", "worse", "same", ""]
# Of each figure what its tickets are counted from.
DRILLED: Mapping[str, str] = {
    "first_response": "response_received",
    "resolution_rate": "resolved",
    "fcr_rate": "fcr",
    "satisfaction": "rated",
    "complaint_rate": "complaint",
    "kept_rate": "milestone_late",
    "bot_alone_rate": "",
}
_LESS_IS_BETTER = frozenset({"first_response", "complaint_rate"})


@dataclass(frozen=True, slots=True)
class HeadlineFigure:
    """A figure with its change (None: nothing to compare with), whether that is good, and of how many it is."""

    id: str
    label: str
    value: ReportCell
    before: ReportCell | None
    change: ReportCell | None
    trend: Trend
    about: str
    sample: int
    measure: str  # whose tickets are behind it; empty: of none


def headline(now: Side, before: Side | None) -> list[HeadlineFigure]:
    """Return the figures in their order."""
    old = _indicators(before) if before is not None else {}
    return [_figure(name, each, old.get(name)) for name, each in _indicators(now).items()]


def _indicators(side: Side) -> dict[str, Indicator]:
    found = {each.id: each for each in rates_of(side.figures)}
    found["complaint_rate"] = complaint_rate(side.figures, side.organisations)
    found["first_response"] = time_of(side.figures, "response_received")
    return {name: found[name] for name in DRILLED}


def _figure(name: str, now: Indicator, before: Indicator | None) -> HeadlineFigure:
    label = FIRST_RESPONSE if name == "first_response" else now.label
    more = change(now.value, before.value, now.unit) if before is not None else None
    return HeadlineFigure(
        name,
        label,
        cell(now.value, now.unit),
        cell(before.value, now.unit) if before is not None else None,
        more,
        _trend(name, more),
        HEADLINE_ABOUT[name],
        round(now.denominator),
        DRILLED[name],
    )


def _trend(name: str, more: ReportCell | None) -> Trend:
    if more is None or more.value is None:
        return ""
    if not more.value:
        return "same"
    return "better" if (more.value < 0) == (name in _LESS_IS_BETTER) else "worse"
