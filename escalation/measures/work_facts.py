"""Facts of who works on a ticket: hands, gaps between them, steps, and how long it was worked on; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from escalation.measures.facts import Fact, whole_seconds
from escalation.measures.here import RESOLVED, Here
from escalation.measures.standing import HistoryStep

_FROM_CUSTOMER = frozenset({"customer_wrote", "resumed", "urged"})
_NO_STEP = frozenset({"claimed", "acknowledged"})  # of somebody who has just become the holder
_ADVANCES = frozenset({"step_done", "confirmed", "assessed"})


def resolution_facts(here: Here) -> Iterator[Fact]:
    """Yield what a resolution closes: the time, the hands, the customer's contacts, the time of handling."""
    who = here.who
    yield here.fact("resolved", staff_id=who)
    yield here.fact("resolution_time", whole_seconds(here.raised_at, here.line.at), who)
    holders = {step.after.holder_id for step in (*here.run, here.step)} | {here.line.staff_id}
    yield here.fact("hands", len(holders - {None}), who)
    wrote = sum(step.line.kind in _FROM_CUSTOMER for step in here.run)
    yield here.fact("contacts", 1 + wrote, who)
    handled = _handled(here)
    if handled:
        yield here.fact("handling_time", handled, who)


def _handled(here: Here) -> int:
    """The seconds of people's spells since the resolution before this one, up to it."""
    since = next((step.line.at for step in here.earlier() if step.line.kind == RESOLVED), None)
    spent = timedelta()
    for spell in here.case.spells:
        began = spell.began_at if since is None else max(spell.began_at, since)
        spent += max(timedelta(), min(spell.ended_at, here.line.at) - began)
    return spent // timedelta(seconds=1)


def gap_facts(here: Here) -> Iterator[Fact]:
    """Yield how long a new holder took to their next step."""
    holder = here.before.holder_id
    if holder is None or here.line.staff_id != holder or here.line.kind in _NO_STEP:
        return
    began = _became_holder(here, holder)
    if began is None or any(_is_step_of(step, holder) for step in here.steps[began + 1 : here.index]):
        return
    since = here.steps[began].line.at
    yield here.fact("handover_gap", whole_seconds(since, here.line.at), holder)


def _became_holder(here: Here, holder: int) -> int | None:
    """Where in the run the person who holds it before the line came to hold it; None if before the run."""
    for index in range(here.index - 1, here.step.run_from - 1, -1):
        step = here.steps[index]
        if step.before.holder_id != holder and step.after.holder_id == holder:
            return index
    return None


def _is_step_of(step: HistoryStep, holder: int) -> bool:
    return step.line.staff_id == holder and step.line.kind not in _NO_STEP


def wait_facts(here: Here) -> Iterator[Fact]:
    """Yield how long a step of the plan waited since the latest one."""
    earlier = [step.line.at for step in here.run if step.line.kind in _ADVANCES]
    if here.line.kind == "step_done" and earlier:
        yield here.fact("step_wait", whole_seconds(earlier[-1], here.line.at), here.who)
