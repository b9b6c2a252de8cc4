"""Histories one after the other: what the product found in each, beside what the oracle says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.measures import histories, oracle, shown_asked, written
from benchmarks.measures.asked import answer, asked
from benchmarks.measures.product import measure, measured_until, product_facts, product_shown, product_sums
from benchmarks.measures.recording import Fact, Recording
from benchmarks.measures.shown_asked import asked_to_show
from benchmarks.measures.world import A_DAY, World
from bot.storage.database import Database
from tests.databases import VAULT

Opened = Callable[[], AbstractContextManager[Database]]
MOST_LINES = 80
QUESTIONS = 4  # of sums, in each history


@dataclass(slots=True)
class Compared:
    """How many facts were compared, and how many differ, by measure."""

    histories: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    differ: Counter[str] = field(default_factory=Counter)
    seeds: dict[str, int] = field(default_factory=dict)  # the first history in which each measure differs
    sums: int = 0
    sums_differ: int = 0
    shown: Counter[str] = field(default_factory=Counter)  # rates, means and percentiles, by their name
    shown_differ: Counter[str] = field(default_factory=Counter)
    first: str = ""  # told so that a person can follow it


def compare(opened: Opened, seeds: Sequence[int], found: Compared | None = None) -> Compared:
    """Compare the facts of these histories."""
    found = found or Compared()
    with opened() as shared:
        for seed in seeds:
            with opened() if histories.is_talked(seed) else nullcontext(shared) as database:
                histories.live(database, VAULT, seed, lambda world, of=seed: _judge(world, of, found), measure)
    return found


def _judge(world: World, seed: int, found: Compared) -> None:
    measure(world)
    recording, until = written.recording_of(world), measured_until(world)
    expected = Counter(oracle.facts_of(recording, until))
    told = Counter(fact for fact in product_facts(world) if fact.at <= until)
    found.histories += 1
    found.facts.update(fact.measure for fact in expected.elements())
    missing, more = expected - told, told - expected
    for name in {fact.measure for fact in (*missing, *more)}:
        of_measure = [sum(n for fact, n in side.items() if fact.measure == name) for side in (missing, more)]
        found.differ[name] += max(of_measure)
        found.seeds.setdefault(name, seed)
    _judge_answers(world, list(expected.elements()), until, found)
    by_bot = {line.data["reason"] for one in recording.records if not one.by_hand for line in one.lines[:1]}
    _judge_shown(world, list(expected.elements()), until, by_bot, found)
    if (missing or more) and not found.first:
        found.first = _story(seed, world, recording, sorted(missing), sorted(more))


def _judge_answers(world: World, facts: Sequence[Fact], until: datetime, found: Compared) -> None:
    """Sums and percentiles of random periods, filters and groups."""
    last = until.astimezone(world.policy.zone).date() - A_DAY
    for _ in range(QUESTIONS if facts else 0):
        question = asked(world.dice, facts, last)
        expected, told = answer(facts, question), product_sums(world, question)
        found.sums += len(expected)
        differ = {key for key in {*expected, *told} if expected.get(key) != told.get(key)}
        found.sums_differ += len(differ)
        for key in sorted(differ)[:3]:
            found.first = found.first or f"{question}: {key}: {expected.get(key)}, the product {told.get(key)}"


def _judge_shown(
    world: World, facts: Sequence[Fact], until: datetime, by_bot: Collection[str], found: Compared
) -> None:
    """Rates, means and percentiles of random periods, filters and groups."""
    last = until.astimezone(world.policy.zone).date() - A_DAY
    for _ in range(QUESTIONS if facts else 0):
        question = asked_to_show(world.dice, facts, last)
        expected, told = shown_asked.expected(facts, question, by_bot), product_shown(world, question)
        found.shown.update(name.partition(":")[0] for _, name in expected)
        for key in sorted({*expected, *told}):
            if expected.get(key) != told.get(key):
                found.shown_differ[key[1].partition(":")[0]] += 1
                found.first = found.first or f"{question}: {key}: {expected.get(key)}, the product {told.get(key)}"


def _story(seed: int, world: World, recording: Recording, missing: Sequence[Fact], more: Sequence[Fact]) -> str:
    told = [f"history {seed}, {world.zone}"]
    told += [f"  the oracle alone: {_shown(fact)}" for fact in missing[:6]]
    told += [f"  the product alone: {_shown(fact)}" for fact in more[:6]]
    number = (missing or more)[0].ticket
    for record in (record for record in recording.records if record.id == number):
        for line in record.lines[:MOST_LINES]:
            told.append(f"  #{number} {line.seq} {line.at:%m-%d %H:%M:%S} {line.kind} {line.staff or ''} {line.data}")
    if not number:
        told += [f"  {one}" for one in recording.said[:MOST_LINES]]
    return "\n".join(told)


def _shown(fact: Fact) -> str:
    return ", ".join(f"{name}={value}" for name, value in fact._asdict().items() if value not in ("", 0, None))
