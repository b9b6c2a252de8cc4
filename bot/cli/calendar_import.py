"""`jiedai calendar import|restore`: what would change is shown, and saved as a second step."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from bot.cli.calendar import By, Note, Year
from bot.cli.command import argument
from bot.cli.output import Result, Table, counted, print_result
from bot.cli.session import WithoutKnowledge
from bot.files.calendar_files import named_after, read_calendar_file
from bot.service import Service
from bot.tickets.calendar_change import CalendarPreview, Planning, counts_of, preview, save_plan
from bot.wording.moments import in_columns
from escalation.calendars import calendar_plans
from escalation.calendars.changes import Given, YearChange
from escalation.calendars.days import as_json, missing_of
from escalation.policy.model import Policy
from escalation.tickets.moved_deadlines import MovedDeadline
from escalation.working_hours.working_time import CalendarDay

FIRST = 10  # deadlines that are listed
_KINDS = {"off": "off", "on": "make-up day"}
_NOTHING_SAVED = "Nothing is saved yet; repeat it with --yes."
Yes = Annotated[bool, argument("--yes", help="save without asking")]


def load(
    service: WithoutKnowledge,
    file: Annotated[
        str,
        argument(metavar="FILE", help="a notice's text, CSV, XLSX, YAML or .ics; - reads standard input"),
    ],
    year: Annotated[
        int | None, argument("--year", metavar="YEAR", help="the year it must be of; needed if the text names none")
    ] = None,
    whole: Annotated[bool, argument("--all", help="these are all holidays of the year, though some are not there")] = (
        False
    ),
    yes: Yes = False,
    note: Note = "",
    by: By = "",
) -> Result:
    """Import a file; all or nothing."""
    given = _given(file, service.rules.policy, year, whole=whole)
    name = "standard input" if file == "-" else Path(file).name
    planning = partial(calendar_plans.plan_days, policy=service.rules.policy, given=given)
    told = f"The text holds {_counted([day for days in given.years.values() for day in days])}."
    return _in_two_steps(service, planning, by, note or f"imported from {name}", yes=yes, told=told)


def restore(
    service: WithoutKnowledge,
    year: Year,
    version: Annotated[int, argument(metavar="VERSION", help="0 is what the policy file says")],
    yes: Yes = False,
    note: Note = "",
    by: By = "",
) -> Result:
    """Make a year as a version of it was; that is a new version."""
    policy = service.rules.policy
    filed = service.filed or policy
    planning = partial(calendar_plans.plan_restore, policy=policy, filed=filed, year=year, version=version)
    return _in_two_steps(service, planning, by, note or f"as version {version} was", yes=yes)


def _given(file: str, policy: Policy, year: int | None, *, whole: bool) -> Given:
    if file == "-":
        return named_after("standard input", sys.stdin.buffer.read(), policy, year, whole=whole)
    return read_calendar_file(Path(file), policy, year, whole=whole)


def _in_two_steps(service: Service, planning: Planning, by: str, note: str, *, yes: bool, told: str = "") -> Result:
    found = service.database.read_now(preview, service.rules.policy, planning, service.clock())
    words: list[str | Table] = [told] if told else []
    words += _words(service.rules.policy, found)
    changes = [change.year for change in found.plan.news]
    if changes and not yes and sys.stdin.isatty() and sys.stdout.isatty():
        print_result(Result(None, words), as_json=False)
        words, yes = [], input("Save this? [y/N] ").strip().lower() in ("y", "yes")
    saved: list[int] = []
    if changes and yes:
        saved = service.database.write_now(save_plan, service.rules.policy, found.plan, by, note, service.clock())
        words.append("Saved. Running servers take it up at once, and count open deadlines anew.")
    elif changes:
        words.append(_NOTHING_SAVED)
    return Result(_as_json(found, saved), words)


def _words(policy: Policy, found: CalendarPreview) -> Iterator[str | Table]:
    for change in found.plan.years:
        yield from _of_year(change)
    if found.moved:
        first = found.moved[:FIRST]
        yield f"{counted(len(found.moved), 'deadline')} of open tickets would move:"
        yield Table("", ("ticket", "deadline", "due", "would be due"), (_moved_row(policy, one) for one in first))
    elif found.plan.news:
        yield "No deadline of an open ticket would move."


def _of_year(change: YearChange) -> Iterator[str | Table]:
    if change.is_nothing_new:
        yield f"{change.year}: nothing new."
        return
    yield f"{change.year}: {_counted(change.after)} (was {_counted(change.before)})."
    for what, days in (("Comes", change.come), ("Goes", change.gone)):
        if days:
            yield f"{what}: {_runs(days)}."
    yield Table(f"{change.year}", ("month", "days"), _months(change.after))
    if not change.is_known:
        missing = "、".join(missing_of(change.after, change.year))
        yield (
            f"{change.year} is still not known: {missing} not covered. "
            "If these are all holidays of the year, say so with --all."
        )


def _counted(days: Sequence[CalendarDay]) -> str:
    found = counts_of(days)
    own = sum(day.calendar is not None for day in days)
    more = f", {counted(own, 'day')} of the company's own" if own else ""
    return f"{counted(found.items, 'item')}, {counted(found.off, 'day')} off, {counted(found.on, 'make-up day')}{more}"


def _months(days: Iterable[CalendarDay]) -> Iterator[tuple[str, str]]:
    for month, mine in groupby(sorted(days, key=lambda day: day.day), key=lambda day: day.day.month):
        yield str(month), _runs(list(mine))


def _runs(days: Sequence[CalendarDay]) -> str:
    """Days as runs: 01-01–01-03 off 元旦, 01-04 make-up day 元旦."""
    runs: list[list[CalendarDay]] = []
    for day in sorted(days, key=lambda day: (day.day, day.calendar or "")):
        last = runs[-1][-1] if runs else None
        if last and _reason(last) == _reason(day) and (day.day - last.day).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{_span(run[0].day, run[-1].day)} {_named(run[0])}" for run in runs)


def _reason(day: CalendarDay) -> tuple[str, str, str | None]:
    return day.kind, day.name, day.calendar


def _span(first: date, last: date) -> str:
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}–{last:%m-%d}"


def _named(day: CalendarDay) -> str:
    of = f" ({day.calendar})" if day.calendar else ""
    return f"{_KINDS[day.kind]} {day.name}{of}".strip()


def _moved_row(policy: Policy, one: MovedDeadline) -> tuple[str, ...]:
    due, then = in_columns(policy, one.row.due_at), in_columns(policy, one.due_at)
    return f"#{one.row.ticket_id}", one.row.label, due, then


def _as_json(found: CalendarPreview, saved: list[int]) -> dict[str, Any]:
    years = [
        {
            "year": change.year,
            "known": change.is_known,
            "come": [as_json(day) for day in change.come],
            "gone": [as_json(day) for day in change.gone],
            "days": [as_json(day) for day in change.after],
        }
        for change in found.plan.years
    ]
    moved = [
        {
            "ticket": one.row.ticket_id,
            "milestone": one.row.milestone,
            "due": one.row.due_at.isoformat(),
            "would_be_due": one.due_at.isoformat(),
        }
        for one in found.moved
    ]
    return {"years": years, "moved": moved, "saved": saved}
