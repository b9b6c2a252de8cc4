"""The journal: who did what, by subject, person and day; for auditors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from bot.web.console.access import StaffRequest, duty_or
from bot.web.console.layout import frame
from bot.web.dependencies import MaybeNumber
from bot.wording.journal import NO_SUCH_DAY, ONLY_AUDITORS, by_in_words, what_in_words
from bot.wording.sanitise import clean
from escalation.journal.journal_queries import JournalFilter, find_lines
from escalation.journal.journal_store import SUBJECTS

router = APIRouter(prefix="/console/journal", include_in_schema=False)
Auditor = Annotated[StaffRequest, duty_or("journal", ONLY_AUDITORS)]
Wanted = Annotated[str, Query(max_length=128)]
SHOWN = 50  # lines of a page
LONGEST = 4_000  # characters of what was before or after


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A line on the page."""

    number: int
    at: datetime
    subject: str
    seq: int
    what: str
    by: str
    changes: tuple[tuple[str, str, str], ...]  # what, before, after


@router.get("")
async def overview(
    staff_request: Auditor, subject: Wanted = "", by: Wanted = "", day: Wanted = "", below: MaybeNumber = None
) -> HTMLResponse:
    """Show a page of lines, the newest first; a day that is none is said."""
    wanted, fault = _filter(staff_request, subject, by, day)
    rows, unread = await staff_request.read_page(find_lines, wanted, SHOWN + 1, below)
    values: dict[str, Any] = {"entries": [_entry(row) for row in rows[:SHOWN]], "fault": fault}
    values |= {"subject": wanted.subject, "by": wanted.by, "on": clean(day)}
    given = {"subject": wanted.subject, "by": wanted.by, "day": clean(day)}
    link = urlencode({name: value for name, value in given.items() if value})
    values["first"] = f"{router.prefix}?{link}" if below is not None else ""
    values["older"] = f"{router.prefix}?{link}&below={rows[SHOWN - 1].id}" if len(rows) > SHOWN else ""
    now = staff_request.service.clock()
    return frame(staff_request, "console/journal.html", now, unread, status=422 if fault else 200, **values)


def _filter(staff_request: StaffRequest, subject: str, by: str, day: str) -> tuple[JournalFilter, str]:
    subject, by, day = clean(subject).strip(), clean(by).strip(), clean(day).strip()
    if not day:
        return JournalFilter(subject, by, but=_left_out(subject)), ""
    try:
        begins = datetime.combine(date.fromisoformat(day), time(), staff_request.service.rules.policy.zone)
        return JournalFilter(subject, by, begins, begins + timedelta(days=1), _left_out(subject)), ""
    except (ValueError, OverflowError):
        return JournalFilter(subject, by), NO_SUCH_DAY.format(day=day[:20])


def _left_out(subject: str) -> str:
    """The list of subjects, where it is not asked for: a line of it says only that another chain begins."""
    return "" if subject else SUBJECTS


def _entry(row: Any) -> JournalEntry:
    before, after = row.before or {}, row.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    changes = tuple((name, _in_words(before.get(name)), _in_words(after.get(name))) for name in names)
    return JournalEntry(row.id, row.at, row.subject, row.seq, what_in_words(row.what), by_in_words(row.by), changes)


def _in_words(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
