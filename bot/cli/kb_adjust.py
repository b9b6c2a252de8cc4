"""`jiedai kb adjust`: the record of the threshold for answering, and whether the nightly job may move it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.os_user import os_user
from bot.cli.output import Result, Table, minute
from bot.cli.session import WithKnowledge
from bot.jobs.nightly_threshold import tonight
from bot.knowledge.adjusting import give_order
from bot.service import Service
from escalation.policy.model import Policy
from escalation.working_hours.instants import iso
from knowledge_base.adjusting import adjustment_store
from knowledge_base.adjusting.adjustment_store import ORDERS, Order, ThresholdChange
from knowledge_base.adjusting.decision import CASES, CUSTOMERS, LOOKED_BACK, Comparison, Why

_HEADINGS = ("at", "what", "from", "to", "cases", "customers", "right", "promised", "by")
_ORDERED: Mapping[Order, str] = {
    "on": "The nightly job is on: each night it may move the threshold.",
    "off": "The nightly job is off: the threshold stays at {threshold:.4f} until `--on` or `--reset`.",
    "reset": "What is asked is answered from {threshold:.4f} on again, as learned. Running servers follow in seconds.",
}
_TONIGHT: Mapping[Why, str] = {
    "too_few": f"it would stay: only {{cases}}; at least {CASES} are needed.",
    "few_customers": f"it would stay: {{cases}}; they must come from at least {CUSTOMERS}.",
    "only_exact": "it would stay: only what is asked word for word is answered.",
    "as_promised": "it would stay: {cases}, {right} right; by chance it may as well be the promised {promise}.",
    "worse": "it would rise to {to:.4f}: {cases}, {right} right, and {promise} were promised.",
    "better": "it would fall to {to:.4f}: {cases}, {right} right, and {promise} were promised.",
    "at_the_end": "it would stay, for it can move no further: {cases}, {right} right, and {promise} were promised.",
}
_WHAT: Mapping[str, str] = {
    "too_few": "stayed: too few cases",
    "few_customers": "stayed: too few customers",
    "only_exact": "stayed: word for word only",
    "as_promised": "stayed: as promised",
    "worse": "raised",
    "better": "lowered",
    "at_the_end": "stayed: no further",
    "on": "job switched on",
    "off": "job switched off",
    "reset": "back to what was learned",
}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds now, and what the coming night would bring."""

    learned: float
    threshold: float
    is_on: bool
    tonight: Comparison
    record: tuple[ThresholdChange, ...]


def adjust(
    service: WithKnowledge,
    on: Annotated[bool, argument("--on", help="let the nightly job move the threshold")] = False,
    off: Annotated[bool, argument("--off", help="keep the threshold where it is")] = False,
    reset: Annotated[bool, argument("--reset", help="go back to the threshold that was learned")] = False,
    limit: Annotated[int, argument("--limit", metavar="N", help="lines of the record at most (default: 30)")] = 30,
) -> Result:
    """Return the threshold, what the coming night would bring, and the record; carry out an order first.

    Raises NotReady for several orders at once, a limit below 1, or before a knowledge base is published.
    """
    orders = [order for order, given in zip(ORDERS, (on, off, reset), strict=True) if given]
    if len(orders) > 1:
        raise NotReady(f"Give one of {' and '.join(f'--{order}' for order in orders)}, not both.")
    if limit < 1:
        raise NotReady("--limit must be 1 or more.")
    if not service.rules.index.entries:
        raise NotReady("No knowledge base is published yet; `jiedai kb import FILE` publishes one.")
    said = [_carry_out(service, order) for order in orders]
    state = _state(service, limit)
    return Result(_as_json(state, service.rules.policy), [*said, *_words(state, service.rules.policy)])


def _carry_out(service: Service, order: Order) -> str:
    done = give_order(service.database, service.rules, order, f"cli {os_user()}", service.clock())
    if done is None:
        return "Nothing changes: that is how it is already."
    return _ORDERED[order].format(threshold=done.moved_to)


def _state(service: Service, limit: int) -> _State:
    database, shift = service.database, service.database.read_now(adjustment_store.shift_in_force)
    rules = replace(service.rules, shift=shift)
    found = database.read_now(tonight, rules, service.clock())
    is_on, record = database.read_now(adjustment_store.is_on), database.read_now(adjustment_store.newest, limit)
    return _State(rules.learned.answer_at, rules.thresholds.answer_at, is_on, found, record)


def _words(state: _State, policy: Policy) -> Iterable[str | Table]:
    moved = state.threshold - state.learned
    how = f"{state.learned:.4f} as learned, moved by {moved:+.4f}" if round(moved, 4) else "as learned"
    job = "on" if state.is_on else "off"
    yield f"Answered from confidence {state.threshold:.4f} on: {how}. The nightly job is {job}."
    if state.record:
        yield Table("The record, newest first", _HEADINGS, [_row(each, policy) for each in state.record])
    else:
        yield "The record is empty: no night has passed yet."
    if state.is_on:
        yield f"If it were night now, {_in_words(state.tonight)}"
    yield f"A case is one customer's taps of one day, within {LOOKED_BACK.days} days and since the latest move."


def _in_words(found: Comparison) -> str:
    cases = f"{_counted(found.cases, 'case')} of {_counted(found.customers, 'customer')}"
    right, promise = _percent(found.realised), _percent(found.promise)
    return _TONIGHT[found.why].format(cases=cases, right=right, promise=promise, to=found.to)


def _counted(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"


def _row(one: ThresholdChange, policy: Policy) -> tuple[str, ...]:
    figures = (str(one.cases), str(one.customers)) if one.promise is not None else ("", "")
    shares = (_percent(one.realised), _percent(one.promise))
    ends = (f"{one.threshold:.4f}", f"{one.moved_to:.4f}")
    return (minute(one.at, policy.zone), _WHAT[one.why], *ends, *figures, *shares, one.decided_by)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _as_json(state: _State, policy: Policy) -> dict[str, Any]:
    return {
        "answer_at": state.threshold,
        "learned": state.learned,
        "on": state.is_on,
        "tonight": {
            "why": state.tonight.why,
            "to": state.tonight.to,
            "judged": state.tonight.judged,
            "cases": state.tonight.cases,
            "customers": state.tonight.customers,
            "right": state.tonight.realised,
            "interval": state.tonight.interval,
            "promised": state.tonight.promise,
        },
        "record": [
            {
                "at": iso(one.at, policy.zone),
                "why": one.why,
                "from": one.threshold,
                "to": one.moved_to,
                "judged": one.judged,
                "cases": one.cases,
                "customers": one.customers,
                "right": one.realised,
                "promised": one.promise,
                "revision": one.revision,
                "by": one.decided_by,
            }
            for one in state.record
        ],
    }
