"""A report as a value: title, period, tables with headings, rows, units and notes; every format prints it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.wording.report_words import NO_CHANGE, changed, written
from escalation.measures.catalogue import Unit


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A cell: its number as counted (None: no sample, or words only), and how it is written for people."""

    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A table of a report; `units` are those of its columns, empty for words."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[ReportCell]]
    units: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FigureReport:
    """A report. `filters` are what it is limited to, in words; `compared` is the period it is compared with."""

    kind: str
    title: str
    period: str
    first: str
    last: str
    sections: Sequence[ReportSection]
    filters: Sequence[str] = ()
    compared: str = ""
    notes: Sequence[str] = ()


def words(text: str) -> ReportCell:
    """Return a cell of words."""
    return ReportCell(None, text)


def cell(value: float | None, unit: Unit) -> ReportCell:
    """Return a number as people read it."""
    return ReportCell(value, written(value, unit))


def change(value: float | None, before: float | None, unit: Unit) -> ReportCell:
    """Return how much more or less a number is than before."""
    if value is None or before is None:
        return ReportCell(None, NO_CHANGE)
    return ReportCell(value - before, changed(value - before, unit))
