"""A report as one HTML file that opens anywhere, prints, and loads nothing; pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from bot.reports.report import FigureReport, ReportSection
from bot.wording.report_words import heading

_STYLE = (
    "body{font:15px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;color:#17212b;max-width:960px;"
    "margin:24px auto;padding:0 16px}h1{font-size:21px}h2{font-size:16px;margin:26px 0 6px}"
    "table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th,td{padding:6px 8px;border-top:1px solid #c9d2da;text-align:right}"
    "th:first-child{text-align:left}thead th{color:#4b5866;font-weight:500;border-top:0}"
    "div{overflow-x:auto}p{color:#4b5866;margin:4px 0}@media print{section{break-inside:avoid}}"
)


def as_html(report: FigureReport) -> str:
    """Return a report as an HTML document."""
    title = escape(heading(report.title, report.period, report.first, report.last, report.compared))
    body = "\n".join([f"<h1>{title}</h1>", *_lines(report), *(_section(each) for each in report.sections)])
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    head += f"<style>{_STYLE}</style>"
    return f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _lines(report: FigureReport) -> Iterator[str]:
    return (f"<p>{escape(each)}</p>" for each in (*report.filters, *report.notes))


def _section(section: ReportSection) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in section.headings)
    rows = "\n".join(f"<tr>{''.join(_cells([each.text for each in row]))}</tr>" for row in section.rows)
    table = f"<div><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>" if rows else ""
    notes = "".join(f"<p>{escape(each)}</p>" for each in section.notes)
    return f"<section><h2>{escape(section.title)}</h2>{table}{notes}</section>"


def _cells(texts: list[str]) -> Iterator[str]:
    for place, text in enumerate(texts):
        yield f"<td>{escape(text)}</td>" if place else f'<th scope="row">{escape(text)}</th>'
