"""Whether a ticket was solved at once: told seven days after its first resolution; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from escalation.measures.facts import Fact
from escalation.measures.here import RESOLVED, fact_of
from escalation.measures.standing import HistoryStep, TicketStanding, steps_of
from escalation.measures.ticket_case import TicketCase

JUDGED_AFTER = timedelta(days=7)
_MOVED = frozenset({"transferred", "reassigned"})
_UNHAPPY = frozenset({"reopened", "dissatisfied"})


def fcr_fact(case: TicketCase, line_id: int, others: Iterable[TicketCase]) -> Fact | None:
    """Return the fact of a line `resolved`; None if it was taken back, or was not of the first run.

    `others`: other tickets that may be the same customer's.
    """
    steps = steps_of(case)
    found = next((step for step in steps if step.line.id == line_id and step.line.kind == RESOLVED), None)
    if found is None or not found.is_first_run:
        return None
    until = found.line.at + JUDGED_AFTER
    then = [step for step in steps if step.line.at <= until]
    first_run = [step.line.kind for step in then if step.is_first_run]
    since = [step.line.kind for step in then if step.line.seq > found.line.seq]
    once = not {*first_run} & _MOVED and not {*since} & _UNHAPPY
    again = any(_is_same_matter(case, found, other, until) for other in others)
    return fact_of(case, found.after, until, "fcr", int(once and not again), found.line.staff_id)


def _is_same_matter(case: TicketCase, resolved: HistoryStep, other: TicketCase, until: datetime) -> bool:
    steps = [step for step in steps_of(other) if step.line.at <= until]
    if not steps or other.id == case.id or not resolved.line.at < steps[0].line.at:
        return False
    if any(step.line.kind == "merged_away" and step.line.data.get("into") == case.id for step in steps):
        return False
    then = steps[-1].after
    return then.topic == resolved.after.topic and _is_same_customer(case, resolved.after, other, then)


def _is_same_customer(case: TicketCase, mine: TicketStanding, other: TicketCase, theirs: TicketStanding) -> bool:
    if mine.contact_id is None:
        return other.conversation_id == case.conversation_id
    return theirs.contact_id == mine.contact_id
