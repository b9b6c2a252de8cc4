"""The facts of a ticket, from its whole history; pure, and the same whenever it is read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from escalation.measures.complaint_facts import cause_facts, complaint_facts, rating_facts
from escalation.measures.contact_facts import article_facts, night_facts, night_of, response_facts
from escalation.measures.deadline_facts import late_facts, met_facts, settling_index
from escalation.measures.facts import Fact
from escalation.measures.here import RESOLVED, Here, PolicyAt
from escalation.measures.standing import steps_of
from escalation.measures.ticket_case import Line, TicketCase
from escalation.measures.work_facts import gap_facts, resolution_facts, wait_facts


def facts_of_history(case: TicketCase, policy_at: PolicyAt, after: int, until: int) -> list[Fact]:
    """Return the facts made by the lines whose ids are above `after`, up to `until`."""
    steps = steps_of(case)
    found: list[Fact] = []
    for index, step in enumerate(steps):
        if after < step.line.id <= until:
            found.extend(_facts(Here(case, steps, index, policy_at)))
    for deadline in case.deadlines if steps else ():
        if after < steps[settling_index(steps, deadline)].line.id <= until:
            found.extend(met_facts(case, steps, deadline))
    return found


def _facts(here: Here) -> Iterator[Fact]:
    of_its_kind = _BY_KIND.get(here.line.kind)
    if of_its_kind is not None:
        yield from of_its_kind(here)
    for each in _OF_ANY:
        yield from each(here)


def _opened(here: Here) -> Iterator[Fact]:
    told = here.line.data
    yield here.fact("raised", staff_id=here.who, part=told.get("reason", here.case.reason))
    night = night_of(here, here.line.at)
    if night is not None and night.is_open(here.line.at):
        yield here.fact("night_raised")


def _reopened(here: Here) -> Iterator[Fact]:
    yield here.fact("reopened", staff_id=here.before.holder_id or here.resolved_by)


def _of_maker(measure: str) -> Callable[[Here], Iterator[Fact]]:
    def facts(here: Here) -> Iterator[Fact]:
        yield here.fact(measure, staff_id=here.who)

    return facts


def _moved(here: Here) -> Iterator[Fact]:
    yield here.fact("transferred", staff_id=here.before.holder_id)


def _withdrawn(here: Here) -> Iterator[Fact]:
    yield here.fact("withdrawn", staff_id=here.after.holder_id)


def _closed(here: Here) -> Iterator[Fact]:
    if is_lapse(here.line):
        yield here.fact("lapsed", staff_id=here.after.holder_id)


def is_lapse(line: Line) -> bool:
    """Whether a line closes a ticket whose customer was waited for in vain."""
    return line.kind == "closed" and bool(line.data.get("unanswered"))


_BY_KIND = {
    "opened": _opened,
    "reopened": _reopened,
    "merged_away": _of_maker("merged"),
    "withdrawn": _withdrawn,
    "closed": _closed,
    RESOLVED: resolution_facts,
    "claimed": _of_maker("claimed"),
    "transferred": _moved,
    "reassigned": _moved,
}
_OF_ANY = (
    response_facts,
    night_facts,
    article_facts,
    gap_facts,
    wait_facts,
    late_facts,
    complaint_facts,
    cause_facts,
    rating_facts,
)
