"""The one place that asks the product for its facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection

from benchmarks.measures.asked import TIMES, Answer, Question
from benchmarks.measures.recording import Fact
from benchmarks.measures.shown_asked import SHARES, YUAN, Shown, rounded, with_numbers
from benchmarks.measures.world import A_MINUTE, World
from bot.measuring.measuring_chores import MEASURING
from escalation.measures import indicators
from escalation.measures.catalogue import WITH_PERCENTILES
from escalation.measures.columns import FactColumns, facts_of
from escalation.measures.day_closing import closed_days
from escalation.measures.fact_store import open_days, open_facts
from escalation.measures.figures import latest_value, sums
from escalation.measures.packed_day import unpack
from escalation.measures.periods import ReportPeriod
from escalation.measures.sums import Filters

MOST_LOOKS = 2_000


def measure(world: World) -> None:
    """Let the product count, as it does by itself, until nothing is left to count."""
    world.before_measuring()
    for _ in range(MOST_LOOKS):
        done = False
        for _name, is_due, run in MEASURING:
            if world.read(is_due, world.rules, world.now):
                done = bool(world.write(run, world.rules, world.now)) or done
        if not done:
            return
    raise AssertionError("the figures are never done")


def measured_until(world: World) -> datetime:
    """Up to which instant everything has been counted by now."""
    return world.now - world.policy.dialogue.undo_within - A_MINUTE


def product_facts(world: World) -> list[Fact]:
    """Every fact that the product has found in a house by now."""
    found: list[Fact] = world.read(_facts)
    return found


def filters_of(question: Question) -> Filters:
    """What a question asks for, as the product filters."""
    return Filters(**{"staff_id" if name == "agent" else name: value for name, value in question.wanted.items()})


def product_sums(world: World, question: Question) -> Answer:
    """What the product's figures answer."""
    period = ReportPeriod(question.first, question.last)
    found = world.read(sums, period, filters_of(question), question.by, articles=True)
    return {
        (group, *key): (one.number, one.total, one.percentile(0.5), one.percentile(0.9))
        if key[0] in WITH_PERCENTILES
        else (one.number, one.total, None, None)
        for group, keys in found.items()
        for key, one in keys.items()
        if one.number
    }


def product_shown(world: World, question: Question) -> Shown:
    """What the product's reports show."""
    period = ReportPeriod(question.first, question.last)
    groups = world.read(sums, period, filters_of(question), question.by)
    on_file = world.read(latest_value, period, "organisations")
    found: dict[tuple[str, str], tuple[float | None, ...]] = {}
    for group, figures in groups.items():
        every = [*indicators.rates_of(figures), indicators.complaint_rate(figures, on_file)]
        every += [*indicators.kept_by_milestone(figures), *indicators.cause_shares(figures)]
        every += [indicators.time_of(figures, measure) for measure in TIMES]
        parts = indicators.parts_of(figures, "milestone_time")
        every += [indicators.time_of(figures, "milestone_time", part) for part in parts]
        if question.by == "agent" and group != "0":
            every.append(indicators.load_of(figures))
        found |= {(group, f"{one.id}:{one.part}" if one.part else one.id): _numbers(one) for one in every}
    if question.by == "tier":
        handling = {tier: indicators.of_measure(figures, "handling_time") for tier, figures in groups.items()}
        found["", "cost"] = (rounded(indicators.cost_of(handling, YUAN)),)
    return with_numbers(found)


def _numbers(one: indicators.Indicator) -> tuple[float | None, ...]:
    percentiles = (one.percentiles.get(share) for share in SHARES if one.unit == "seconds")
    return (one.value, *percentiles)


def _facts(db: Connection) -> list[Fact]:
    found = [fact for day, packed in closed_days(db, "", "9") for fact in _of_day(day, unpack(packed))]
    return found + [fact for day in open_days(db) for fact in _of_day(day, open_facts(db, day))]


def _of_day(day: str, columns: FactColumns) -> Iterable[Fact]:
    for one in facts_of(columns):
        where = (one.ticket_id, one.tier, one.queue, one.topic, one.channel, one.staff_id, one.part)
        yield Fact(one.measure, one.at.replace(microsecond=0), date.fromisoformat(day), one.value, *where)
