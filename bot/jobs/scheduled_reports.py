"""Posts the few figures of a week or a month to the staff chat at the time that the policy names, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.once import is_done, mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.reports.assembling import side_of
from bot.reports.headline import headline
from bot.rules import Rules
from bot.wording.figure_pages import posted_figures
from escalation.measures.figures import first_day
from escalation.measures.periods import PeriodKind, ReportPeriod, day_of, period_of
from escalation.measures.sums import Filters

_KINDS: dict[str, PeriodKind] = {"weekly": "week", "monthly": "month"}


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether a report is to be posted. Reads only."""
    return next(_due(db, rules, now), None) is not None


def post_due(db: Connection, rules: Rules, now: datetime) -> int:
    """Post each report that is due and was not posted; return how many were. Of no figures nothing is posted."""
    posted = 0
    for kind, period, queue in list(_due(db, rules, now)):
        if mark_once(db, _mark(kind, period, queue), now):
            post_to_staff_chat(db, rules, _text(db, rules, kind, period, queue), now)
            posted += 1
    return posted


def _due(db: Connection, rules: Rules, now: datetime) -> Iterator[tuple[str, ReportPeriod, str]]:
    """Each report of today whose hour has come: kind, period and queue."""
    local = now.astimezone(rules.policy.zone)
    times = rules.policy.reports.due_on(local.date(), local.hour) if rules.staff_chat else {}
    if not times or (first := first_day(db)) is None:
        return
    for kind, time in times.items():
        period = period_of(_KINDS[kind], day_of(now, rules.policy.zone)).previous()
        for queue in time.queues or ("",):
            if period.last >= first and not is_done(db, _mark(kind, period, queue)):
                yield kind, period, queue


def _mark(kind: str, period: ReportPeriod, queue: str) -> str:
    return f"report-{kind}-{period.name}-{queue}"[:64]


def _text(db: Connection, rules: Rules, kind: str, period: ReportPeriod, queue: str) -> str:
    filters = Filters(queue=queue or None)
    sides = [side_of(db, each, filters) for each in (period, period.previous())]
    return posted_figures(rules.policy.name, kind, period, queue, headline(*sides), rules.console)
