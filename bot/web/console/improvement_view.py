"""What the pages of targets and improvements show, read for one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.agents import improving as in_use
from bot.agents.risks import risks_for
from bot.rules import Rules
from escalation.improvement import improving, targets
from escalation.improvement.current_figures import Figure
from escalation.improvement.improvement_rules import Improvement, ProgressEntry, lacks_entry
from escalation.improvement.improvement_tables import improvements
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.risk_rules import Risk
from escalation.improvement.steering import may_steer
from escalation.improvement.suggestions import SuggestedTarget, suggestions
from escalation.improvement.target_rules import Target
from escalation.improvement.target_views import TargetView
from escalation.measures.periods import day_of
from escalation.staff import Staff, all_staff, staff_names


@dataclass(frozen=True, slots=True)
class ImprovementItem:
    """An improvement in the list, with its latest entry."""

    improvement: Improvement
    entry: ProgressEntry | None
    lacks_entry: bool


@dataclass(frozen=True, slots=True)
class ImprovementBoard:
    """Targets, improvements and risks as a person sees them."""

    targets: Sequence[TargetView]
    read: Mapping[int, Mapping[int, datetime]]
    suggested: Sequence[SuggestedTarget]
    items: Sequence[ImprovementItem]
    names: Mapping[int, str]
    left: frozenset[int]  # who can no longer sign in
    staff: Sequence[Staff]
    risks: Sequence[Risk]
    steers: bool
    steers_all: bool


@dataclass(frozen=True, slots=True)
class TargetPage:
    """One target, and who has read it."""

    view: TargetView
    read: Mapping[int, datetime]
    names: Mapping[int, str]
    left: frozenset[int]
    staff: Sequence[Staff]
    may_steer: bool


@dataclass(frozen=True, slots=True)
class ImprovementPage:
    """One improvement with its entries and its effect."""

    improvement: Improvement
    progress: Sequence[ProgressEntry]
    effect: tuple[Figure, Figure | None] | None
    names: Mapping[int, str]
    left: frozenset[int]
    staff: Sequence[Staff]
    may_steer: bool
    may_write: bool
    lacks_entry: bool


def read_board(db: Connection, rules: Rules, who: Staff, now: datetime) -> ImprovementBoard:
    """Return what stands on the page: of targets the announced ones, and all that a person steers."""
    steers = who.may("supervision")
    found = [each for each in targets.running_targets(db) if each.announced_at or may_steer(who, each.queue)]
    mine = () if steers else (improvements.c.person_id == who.id,)
    items = [each for each in improving.find_improvements(db, *mine) if _concerns(who, each)]
    return ImprovementBoard(
        targets=in_use.views(db, rules, found, now),
        read=targets.readers_of(db, [each.id for each in found]),
        suggested=_still_suggested(found) if may_steer(who, None) else (),
        items=_with_entries(db, items, rules, now),
        names=staff_names(db),
        left=_left(db),
        staff=all_staff(db) if steers else (),
        risks=risks_for(db, rules, who, now),
        steers=steers,
        steers_all=may_steer(who, None),
    )


def read_target_page(db: Connection, rules: Rules, who: Staff, number: int, now: datetime) -> TargetPage:
    """Return one target; raises ImprovementRefused for one that is none or not shown to this person."""
    found = targets.get_target(db, number)
    steers = may_steer(who, found.queue)
    if not steers and found.announced_at is None:
        raise ImprovementRefused("may_not")
    read = targets.readers_of(db, [number])[number]
    shown = read if steers else {who.id: read[who.id]} if who.id in read else {}
    people = all_staff(db) if steers else ()
    return TargetPage(in_use.views(db, rules, [found], now)[0], shown, staff_names(db), _left(db), people, steers)


def read_improvement_page(db: Connection, rules: Rules, who: Staff, number: int, now: datetime) -> ImprovementPage:
    """Return one improvement; raises ImprovementRefused for one that is none or not open to this person."""
    found = improving.get_improvement(db, number)
    if not _concerns(who, found):
        raise ImprovementRefused("not_yours")
    progress, steers = improving.progress_of(db, [number])[number], may_steer(who, found.queue)
    days = [day_of(each.at, rules.policy.zone) for each in progress]
    return ImprovementPage(
        improvement=found,
        progress=progress,
        effect=in_use.effect(db, rules, found, now),
        names=staff_names(db),
        left=_left(db),
        staff=all_staff(db) if steers else (),
        may_steer=steers,
        may_write=found.closed_at is None and (steers or found.person_id == who.id),
        lacks_entry=lacks_entry(found, days, day_of(now, rules.policy.zone)),
    )


def _concerns(who: Staff, found: Improvement) -> bool:
    """Whether an improvement is open to a person: who does it, who steers it, and managers and administrators."""
    return found.person_id == who.id or may_steer(who, found.queue)


def _with_entries(db: Connection, items: Sequence[Improvement], rules: Rules, now: datetime) -> list[ImprovementItem]:
    progress, zone = improving.progress_of(db, [each.id for each in items]), rules.policy.zone
    found = []
    for each in items:
        latest = progress[each.id][0] if progress[each.id] else None
        days = [day_of(latest.at, zone)] if latest is not None else []
        found.append(ImprovementItem(each, latest, lacks_entry(each, days, day_of(now, zone))))
    return found


def _still_suggested(found: Sequence[Target]) -> list[SuggestedTarget]:
    """The sample targets of indicators that have no target of all yet."""
    taken = {each.indicator for each in found if each.tier is None and each.queue is None}
    return [each for each in suggestions().values() if each.aimed.id not in taken]


def _left(db: Connection) -> frozenset[int]:
    return frozenset(staff_names(db)) - {each.id for each in all_staff(db)}
