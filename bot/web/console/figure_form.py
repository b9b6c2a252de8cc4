"""What the page of figures is asked for, read from its address, and whether this person may see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from sqlalchemy import Connection, select

from bot.reports.assembling import ReportKind, ReportWish
from bot.reports.comparing import COMPARISONS, compared_with
from bot.reports.figure_page import kind_of
from bot.web.errors import Problem
from bot.wording import figure_pages as w
from bot.wording.sanitise import clean
from escalation.measures.figure_access import may_see
from escalation.measures.figures import first_day
from escalation.measures.periods import NoSuchPeriod, PeriodKind, ReportPeriod, parse_period, period_of
from escalation.measures.sums import DIMENSIONS, Dimension, Filters
from escalation.policy.model import Policy
from escalation.staff import Staff, staff

ADDRESS = "/console/reports"
_KINDS: Mapping[str, PeriodKind] = {"week": "week", "month": "month", "quarter": "quarter"}
_LEAP_DAY = re.compile(r"(\d{4})-02-29")
_LONGEST = 100  # characters of a field


class PeriodFault(ValueError):
    """A period that cannot be shown; the text is the sentence for the page."""


@dataclass(frozen=True, slots=True)
class FigureForm:
    """The page's address: `agent` is a sign-in name; empty fields ask for nothing."""

    kind: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    compare: str = ""
    by: str = ""
    tier: str = ""
    queue: str = ""
    topic: str = ""
    channel: str = ""
    agent: str = ""
    report: str = ""  # night: with the evaluation of the night service

    def address(self, path: str = "", **changes: str) -> str:
        """Return the address of the page, or one below it, with some fields changed."""
        given = asdict(self) | changes
        named = {{"since": "from", "until": "to"}.get(name, name): value for name, value in given.items() if value}
        return f"{ADDRESS}{path}" + (f"?{urlencode(named)}" if named else "")

    @property
    def dimension(self) -> Dimension:
        """By what the figures are grouped."""
        return next((each for each in DIMENSIONS if each == self.by), "queue")


def _asked(
    kind: str = "",
    period: str = "",
    since: Annotated[str, Query(alias="from")] = "",
    until: Annotated[str, Query(alias="to")] = "",
    compare: str = "",
    by: str = "",
    tier: str = "",
    queue: str = "",
    topic: str = "",
    channel: str = "",
    agent: str = "",
    report: str = "",
) -> FigureForm:
    given = (kind, period, since, until, compare, by, tier, queue, topic, channel, agent, report)
    return FigureForm(*(clean(each).strip()[:_LONGEST] for each in given))


AskedFigures = Annotated[FigureForm, Depends(_asked)]


def own_form(policy: Policy, who: Staff, form: FigureForm) -> FigureForm:
    """Return the form narrowed to what this person sees without asking: their first queue as a lead, else their own.

    Raises Problem (403) for whoever sees no figures.
    """
    if not (who.role in ("manager", "admin") or who.sees_some):
        raise Problem(403, w.NO_FIGURES)
    if form.queue or form.agent or may_see(who, Filters()):
        return form
    led = next((queue for queue in policy.queues if who.leads_in(queue)), None)
    return replace(form, queue=led) if led is not None else replace(form, agent=who.login)


def read_filters(db: Connection, who: Staff, form: FigureForm) -> Filters:
    """Return the filters; raises Problem: 404 for an unknown colleague, 403 for figures of others."""
    filters = chosen_filters(db, form)
    if not may_see(who, filters):
        raise Problem(403, w.ONLY_OWN)
    return filters


def chosen_filters(db: Connection, form: FigureForm) -> Filters:
    """Return the filters, whoever asks; raises Problem (404) for an unknown colleague."""
    number = db.scalar(select(staff.c.id).where(staff.c.login == form.agent)) if form.agent else None
    if form.agent and number is None:
        raise Problem(404, w.NO_SUCH_COLLEAGUE.format(login=form.agent))
    chosen = (form.tier or None, form.queue or None, form.topic or None, form.channel or None)
    return Filters(*chosen, staff_id=number)


def read_wish(db: Connection, form: FigureForm, filters: Filters, today: date) -> tuple[ReportWish, ReportPeriod]:
    """Return the report to make and its period; raises PeriodFault for one that cannot be shown."""
    first = first_day(db)
    if first is None:
        raise PeriodFault(w.NOTHING_YET)
    period = _period(form, today, first)
    if period.first > today:
        raise PeriodFault(w.NOT_BEGUN.format(period=period.name, today=today))
    if period.last < first:
        raise PeriodFault(w.BEFORE_FIRST.format(period=period.name, first=first))
    how = next((each for each in COMPARISONS if each == form.compare), None)
    compare = compared_with(period, how) if how is not None else None
    kind: ReportKind = "night" if form.report == "night" else kind_of(period)
    return ReportWish(kind, period, filters, None, compare), period


def _period(form: FigureForm, today: date, first: date) -> ReportPeriod:
    text = form.period
    if form.since or form.until:
        text = f"{form.since or form.until}..{form.until or form.since}"
    if text:
        return _parsed(text)
    kind = _KINDS.get(form.kind, "quarter" if form.report == "night" else "week")
    latest = period_of(kind, today).previous()
    return latest if latest.last >= first else period_of(kind, today)


def _parsed(text: str) -> ReportPeriod:
    try:
        return parse_period(text)
    except NoSuchPeriod:
        raise PeriodFault(_sentence(text)) from None


def _sentence(text: str) -> str:
    if (found := _LEAP_DAY.search(text)) is not None and not _is_day(found[0]):
        return w.NO_YEAR_DAY.format(year=found[1])
    first, dots, last = text.partition("..")
    if dots and _is_day(first) and _is_day(last) and last < first:
        return w.REVERSED
    return w.NO_PERIOD.format(text=text)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
