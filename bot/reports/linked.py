"""Tables of a report in which each number knows the facts behind it; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.reports import sections
from bot.reports.names import GroupNames
from bot.reports.report import ReportCell, ReportSection
from bot.wording import report_words as w
from escalation.measures.catalogue import CATALOGUE
from escalation.measures.indicators import (
    Figures,
    cause_shares,
    complaint_rate,
    kept_by_milestone,
    of_measure,
    parts_of,
    rates_of,
)
from escalation.measures.sums import Dimension

# Of a rate the facts of its numerator, of deadlines kept those that were late: they are what one wants to read.
_OF_RATE: Mapping[str, str] = {
    "resolution_rate": "resolved",
    "fcr_rate": "fcr",
    "reopen_rate": "reopened",
    "kept_rate": "milestone_late",
    "satisfaction": "rated",
    "rating_rate": "rated",
    "night_coverage": "night_contacted",
}
MEASURE_OF_LABEL: Mapping[str, str] = (
    {each.label: each.id for each in CATALOGUE if each.source in ("history", "deadlines", "console")}
    | {each.label: _OF_RATE[each.id] for each in rates_of({}) if each.id in _OF_RATE}
    | dict(zip(w.GROUP_TIMES, ("response_received", "resolution_time"), strict=True))
    | {complaint_rate({}, None).label: "complaint"}
)


@dataclass(frozen=True, slots=True)
class FactsBehind:
    """The facts behind a number: their measure, its part, and the group of the table's dimension."""

    measure: str
    part: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class LinkedCell:
    """A cell, and the facts behind it, if it is a number of tickets."""

    cell: ReportCell
    behind: FactsBehind | None = None


@dataclass(frozen=True, slots=True)
class LinkedTable:
    """A table as a page shows it; `dimension`: by what its rows are grouped."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[LinkedCell]]
    notes: Sequence[str] = ()
    dimension: Dimension | None = None


def linked(section: ReportSection, figures: Figures) -> LinkedTable:
    """Return a table of a report, made of these figures, with what is behind its numbers."""
    behind = _behind(section, figures)
    rows = [
        [LinkedCell(each, behind(place, column) if each.value else None) for column, each in enumerate(row)]
        for place, row in enumerate(section.rows)
    ]
    return LinkedTable(section.title, section.headings, rows, section.notes)


def _behind(section: ReportSection, figures: Figures) -> Callable[[int, int], FactsBehind | None]:
    labels = [row[0].text for row in section.rows]
    if section.title == w.OVERVIEW:
        return lambda row, column: _of_label(labels[row]) if column == 1 else None
    if section.title == w.TIMES:
        last = len(section.headings) - 1
        return lambda row, column: _of_label(labels[row]) if column == last else None
    if section.title == w.MILESTONES:
        parts = [each.part for each in kept_by_milestone(figures)]
        measures = {1: "milestone_kept", 2: "milestone_late"}
        return lambda row, column: FactsBehind(measures[column], parts[row]) if column in measures else None
    if section.title == w.CAUSES:
        causes = [FactsBehind("cause", each.part) for each in cause_shares(figures)]
        causes += [FactsBehind("cause_of", part) for part in parts_of(figures, "cause_of")]
        return lambda row, column: causes[row] if column == 1 else None
    return lambda _row, _column: None


def _of_label(label: str) -> FactsBehind | None:
    measure = MEASURE_OF_LABEL.get(label)
    return FactsBehind(measure) if measure else None


def by_group(groups: Mapping[str, Figures], by: Dimension, names: GroupNames) -> LinkedTable:
    """Return the main figures of each group, the most solved first."""
    order = sorted(groups, key=lambda group: (-of_measure(groups[group], "resolved").number, group))
    found = [(group, sections.by_group({group: groups[group]}, by, names)) for group in order]
    headings = sections.by_group({}, by, names).headings
    rows = [_group_row(row, group, headings) for group, section in found for row in section.rows]
    return LinkedTable(w.by(w.DIMENSION_LABELS[by]), headings, rows, () if rows else (w.NO_SAMPLE,), by)


def _group_row(row: Sequence[ReportCell], group: str, headings: Sequence[str]) -> list[LinkedCell]:
    made = [LinkedCell(row[0])]
    for each, heading in zip(row[1:], headings[1:], strict=True):
        measure = MEASURE_OF_LABEL.get(heading)
        made.append(LinkedCell(each, FactsBehind(measure, group=group) if measure and each.value else None))
    return made
