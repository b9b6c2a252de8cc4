"""The forms of targets and improvements, read into wishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from starlette.datastructures import FormData

from bot.web.console.access import field
from bot.wording import improvement as words
from bot.wording.sanitise import clean
from escalation.improvement.aimed_indicators import AIMED
from escalation.improvement.amounts import parse_amount
from escalation.improvement.improvement_rules import Finding, ImprovementWish
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.target_rules import TargetWish
from escalation.policy.yaml_blocks import parse_day


def given(form: FormData) -> dict[str, str]:
    """Return the texts of a form without control characters and blanks around them."""
    return {name: clean(field(form, name)).strip() for name in form}


def target_wish(typed: Mapping[str, str], today: date) -> TargetWish:
    """Return the target that a form asks for; raises ImprovementRefused."""
    indicator = typed.get("indicator", "")
    aimed = AIMED.get(indicator)
    if aimed is None:
        raise ImprovementRefused("unknown_indicator", indicator=indicator)
    start, goal = (_amount(typed.get(name, ""), indicator) for name in ("start", "goal"))
    start_on = _day(typed.get("start_on", "")) or today
    return TargetWish(
        indicator,
        start,
        start_on,
        goal,
        _day(typed.get("goal_on", "")),
        whole(typed.get("owner", "")),
        whole(typed.get("impact", "")) or 0,
        whole(typed.get("difficulty", "")) or 0,
        typed.get("tier") or None,
        typed.get("queue") or None,
    )


def improvement_wish(typed: Mapping[str, str]) -> ImprovementWish:
    """Return the improvement that a form asks for."""
    some = {name: typed.get(name) or None for name in ("indicator", "period", "tier", "queue")}
    return ImprovementWish(
        Finding(typed.get("finding", ""), some["indicator"], some["period"], None, some["tier"], some["queue"]),
        typed.get("cause_kind", ""),
        typed.get("cause", ""),
        typed.get("measure", ""),
        whole(typed.get("person", "")),
        typed.get("department", ""),
        _day(typed.get("due_on", "")),
    )


def whole(text: str) -> int | None:
    """Return a whole number as an id or a count; None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _amount(text: str, indicator: str) -> int:
    aimed = AIMED[indicator]
    try:
        return parse_amount(text, aimed.unit)
    except ValueError:
        example = words.EXAMPLES[aimed.unit]
        raise ImprovementRefused("bad_amount", amount=text, label=aimed.label, example=example) from None


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None
