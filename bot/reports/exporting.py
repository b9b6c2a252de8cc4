"""A report as tables to export: numbers as counted, words as they are; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.files.cell_values import Cell, ExportTable
from bot.reports.figure_page import FigurePage
from bot.reports.headline import HeadlineFigure
from bot.reports.report import FigureReport, ReportCell
from bot.wording import figure_pages as w
from bot.wording.report_words import with_unit


def report_tables(report: FigureReport) -> list[ExportTable]:
    """Return a report as tables: what it is of, then each of its own."""
    return [_about(report), *(_table(each.title, each.headings, each.rows, each.units) for each in report.sections)]


def page_tables(page: FigurePage) -> list[ExportTable]:
    """Return all tables of the page of figures."""
    about, *rest = report_tables(page.report)
    first = ExportTable(w.HEADLINE, w.HEADLINE_HEADINGS, [_figure(each) for each in page.headline])
    groups = [[each.cell for each in row] for row in page.groups.rows]
    more = [page.opinions] if page.opinions is not None else []
    told = [_table(w.OPINIONS_SHEET, each.headings, [[one.cell for one in row] for row in each.rows]) for each in more]
    course = zip(page.course.labels, page.course.raised, page.course.resolved, strict=True)
    by_day = ExportTable(w.COURSE, (w.DAY, w.RAISED, w.RESOLVED), [list(row) for row in course])
    return [about, first, _table(page.groups.title, page.groups.headings, groups), *told, *rest, by_day]


def row_count(tables: Iterable[ExportTable]) -> int:
    """Return how many rows such tables have."""
    return sum(len(list(each.rows)) for each in tables)


def _about(report: FigureReport) -> ExportTable:
    rows = [(w.TITLE, report.title), (w.PERIOD, report.period), (w.FROM, report.first), (w.TO, report.last)]
    rows += [(w.BESIDE, report.compared)] if report.compared else []
    rows += [(w.LIMITED, each) for each in report.filters]
    rows += [(w.NOTE, each) for each in report.notes]
    return ExportTable(w.ABOUT, (w.ITEM, w.CONTENT), rows)


def _table(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[ReportCell]], units: Sequence[str] = ()
) -> ExportTable:
    named = [with_unit(name, units[at] if at < len(units) else "") for at, name in enumerate(headings)]
    return ExportTable(title, named, [[_value(each) for each in row] for row in rows])


def _figure(figure: HeadlineFigure) -> list[Cell]:
    before, change = (_value(each) if each is not None else None for each in (figure.before, figure.change))
    return [figure.label, _value(figure.value), figure.value.text, before, change, figure.sample, figure.about]


def _value(cell: ReportCell) -> Cell:
    return cell.text if cell.value is None else round(cell.value, 4)
