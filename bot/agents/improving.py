"""Targets and improvements in use: what people adopt and begin, with the figures of now filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from escalation.improvement import improving, targets
from escalation.improvement.aimed_indicators import AIMED
from escalation.improvement.current_figures import CurrentFigures, Figure, lately
from escalation.improvement.improvement_rules import Finding, Improvement, ImprovementWish, effect_periods
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.suggestions import suggestion
from escalation.improvement.target_rules import Target
from escalation.improvement.target_views import TargetView, views_of
from escalation.measures.periods import day_of, parse_period
from escalation.staff import Staff


def adopt(db: Connection, rules: Rules, who: Staff, name: str, owner_id: int | None, now: datetime) -> Target:
    """Adopt a sample target, from what its indicator is now; raises ImprovementRefused."""
    today, chosen = day_of(now, rules.policy.zone), suggestion(name)
    figures = CurrentFigures(db, rules.policy.zone)
    current = figures.figure(chosen.aimed.id, lately(today), None, None).amount
    wish = chosen.adopted(owner_id, today, current)
    return targets.add_target(db, rules.policy, who, wish, today, now)


def begin(db: Connection, rules: Rules, who: Staff, wish: ImprovementWish, now: datetime) -> Improvement:
    """Begin an improvement; of a finding in the figures with what the figure was. Raises ImprovementRefused.

    Raises NoSuchPeriod for a period that is none.
    """
    zone = rules.policy.zone
    wish = replace(wish, finding=_measured(db, rules, wish.finding))
    return improving.begin(db, rules.policy, who, wish, day_of(now, zone), now)


def views(db: Connection, rules: Rules, found: Sequence[Target], now: datetime) -> list[TargetView]:
    """Return targets with where they stand now."""
    return views_of(CurrentFigures(db, rules.policy.zone), found, day_of(now, rules.policy.zone))


def effect(db: Connection, rules: Rules, found: Improvement, now: datetime) -> tuple[Figure, Figure | None] | None:
    """Return the figure before an improvement and the one after it; None of a finding by hand."""
    if found.indicator is None:
        return None
    figures, periods = CurrentFigures(db, rules.policy.zone), effect_periods(found, day_of(now, rules.policy.zone))
    before = figures.figure(found.indicator, periods.before, found.tier, found.queue)
    if periods.after is None:
        return before, None
    return before, figures.figure(found.indicator, periods.after, found.tier, found.queue)


def _measured(db: Connection, rules: Rules, finding: Finding) -> Finding:
    if finding.indicator is None:
        return replace(finding, period=None)
    aimed = AIMED.get(finding.indicator)
    if aimed is None:
        raise ImprovementRefused("unknown_indicator", indicator=finding.indicator)
    if not aimed.by_queue and (finding.tier or finding.queue):
        raise ImprovementRefused("not_by_queue", label=aimed.label)
    period = parse_period(finding.period or "")
    figures = CurrentFigures(db, rules.policy.zone)
    value = figures.figure(finding.indicator, period, finding.tier, finding.queue).amount
    return replace(finding, period=period.name, value=value)
