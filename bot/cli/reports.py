"""`jiedai report weekly|monthly|quarterly|night`: figures of a period, in the terminal or for a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from sqlalchemy import Connection, select

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge
from bot.files.csv_stream import BOM
from bot.reports.assembling import ReportKind, ReportWish, make_report
from bot.reports.exporting import report_tables
from bot.reports.html_page import as_html
from bot.reports.printing import as_csv, as_json
from bot.reports.report import FigureReport
from bot.wording import report_words
from escalation.measures.periods import parse_period
from escalation.measures.sums import DIMENSIONS, Dimension, Filters
from escalation.staff import staff

_FORMATS = ("text", "json", "csv", "xlsx", "html")
OfPeriod = Annotated[str | None, argument("--period", metavar="PERIOD", help="such as 2026-W48 (default: the latest)")]
Tier = Annotated[str | None, argument("--tier", metavar="T", help="only of this tier")]
OfQueue = Annotated[str | None, argument("--queue", metavar="Q", help="only of this queue")]
OfTopic = Annotated[str | None, argument("--topic", metavar="T", help="only of this topic")]
OfChannel = Annotated[str | None, argument("--channel", metavar="C", help="only of this channel, such as web")]
OfAgent = Annotated[str | None, argument("--agent", metavar="LOGIN", help="only of this colleague")]
By = Annotated[Dimension | None, argument("--by", choices=DIMENSIONS, help="with a table by these")]
Compare = Annotated[str | None, argument("--compare", metavar="PERIOD", help="beside this period")]
Format = Annotated[
    Literal["text", "json", "csv", "xlsx", "html"], argument("--format", choices=_FORMATS, help="default: text")
]
Out = Annotated[str | None, argument("--out", metavar="FILE", help="write it there, as xlsx must be")]


def weekly(
    service: WithoutKnowledge,
    period: OfPeriod = None,
    tier: Tier = None,
    queue: OfQueue = None,
    topic: OfTopic = None,
    channel: OfChannel = None,
    agent: OfAgent = None,
    by: By = None,
    compare: Compare = None,
    format: Format = "text",  # noqa: A002  # the option's name
    out: Out = None,
) -> Result:
    """Return the report of a week."""
    return _report(service, "weekly", (period, compare), (tier, queue, topic, channel, agent), by, (format, out))


def monthly(
    service: WithoutKnowledge,
    period: OfPeriod = None,
    tier: Tier = None,
    queue: OfQueue = None,
    topic: OfTopic = None,
    channel: OfChannel = None,
    agent: OfAgent = None,
    by: By = None,
    compare: Compare = None,
    format: Format = "text",  # noqa: A002  # the option's name
    out: Out = None,
) -> Result:
    """Return the report of a month."""
    return _report(service, "monthly", (period, compare), (tier, queue, topic, channel, agent), by, (format, out))


def quarterly(
    service: WithoutKnowledge,
    period: OfPeriod = None,
    tier: Tier = None,
    queue: OfQueue = None,
    topic: OfTopic = None,
    channel: OfChannel = None,
    agent: OfAgent = None,
    by: By = None,
    compare: Compare = None,
    format: Format = "text",  # noqa: A002  # the option's name
    out: Out = None,
) -> Result:
    """Return the report of a quarter."""
    return _report(service, "quarterly", (period, compare), (tier, queue, topic, channel, agent), by, (format, out))


def night(
    service: WithoutKnowledge,
    period: OfPeriod = None,
    tier: Tier = None,
    queue: OfQueue = None,
    topic: OfTopic = None,
    channel: OfChannel = None,
    agent: OfAgent = None,
    by: By = None,
    compare: Compare = None,
    format: Format = "text",  # noqa: A002  # the option's name
    out: Out = None,
) -> Result:
    """Return the evaluation of the night service, of three months by default."""
    return _report(service, "night", (period, compare), (tier, queue, topic, channel, agent), by, (format, out))


def _report(
    service: WithoutKnowledge,
    kind: ReportKind,
    periods: tuple[str | None, str | None],
    only: tuple[str | None, str | None, str | None, str | None, str | None],
    by: Dimension | None,
    written: tuple[str, str | None],
) -> Result:
    period, compare = (None if text is None else parse_period(text) for text in periods)
    tier, queue, topic, channel, login = only
    who = service.database.read_now(_number_of, login) if login is not None else None
    filters = Filters(tier=tier, queue=queue, topic=topic, channel=channel, staff_id=who)
    wish = ReportWish(kind, period, filters, by, compare)
    report = service.database.read_now(make_report, service.rules.policy, wish, service.clock())
    told = as_json(report)
    how, out = written
    if out is not None:
        return Result(told, _save(report, how, Path(out)))
    match how:
        case "xlsx":
            raise NotReady("Say with --out into which file the workbook goes.")
        case "text":
            return Result(told, _text(report))
        case _:
            return Result(told, _encoded(report, how).decode().rstrip("\r\n"))


def _encoded(report: FigureReport, how: str) -> bytes:
    match how:
        case "xlsx":
            from bot.files.xlsx_stream import xlsx_pieces

            return b"".join(xlsx_pieces(report_tables(report)))
        case "html":
            return as_html(report).encode()
        case "csv":
            return as_csv(report).encode()
        case _:
            import json

            return json.dumps(as_json(report), ensure_ascii=False, indent=2).encode()


def _save(report: FigureReport, how: str, file: Path) -> str:
    """Write a file; CSV begins with the mark by which Excel knows UTF-8."""
    if how == "text":
        raise NotReady("A file is written as json, csv, xlsx or html: say which with --format.")
    file.write_bytes((BOM.encode() if how == "csv" else b"") + _encoded(report, how))
    return f"{file} holds {report.period}."


def _number_of(db: Connection, login: str) -> int:
    """The number of a colleague, also of one who has left."""
    found: int | None = db.scalar(select(staff.c.id).where(staff.c.login == login))
    if found is None:
        raise NotReady(f'There is no colleague "{login}"; `jiedai staff list` shows who there is.')
    return found


def _text(report: FigureReport) -> Iterator[str | Table]:
    yield report_words.heading(report.title, report.period, report.first, report.last, report.compared)
    yield from (*report.filters, *report.notes)
    for section in report.sections:
        if section.rows:
            yield Table(section.title, section.headings, [[each.text for each in row] for row in section.rows])
        else:
            yield report_words.empty(section.title, section.notes)
