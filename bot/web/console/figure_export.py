"""Downloads of figures and of the tickets behind them; each is written down in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection
from starlette.responses import Response

from bot.files.cell_values import ExportTable
from bot.files.csv_stream import csv_pieces
from bot.files.xlsx_stream import xlsx_pieces
from bot.reports.exporting import page_tables, row_count
from bot.reports.figure_page import FigurePage, read_figure_page
from bot.reports.tickets_behind import numbers_behind, rows_of
from bot.rules import Rules
from bot.web.console.access import SignedInStaff
from bot.web.console.figure_form import AskedFigures, FigureForm, PeriodFault, own_form, read_filters, read_wish
from bot.web.errors import Problem
from bot.wording import figure_pages as w
from escalation.journal.journal_store import record
from escalation.measures.catalogue import MEASURES
from escalation.measures.periods import ReportPeriod, day_of
from escalation.staff import Staff

router = APIRouter(prefix="/console/reports", include_in_schema=False)
Format = Literal["xlsx", "csv"]
Text = Annotated[str, Query(max_length=100)]
EXPORTS = "exports"  # the journal's subject of what was exported
MIME: dict[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
PIECES: dict[str, Callable[[Sequence[ExportTable]], Iterator[bytes]]] = {"xlsx": xlsx_pieces, "csv": csv_pieces}


@router.get("/export")
async def export_figures(staff_request: SignedInStaff, asked: AskedFigures, format: Format = "xlsx") -> Response:  # noqa: A002
    """Download all tables of the page; raises Problem (422) for a period that cannot be shown."""
    service, who, now = staff_request.service, staff_request.who, staff_request.service.clock()
    form = own_form(service.rules.policy, who, asked)
    page = await service.database.read(_read_page, service.rules, who, form, now)
    made = page_tables(page)
    told: dict[str, Any] = {
        "what": page.report.title,
        "period": page.report.period,
        "filters": list(page.report.filters),
    }
    told |= {"format": format, "rows": row_count(made)}
    await service.database.unit(record, EXPORTS, "figures exported", who.login, now, after=told)
    name = w.FILE_NAME.format(title=page.report.title, period=page.report.period)
    return download(PIECES[format](made), f"{name}.{format}", MIME[format])


def _read_page(db: Connection, rules: Rules, who: Staff, form: FigureForm, now: datetime) -> FigurePage:
    filters = read_filters(db, who, form)
    try:
        wish, period = read_wish(db, form, filters, day_of(now, rules.policy.zone))
    except PeriodFault as wrong:
        raise Problem(422, str(wrong)) from None
    return read_figure_page(db, rules.policy, wish, period, form.dimension, now)


@router.get("/tickets/export")
async def export_tickets(
    staff_request: SignedInStaff,
    asked: AskedFigures,
    measure: Text = "",
    part: Text = "",
    format: Format = "xlsx",  # noqa: A002
) -> Response:
    """Download the tickets behind a number that this person may see; raises Problem: 404 for an unknown measure."""
    service, who, now = staff_request.service, staff_request.who, staff_request.service.clock()
    form = own_form(service.rules.policy, who, asked)
    if measure not in MEASURES:
        raise Problem(404, w.NO_SUCH_MEASURE.format(measure=measure))
    period, parts = await service.database.read(_read_numbers, service.rules, who, form, (measure, part), now)
    told = {"what": measure, "part": part, "period": period.name, "format": format, "rows": sum(map(len, parts))}
    await service.database.unit(record, EXPORTS, "tickets exported", who.login, now, after=told)
    label, read_now, zone = MEASURES[measure].label, service.database.read_now, service.rules.policy.zone
    # Read while it is sent, part by part, in the thread that sends it.
    rows = (row for part in parts for row in read_now(rows_of, who, part, zone))
    name = w.FILE_NAME.format(title=label, period=period.name)
    return download(PIECES[format]([ExportTable(label, w.TICKET_HEADINGS, rows)]), f"{name}.{format}", MIME[format])


def _read_numbers(
    db: Connection, rules: Rules, who: Staff, form: FigureForm, key: tuple[str, str], now: datetime
) -> tuple[ReportPeriod, list[list[int]]]:
    filters = read_filters(db, who, form)
    try:
        _, period = read_wish(db, form, filters, day_of(now, rules.policy.zone))
    except PeriodFault as wrong:
        raise Problem(422, str(wrong)) from None
    return period, numbers_behind(db, who, period, filters, key)


def download(pieces: Iterator[bytes], name: str, kind: str) -> StreamingResponse:
    """Return a file that is written while it is sent."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    headers: dict[str, Any] = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type=kind, headers=headers)
