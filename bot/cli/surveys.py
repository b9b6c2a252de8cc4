"""`jiedai surveys list|show`: what quarterly surveys came to."""

from __future__ import annotations

import re
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge
from escalation.policy.model import Policy
from escalation.surveys.survey_results import OVERALL, SurveyResult, survey_results

HEADINGS = ("quarter", "channel", "sent", "answered", "rate", "average", "0–100", "withdrawn")


def show_list(service: WithoutKnowledge) -> Result:
    """Return the results of every quarter and channel."""
    found = service.database.read_now(survey_results)
    if not found:
        return Result([], "No quarterly survey was sent yet.")
    told = [as_json(each, service.rules.policy) for each in found]
    return Result(told, [Table("Quarterly surveys", HEADINGS, [_row(each) for each in found])])


def show(
    service: WithoutKnowledge, quarter: Annotated[str, argument(metavar="QUARTER", help="such as 2026-Q4")]
) -> Result:
    """Return the results of one quarter; raises NotReady for what is none, or one in which nothing was sent."""
    if not re.fullmatch(r"\d{4}-Q[1-4]", quarter, re.ASCII):
        raise NotReady(f'Write the quarter as 2026-Q4; found "{quarter}".')
    found = service.database.read_now(survey_results, quarter)
    if not found:
        raise NotReady(f"No survey was sent in {quarter}; `jiedai surveys list` shows the quarters there are.")
    policy = service.rules.policy
    rows = [
        (each.channel, _label(policy, name), str(average.number), f"{average.mean:.2f}", f"{average.index:.1f}")
        for each in found
        for name, average in sorted(each.averages.items())
    ]
    tables = [
        Table(f"Quarterly survey {quarter}", HEADINGS, [_row(each) for each in found]),
        Table("Averages", ("channel", "of", "answers", "average", "0–100"), rows),
    ]
    return Result([as_json(each, policy) for each in found], tables)


def as_json(result: SurveyResult, policy: Policy) -> dict[str, Any]:
    """Return the results of one quarter and channel; means from 1 to 5, indices from 0 to 100."""
    overall = result.averages.get(OVERALL)
    return {
        "quarter": result.quarter,
        "channel": result.channel,
        "sent": result.sent,
        "answered": result.answered,
        "response_rate": round(result.rate, 4),
        "withdrawn": result.withdrawn,
        "average": round(overall.mean, 4) if overall is not None else None,
        "index": round(overall.index, 2) if overall is not None else None,
        "dimensions": [
            {
                "dimension": name,
                "label": policy.surveys.dimensions.get(name),
                "answers": average.number,
                "average": round(average.mean, 4),
                "index": round(average.index, 2),
            }
            for name, average in sorted(result.averages.items())
            if name != OVERALL
        ],
    }


def _label(policy: Policy, name: str) -> str:
    return f"{policy.surveys.dimensions.get(name, name)} ({name})" if name != OVERALL else "overall"


def _row(result: SurveyResult) -> tuple[str, ...]:
    overall = result.averages.get(OVERALL)
    mean, index = (f"{overall.mean:.2f}", f"{overall.index:.1f}") if overall is not None else ("–", "–")
    counts = (str(result.sent), str(result.answered), f"{result.rate:.0%}", mean, index, str(result.withdrawn))
    return (result.quarter, result.channel, *counts)
