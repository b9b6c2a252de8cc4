"""A report as text, JSON and CSV; pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from bot.files.cell_values import as_plain_text
from bot.reports.report import FigureReport
from bot.wording.report_words import with_unit


def as_json(report: FigureReport) -> dict[str, Any]:
    """Return a report as JSON holds it: each cell with its number and its text."""
    return {
        "kind": report.kind,
        "title": report.title,
        "period": report.period,
        "first": report.first,
        "last": report.last,
        "compared": report.compared or None,
        "filters": list(report.filters),
        "notes": list(report.notes),
        "sections": [
            {
                "title": section.title,
                "headings": list(section.headings),
                "units": list(section.units),
                "rows": [[{"value": each.value, "text": each.text} for each in row] for row in section.rows],
                "notes": list(section.notes),
            }
            for section in report.sections
        ],
    }


def as_csv(report: FigureReport) -> str:
    """Return a report as CSV with numbers as counted, each section under a line with its title."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    for row in _rows(report):
        write([as_plain_text(each) if isinstance(each, str) else each for each in row])
    return out.getvalue()


def _rows(report: FigureReport) -> Iterator[list[Any]]:
    yield [report.title, report.period, report.first, report.last, report.compared]
    for each in (*report.filters, *report.notes):
        yield [each]
    for section in report.sections:
        yield []
        yield [section.title, *section.notes]
        yield [with_unit(name, unit) for name, unit in _headings(section.headings, section.units)]
        for row in section.rows:
            yield [each.text if each.value is None else each.value for each in row]


def _headings(headings: Any, units: Any) -> Iterator[tuple[str, str]]:
    for place, name in enumerate(headings):
        yield name, units[place] if place < len(units) else ""
