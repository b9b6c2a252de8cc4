"""The list of service reports, owed and submitted, and one report as a page to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.rules import Rules
from bot.web.console import ticket_view
from bot.web.console.access import SignedInStaff
from bot.web.console.layout import frame
from bot.web.console.ticket_view import TicketView
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals, service_report
from bot.wording.labels import customer_label
from escalation.customers.customer_store import find_customers
from escalation.staff import Staff, staff_names
from escalation.tickets import service_reports
from escalation.tickets.access import visible_to
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.service_reports import OwedReport

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ReportList:
    """The reports that a person may see; customers and staff by name."""

    owed: list[OwedReport]
    submitted: list[tuple[Any, Ticket]]
    customers: dict[str, str]
    names: dict[int, str]

    def customer(self, ticket: Ticket) -> str:
        """Return the name of a ticket's customer."""
        return self.customers.get(ticket.contact_id or "") or customer_label(None)


@router.get("/console/reports/service")
async def report_list(staff_request: SignedInStaff) -> HTMLResponse:
    """List the reports of tickets that this person may see."""
    service, now = staff_request.service, staff_request.service.clock()
    found, unread = await staff_request.read_page(_read, service.rules, staff_request.who, now)
    return frame(staff_request, "console/reports.html", now, unread, found=found)


def _read(db: Connection, rules: Rules, who: Staff, now: datetime) -> ReportList:
    seen = visible_to(who)
    owed = service_reports.owed_reports(db, rules.policy, seen)
    submitted = list(service_reports.submitted_reports(db, seen))
    contacts = {each.contact_id for each in (*(one.ticket for one in owed), *(one for _, one in submitted))}
    known = find_customers(db, rules.vault, rules.policy, {each for each in contacts if each}, now)
    return ReportList(owed, submitted, {name: customer_label(one) for name, one in known.items()}, staff_names(db))


@router.get("/console/tickets/{ticket_id}/report")
async def report_page(staff_request: SignedInStaff, ticket_id: Number) -> HTMLResponse:
    """Show the latest report of a ticket, or its draft, to be printed; raises Problem: 404 where none is owed."""
    service, now = staff_request.service, staff_request.service.clock()
    try:
        shown: TicketView = await service.database.read(
            ticket_view.read_ticket_view, service.rules, staff_request.who, staff_request.inbox_queues(), ticket_id, now
        )
    except Refused as refused:
        status = 404 if refused.code == "not_found" else 403
        raise Problem(status, refusals.REFUSALS[refused.code]) from None
    if not shown.reports and not shown.report_to:
        raise Problem(404, refusals.REFUSALS["no_report_owed"])
    latest = shown.reports[-1] if shown.reports else None
    text = latest.text if latest is not None else shown.draft
    score = latest.rating if latest is not None else None
    added = service_report.rating_added(score, shown.rated.dimensions) if score is not None else ""
    values: dict[str, Any] = {"sheet": shown, "report": latest, "text": text, "added": added}
    return frame(staff_request, "console/report.html", now, shown.unread, **values)
