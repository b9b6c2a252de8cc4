"""What quarterly surveys came to: by quarter and channel, how many were sent, answered and withdrawn, and averages."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Column, ColumnElement, Connection, distinct, func, select

from escalation.surveys.survey_consents import survey_consents
from escalation.surveys.survey_store import survey_scores, surveys

OVERALL = ""


@dataclass(frozen=True, slots=True)
class Average:
    """Of how many scores, and their mean, 1 to 5."""

    number: int
    mean: float

    @property
    def index(self) -> float:
        """The same from 0 to 100, as the standard shows it: (mean − 1) × 25."""
        return (self.mean - 1) * 25


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What the survey of one quarter came to in one channel."""

    quarter: str
    channel: str
    sent: int
    answered: int
    withdrawn: int  # of those asked, who then wished no more surveys
    averages: dict[str, Average] = field(default_factory=dict)  # by dimension; the overall one under an empty name

    @property
    def rate(self) -> float:
        """The share of those asked who answered, 0 to 1."""
        return self.answered / self.sent if self.sent else 0.0


def survey_results(db: Connection, quarter: str | None = None) -> list[SurveyResult]:
    """Return the results by quarter and channel, the newest quarter first; only of `quarter` if it is given."""
    group = (surveys.c.quarter, surveys.c.channel)
    query = select(*group, func.count()).group_by(*group).order_by(surveys.c.quarter.desc(), surveys.c.channel)
    if quarter is not None:
        query = query.where(surveys.c.quarter == quarter)
    answered = _counted(db, survey_scores.c.survey_id, survey_scores.c.dimension == OVERALL)
    withdrawn = _counted(db, survey_consents.c.survey_id, survey_consents.c.wanted.is_(False))
    averages = _averages(db)
    return [
        SurveyResult(when, channel, sent, answered.get((when, channel), 0), withdrawn.get((when, channel), 0), means)
        for when, channel, sent in db.execute(query)
        for means in (averages.get((when, channel), {}),)
    ]


def _counted(db: Connection, survey_id: Column[int], where: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    """By quarter and channel, how many surveys such a row is of."""
    group = (surveys.c.quarter, surveys.c.channel)
    query = select(*group, func.count(distinct(survey_id))).join_from(
        surveys, survey_id.table, survey_id == surveys.c.id
    )
    return {(row[0], row[1]): row[2] for row in db.execute(query.where(where).group_by(*group))}


def _averages(db: Connection) -> dict[tuple[str, str], dict[str, Average]]:
    """By quarter and channel, of the last score that each survey has of a dimension."""
    last = select(func.max(survey_scores.c.id)).group_by(survey_scores.c.survey_id, survey_scores.c.dimension)
    columns = (surveys.c.quarter, surveys.c.channel, survey_scores.c.dimension)
    query = select(*columns, func.count(), func.avg(survey_scores.c.score))
    query = query.join_from(surveys, survey_scores, survey_scores.c.survey_id == surveys.c.id)
    query = query.where(survey_scores.c.id.in_(last)).group_by(*columns)
    found: dict[tuple[str, str], dict[str, Average]] = {}
    for quarter, channel, dimension, number, mean in db.execute(query):
        found.setdefault((quarter, channel), {})[dimension] = Average(number, float(mean))
    return found
