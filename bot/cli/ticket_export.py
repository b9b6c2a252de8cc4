"""`jiedai tickets export`: tickets with their transcripts, a line of JSON each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.os_user import os_user
from bot.cli.output import Result, counted
from bot.cli.session import WithoutKnowledge
from bot.service import Service
from bot.tickets.ticket_export import EXPORTS, TicketExport, as_line, export_page
from escalation.journal.journal_store import record
from escalation.staffing.roster_file import parse_day

Day = Annotated[str | None, argument("--from", metavar="DAY", help="raised on this day or later")]
Format = Annotated[Literal["jsonl"], argument("--format", choices=("jsonl",), help="a line of JSON each")]


def save(
    service: WithoutKnowledge,
    out: Annotated[str, argument("--out", metavar="FILE", help="where to write them")],
    since: Day = None,
    until: Annotated[str | None, argument("--to", metavar="DAY", help="raised on this day or earlier")] = None,
    format: Format = "jsonl",  # noqa: A002  # the option's name
) -> Result:
    """Write tickets with their lines into a file, numbers and addresses starred; it is on record in the journal.

    Raises NotReady for a day that is none.
    """
    begin, end = _midnight(service, since, 0), _midnight(service, until, 1)
    file, count = Path(out), 0
    with file.open("w", encoding="utf-8") as writing:
        for each in _pages(service, TicketExport(begin, end)):
            writing.write(as_line(each) + "\n")
            count += 1
    told = {"what": "transcripts", "format": format, "from": since, "to": until, "rows": count}
    service.database.write_now(record, EXPORTS, "tickets exported", f"cli {os_user()}", service.clock(), after=told)
    return Result({"file": str(file), "tickets": count}, f"{file} holds {counted(count, 'ticket')}.")


def _pages(service: Service, wanted: TicketExport) -> Iterator[dict[str, Any]]:
    after = 0
    while page := service.database.read_now(export_page, wanted, service.rules.policy.zone, after):
        yield from page
        after = page[-1]["ticket"]


def _midnight(service: Service, text: str | None, days: int) -> datetime | None:
    if text is None:
        return None
    day = parse_day(text)
    if day is None:
        raise NotReady(f'"{text}" is no day; write it as 2026-11-23.')
    return datetime.combine(day + timedelta(days=days), time(), service.rules.policy.zone)
