"""Facts of complaints and of what customers think: how soon they are heard and closed, causes, ratings; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from escalation.measures.facts import Fact, whole_seconds
from escalation.measures.here import CONTACTS, RESOLVED, Here
from escalation.measures.standing import HistoryStep
from escalation.measures.ticket_case import Line

_ENDS = frozenset({RESOLVED, "closed", "withdrawn", "merged_away"})


def complaint_facts(here: Here) -> Iterator[Fact]:
    """Yield that the ticket becomes a complaint, its first contact since, and its first resolution since."""
    if _becomes_complaint(here.step):
        yield here.fact("complaint", staff_id=here.after.holder_id)
    since = _complaint_since(here)
    if since is None:
        return
    at, meanwhile = since
    kinds = [step.line.kind for step in meanwhile]
    if here.line.kind in CONTACTS and not {*kinds} & (CONTACTS | _ENDS):
        yield here.fact("complaint_response", whole_seconds(at, here.line.happened_at), here.who)
    if here.line.kind == RESOLVED and RESOLVED not in kinds:
        yield here.fact("complaint_closure", whole_seconds(at, here.line.at), here.who)


def _becomes_complaint(step: HistoryStep) -> bool:
    if step.line.kind == "opened":
        return step.after.complaint
    return step.after.complaint and not step.before.complaint


def _complaint_since(here: Here) -> tuple[datetime, Sequence[HistoryStep]] | None:
    """When the ticket, a complaint before the line, became one, and the steps since; None if it is none."""
    if here.line.kind == "opened" or not here.before.complaint:
        return None
    for index in range(here.index - 1, -1, -1):
        if _becomes_complaint(here.steps[index]):
            return here.steps[index].line.at, here.steps[index + 1 : here.index]
    return None


def cause_facts(here: Here) -> Iterator[Fact]:
    """Yield the cause of a complaint, or of what went wrong, as a line names it."""
    cause = (here.line.data.get("after") or {}).get("cause")
    if cause:
        yield here.fact("cause", staff_id=here.who, part=cause)
    noted = _noted_cause(here.line)
    if noted and noted not in [_noted_cause(step.line) for step in here.run]:
        yield here.fact("cause_of", staff_id=here.who, part=noted)


def _noted_cause(line: Line) -> str:
    """The cause that a line notes, and of what; empty if it notes none."""
    of, cause = line.data.get("of"), line.data.get("cause")
    return f"{of}:{cause}" if line.kind == "cause_noted" and of and cause else ""


def rating_facts(here: Here) -> Iterator[Fact]:
    """Yield a customer's scores, 0 to 100."""
    score = here.line.data.get("score")
    if here.line.kind == "rated" and score is not None:
        yield here.fact("rated", _of_hundred(score), here.resolved_by)
    if here.line.kind == "dimensions_rated":
        for dimension, given in (here.line.data.get("scores") or {}).items():
            yield here.fact("rated_dimension", _of_hundred(given), here.resolved_by, dimension)


def _of_hundred(score: int) -> int:
    return (score - 1) * 25
