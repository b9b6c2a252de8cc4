"""`jiedai targets list` and `jiedai improvements list`: where targets stand, and what is being improved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from bot.agents import improving as in_use
from bot.cli.formats import Format, formatted
from bot.cli.output import Result, Table
from bot.cli.session import ForWords, WithoutKnowledge
from bot.wording import improvement as words
from bot.wording.noted_causes import CLASSES
from escalation.customers.starring import starred
from escalation.improvement import improving, targets
from escalation.improvement.improvement_rules import Improvement
from escalation.improvement.target_views import TargetView
from escalation.measures.periods import day_of
from escalation.staff import staff_names

_TARGETS = ("number", "indicator", "of", "start", "goal", "by", "now", "state", "owner", "priority", "announced")
_IMPROVEMENTS = ("number", "finding", "cause", "measure", "person", "department", "by", "state")
_STATES = {"reached": "reached", "on_course": "on course", "behind": "behind", "missed": "missed", "no_sample": "–"}


def show_targets(service: WithoutKnowledge, format: Format = "text") -> Result:  # noqa: A002  # the option's name
    """Return the running targets with where they stand, the highest priority first."""
    now = service.clock()

    def read(db: Connection) -> tuple[list[TargetView], dict[int, str]]:
        return in_use.views(db, service.rules, targets.running_targets(db), now), staff_names(db)

    found, names = service.database.read_now(read)
    value = [_target(view, names) for view in found]
    rows = [_target_row(view, names) for view in found]
    if not rows and format == "text":
        return Result(value, "There are no targets.")
    return formatted(value, Table("", _TARGETS, rows), [], format)


def show_improvements(service: ForWords, format: Format = "text") -> Result:  # noqa: A002  # the option's name
    """Return the improvements, open ones first, the nearest day first."""
    today = day_of(service.clock(), service.rules.policy.zone)

    def read(db: Connection) -> tuple[list[Improvement], dict[int, str]]:
        return improving.find_improvements(db), staff_names(db)

    found, names = service.database.read_now(read)
    rows = [
        (
            str(each.id),
            starred(each.finding),
            f"{CLASSES[each.cause_kind]}：{starred(each.cause)}",
            starred(each.measure),
            names[each.person_id],
            each.department,
            each.due_on.isoformat(),
            "closed" if each.closed_on else "overdue" if each.is_overdue(today) else "open",
        )
        for each in found
    ]
    value = [dict(zip(_IMPROVEMENTS, row, strict=True)) for row in rows]
    if not rows and format == "text":
        return Result(value, "There are no improvements.")
    return formatted(value, Table("", _IMPROVEMENTS, rows), [], format)


def _target(view: TargetView, names: dict[int, str]) -> dict[str, Any]:
    target = view.target
    told = {name: getattr(target, name) for name in ("id", "indicator", "tier", "queue", "start_value", "goal_value")}
    told |= {"unit": target.aimed.unit if target.aimed else None, "start_on": target.start_on.isoformat()}
    told |= {"goal_on": target.goal_on.isoformat(), "now": view.figure.amount, "sample": view.figure.number}
    told |= {"state": view.state, "owner": names[target.owner_id], "priority": target.priority}
    return told | {"announced": target.announced_at is not None}


def _target_row(view: TargetView, names: dict[int, str]) -> tuple[str, ...]:
    target = view.target
    amounts = [words.of(each, target.aimed) for each in (target.start_value, target.goal_value, view.figure.amount)]
    return (
        str(target.id),
        words.label(target.indicator),
        words.covers(target.tier, target.queue),
        amounts[0],
        amounts[1],
        target.goal_on.isoformat(),
        amounts[2],
        _STATES[view.state],
        names[target.owner_id],
        str(target.priority),
        "yes" if target.announced_at else "no",
    )
