"""What risks are seen in, counted from figures, roster, calendars and open tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from escalation.calendars.days import unpublished
from escalation.improvement.current_figures import lately
from escalation.improvement.risk_rules import Late, Load, RiskFacts
from escalation.measures.figures import sums
from escalation.measures.periods import ReportPeriod, day_of
from escalation.policy.model import Policy
from escalation.staff import Staff, all_staff
from escalation.staffing import roster_store
from escalation.tickets.ticket_store import tickets

_COUNTED = ("milestone_kept", "milestone_late", "complaint")


def read_risk_facts(db: Connection, policy: Policy, gaps: tuple[int, int], now: datetime) -> RiskFacts:
    """Return what risks are seen in; `gaps`: questions without an answer, of the four weeks before and the last."""
    period, people = lately(day_of(now, policy.zone)), all_staff(db)
    before, latest = _counts(db, period.previous()), _counts(db, period)
    queues = [None, *(queue for queue in policy.queues if queue in before or queue in latest)]
    nothing: Mapping[str, int] = {}
    pairs = {queue: (before.get(queue, nothing), latest.get(queue, nothing)) for queue in queues}
    return RiskFacts(
        late={queue: (_late(old), _late(new)) for queue, (old, new) in pairs.items()},
        complaints={queue: (old.get("complaint", 0), new.get("complaint", 0)) for queue, (old, new) in pairs.items()},
        gaps=gaps,
        alone=_alone(db, policy, people, now),
        missing_year=unpublished(policy, now),
        loads=_loads(db, people),
    )


def _counts(db: Connection, period: ReportPeriod) -> dict[str | None, dict[str, int]]:
    """The numbers of facts by queue and measure; None: of all queues."""
    found: dict[str | None, dict[str, int]] = {None: {}}
    for queue, group in sums(db, period, by="queue", measures=_COUNTED).items():
        for (measure, _), each in group.items():
            for place in (found.setdefault(queue, {}), found[None]):
                place[measure] = place.get(measure, 0) + each.number
    return found


def _late(counts: Mapping[str, int]) -> Late:
    late = counts.get("milestone_late", 0)
    return Late(late, late + counts.get("milestone_kept", 0))


def _alone(db: Connection, policy: Policy, people: list[Staff], now: datetime) -> dict[str, str]:
    """By queue the only person who works it in the days ahead, by the roster; none while there is no roster."""
    if not roster_store.in_use(db):
        return {}
    shifts = roster_store.shifts_between(db, now, now + timedelta(days=policy.risks.alone_days))
    rostered = {each.staff_id for each in shifts if each.kind == "duty"}
    there = [each for each in people if each.id in rostered]
    by_queue = {queue: [each.name for each in there if each.works(queue)] for queue in policy.queues}
    return {queue: names[0] for queue, names in by_queue.items() if len(names) == 1}


def _loads(db: Connection, people: list[Staff]) -> list[Load]:
    limited = [each for each in people if each.capacity is not None]
    if not limited:
        return []
    held = select(tickets.c.holder_id, func.count()).where(tickets.c.state == "claimed").group_by(tickets.c.holder_id)
    counts = {row[0]: int(row[1]) for row in db.execute(held)}
    return [Load(each.name, each.queues, counts.get(each.id, 0), each.capacity or 0) for each in limited]
