"""The API on which the company's other programs read figures, and tickets with their transcripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import Connection

from bot.reports.assembling import make_report
from bot.reports.printing import as_json
from bot.rules import Rules
from bot.tickets.ticket_export import EXPORTS, OF_PAGE, TicketExport, as_line, export_page
from bot.web.console.figure_form import AskedFigures, FigureForm, PeriodFault, chosen_filters, read_wish
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem, refused
from bot.web.key_access import key_for
from escalation.journal.journal_store import record
from escalation.measures.periods import day_of

router = APIRouter(prefix="/api/reports", tags=["reports"], responses=refused(401, 403, 404, 422, 503))
ReportsKey = Annotated[str, key_for("reports")]
MOST = 1_000  # tickets of a page


@router.get("/figures")
async def figures(service: ServiceDep, _key: ReportsKey, asked: AskedFigures) -> dict[str, Any]:
    """Return the report of a period; its fields are those of the address of the console's page.

    Problem 404: no such colleague; 422: a period that cannot be shown.
    """
    return await service.database.read(_report, service.rules, asked, service.clock())


def _report(db: Connection, rules: Rules, form: FigureForm, now: datetime) -> dict[str, Any]:
    try:
        wish, period = read_wish(db, form, chosen_filters(db, form), day_of(now, rules.policy.zone))
    except PeriodFault as wrong:
        raise Problem(422, str(wrong)) from None
    by = form.dimension if form.by else None
    return as_json(make_report(db, rules.policy, replace(wish, period=period, by=by), now))


@router.get("/tickets", response_class=Response)
async def exported_tickets(
    service: ServiceDep,
    key: ReportsKey,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = OF_PAGE,
) -> Response:
    """Return tickets with their lines, a line of JSON each, in order; the next page is `after` the last number.

    Numbers and addresses are starred; complaints that are closed to some of the staff are left out. Each page is on
    record in the journal.
    """
    wanted, now = TicketExport(is_open_to_all=True), service.clock()
    page = await service.database.read(export_page, wanted, service.rules.policy.zone, after, limit)
    told = {"what": "transcripts", "format": "jsonl", "after": after, "rows": len(page)}
    await service.database.unit(record, EXPORTS, "tickets exported", f"key {key}", now, after=told)
    body = "".join(as_line(each) + "\n" for each in page)
    return Response(body, media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})
