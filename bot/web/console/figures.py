"""The page of figures: the few that matter, tables, charts, and the tickets behind each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.responses import Response

from bot.reports.figure_page import FigurePage, read_figure_page
from bot.reports.linked import FactsBehind
from bot.reports.names import group_names
from bot.reports.tickets_behind import page_behind
from bot.rules import Rules
from bot.web.charts.bar_chart import Bar, bar_chart
from bot.web.charts.line_chart import LineSeries, line_chart
from bot.web.console.access import SignedInStaff
from bot.web.console.figure_form import AskedFigures, FigureForm, PeriodFault, own_form, read_filters, read_wish
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import figure_pages as w
from bot.wording.report_words import DIMENSION_LABELS
from bot.wording.report_words import by as by_words
from escalation.measures.catalogue import CATALOGUE, MEASURES
from escalation.measures.periods import ReportPeriod, day_of, period_of
from escalation.measures.sums import DIMENSIONS, Dimension
from escalation.staff import Staff, staff
from escalation.tickets.lifecycle import Ticket

router = APIRouter(prefix="/console/reports", include_in_schema=False)
OF_PAGE = 50  # tickets
_MOST_BARS = 12
Text = Annotated[str, Query(max_length=100)]
After = Annotated[int, Query(ge=0, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """The page, or why there is none; with what its form offers."""

    page: FigurePage | None
    fault: str
    people: Sequence[Any]  # login and name of whoever may be chosen
    queues: Sequence[str]
    logins: Mapping[str, str]  # of everybody, by the number that groups have


@router.get("")
async def overview(staff_request: SignedInStaff, asked: AskedFigures) -> Response:
    """Show the figures of a period; whoever sees none is led to the service reports."""
    who, now = staff_request.who, staff_request.service.clock()
    if not (who.role in ("manager", "admin") or who.sees_some):
        return RedirectResponse("/console/reports/service", 303)
    rules = staff_request.service.rules
    form = own_form(rules.policy, who, asked)
    shown, unread = await staff_request.read_page(_read, rules, who, form, now)
    return frame(
        staff_request,
        "console/figures.html",
        now,
        unread,
        status=422 if shown.fault else 200,
        **_values(form, who, shown),
    )


def _read(db: Connection, rules: Rules, who: Staff, form: FigureForm, now: datetime) -> ShownFigures:
    filters, page, fault = read_filters(db, who, form), None, ""
    try:
        wish, period = read_wish(db, form, filters, day_of(now, rules.policy.zone))
        page = read_figure_page(db, rules.policy, wish, period, form.dimension, now)
    except PeriodFault as wrong:
        fault = str(wrong)
    names = group_names(db, rules.policy)
    everybody = who.role in ("manager", "admin") or who.leads
    order = (staff.c.disabled_at.is_not(None), staff.c.name)
    rows = db.execute(select(staff.c.id, staff.c.login).order_by(*order)).all()
    people = [(row.login, names.people[row.id]) for row in rows if everybody or row.id == who.id]
    queues = [each for each in rules.policy.queues if who.role in ("manager", "admin") or who.leads_in(each)]
    return ShownFigures(page, fault, people, queues, {str(row.id): row.login for row in rows})


def _values(form: FigureForm, who: Staff, shown: ShownFigures) -> dict[str, Any]:
    values: dict[str, Any] = {"form": form, "shown": shown, "page": shown.page, "figure_words": w, "by_words": by_words}
    values |= {
        "dimensions": DIMENSIONS,
        "dimension_labels": DIMENSION_LABELS,
        "is_own": form.agent == who.login,
        "catalogue": CATALOGUE,
    }
    if shown.page is not None:
        period = shown.page.period
        values |= {"course": _course(shown.page), "bars": _bars(shown.page)}
        values |= {"earlier": period.previous().name, "later": _next(period).name}
        address = form.address("/export", period=period.name, since="", until="", kind="")
        values["export"] = address + "&"
        values["drill"] = lambda found, by=None: _drill(form, shown, found, by)
    return values


def _course(page: FigurePage) -> Markup:
    series = [LineSeries(w.RAISED, page.course.raised), LineSeries(w.RESOLVED, page.course.resolved)]
    return line_chart("course", w.COURSE, page.course.labels, series, lambda value: f"{value:g}")


def _bars(page: FigurePage) -> Markup | None:
    bars = [Bar(name, number, f"{number:,}") for name, number in page.solved[:_MOST_BARS]]
    return bar_chart("bars", w.BARS.format(by=page.groups.title), bars) if bars else None


def _next(period: ReportPeriod) -> ReportPeriod:
    ahead = period.days if period.kind in ("day", "days") else 1
    return period_of(period.kind, period.last + timedelta(days=ahead), period.days)


def _drill(form: FigureForm, shown: ShownFigures, found: FactsBehind | str, by: Dimension | None) -> str:
    """The address of the tickets behind a number; empty where its group cannot be chosen by itself."""
    facts = FactsBehind(found) if isinstance(found, str) else found
    group = shown.logins.get(facts.group, "") if by == "agent" else facts.group
    if shown.page is None or (by is not None and not group):
        return ""
    changes = {"period": shown.page.period.name, "since": "", "until": "", "kind": "", "compare": "", "by": ""}
    changes |= {by: group} if by is not None else {}
    return form.address("/tickets", **changes) + "&" + urlencode({"measure": facts.measure, "part": facts.part})


@dataclass(frozen=True, slots=True)
class TicketsBehind:
    """A page of the tickets behind a number."""

    tickets: Sequence[Ticket]
    filters: Sequence[str]
    period: ReportPeriod
    more: int  # after which number the next page begins; 0: this is the last


@router.get("/tickets")
async def tickets_behind(
    staff_request: SignedInStaff,
    asked: AskedFigures,
    measure: Text = "",
    part: Text = "",
    after: After = 0,
) -> HTMLResponse:
    """List the tickets behind a number that this person may see; raises Problem: 404 for an unknown measure."""
    who, now = staff_request.who, staff_request.service.clock()
    rules = staff_request.service.rules
    form = own_form(rules.policy, who, asked)
    if measure not in MEASURES:
        raise Problem(404, w.NO_SUCH_MEASURE.format(measure=measure))
    found, unread = await staff_request.read_page(read_behind, rules, who, form, (measure, part), after, now)
    values: dict[str, Any] = {"form": form, "found": found, "measure": MEASURES[measure], "part": part}
    rest = urlencode({"measure": measure, "part": part, "after": found.more})
    values["files"] = f"{form.address('/tickets/export')}&{urlencode({'measure': measure, 'part': part})}"
    values["next"] = f"{form.address('/tickets')}&{rest}" if found.more else ""
    return frame(staff_request, "console/figure_tickets.html", now, unread, **values)


def read_behind(
    db: Connection, rules: Rules, who: Staff, form: FigureForm, key: tuple[str, str], after: int, now: datetime
) -> TicketsBehind:
    """Return a page of the tickets behind a number; raises Problem (422) for a period that cannot be shown."""
    filters = read_filters(db, who, form)
    try:
        _, period = read_wish(db, form, filters, day_of(now, rules.policy.zone))
    except PeriodFault as wrong:
        raise Problem(422, str(wrong)) from None
    shown, more = page_behind(db, who, period, filters, key, after, OF_PAGE)
    names = group_names(db, rules.policy).filters(filters)
    return TicketsBehind(shown, names, period, more)
