"""The table 诊断表: of each target where the period stands, how far that is from the goal, and the causes on record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.reports.report import ReportSection, words
from bot.wording import figure_pages as w
from bot.wording.improvement import covers, gap, label, of
from bot.wording.noted_causes import CLASSES
from escalation.improvement.current_figures import CurrentFigures
from escalation.improvement.target_rules import Target
from escalation.improvement.targets import running_targets
from escalation.measures.indicators import Figures, of_measure, parts_of
from escalation.measures.periods import ReportPeriod
from escalation.measures.sums import Filters
from escalation.policy.model import Policy

_MOST_CAUSES = 3
_OF = {"satisfaction": "low_score", "reopen_rate": "reopened"}  # else what was late


def read_diagnosis(
    db: Connection, policy: Policy, period: ReportPeriod, filters: Filters, figures: Figures
) -> ReportSection | None:
    """Return the table of the targets within the filters; None for the figures of a person, and without targets."""
    if filters.staff_id is not None or filters.topic is not None or filters.channel is not None:
        return None
    found = [each for each in running_targets(db) if _within(each, filters)]
    return diagnosis(found, CurrentFigures(db, policy.zone), period, figures) if found else None


def diagnosis(
    targets: Sequence[Target], current: CurrentFigures, period: ReportPeriod, figures: Figures
) -> ReportSection:
    """Return the table, a row for each target."""
    rows = []
    for target in targets:
        value = current.figure(target.indicator, period, target.tier, target.queue).amount
        named = w.DIMENSION.format(label=label(target.indicator), covers=covers(target.tier, target.queue))
        texts = (named, of(value, target.aimed), of(target.goal_value, target.aimed), gap(target, value))
        rows.append([words(each) for each in (*texts, causes_of(target.indicator, figures))])
    return ReportSection(w.DIAGNOSIS, w.DIAGNOSIS_HEADINGS, rows, notes=(w.DIAGNOSIS_NOTE,))


def causes_of(indicator: str, figures: Figures) -> str:
    """Return the causes that were noted most often for what an indicator counts."""
    measure, prefix = ("cause", "") if indicator == "complaint_rate" else ("cause_of", f"{_kind(indicator)}:")
    parts = [part for part in parts_of(figures, measure) if part.startswith(prefix)]
    counted = sorted(((of_measure(figures, measure, part).number, part) for part in parts), reverse=True)
    named = [w.CAUSE.format(cause=_named(part, prefix), number=number) for number, part in counted[:_MOST_CAUSES]]
    return w.CAUSES_JOINED.join(named) or w.NO_CAUSES


def _named(part: str, prefix: str) -> str:
    cause = part.removeprefix(prefix)
    return CLASSES.get(cause, cause) if prefix else cause


def _kind(indicator: str) -> str:
    return _OF.get(indicator, "breach")


def _within(target: Target, filters: Filters) -> bool:
    return filters.queue in (None, target.queue) and filters.tier in (None, target.tier)
