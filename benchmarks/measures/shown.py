"""What is shown of facts: sums, means, percentiles and rates, as docs/measures.md says."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from benchmarks.measures.recording import Fact

LONGEST = 1_198  # the bucket of all that is longer


def within(facts: Sequence[Fact], begins: date, ends: date, wanted: Mapping[str, object]) -> list[Fact]:
    """The facts of the days from `begins` to `ends` that have these values."""
    return [
        fact
        for fact in facts
        if begins <= fact.day <= ends and all(getattr(fact, name) == value for name, value in wanted.items())
    ]


def values_of(facts: Sequence[Fact], measure: str, parts: Collection[str] | None = None) -> list[int]:
    """The values of one measure."""
    return [fact.value for fact in facts if fact.measure == measure and (parts is None or fact.part in parts)]


def bucket(seconds: int) -> int:
    """The bucket of a time, looked for one by one."""
    if seconds == 0:
        return -1
    found = 0
    while found < LONGEST and not 1.02**found <= seconds < 1.02 ** (found + 1):
        found += 1
    return found


def percentile(values: Sequence[int], share: float) -> int | None:
    """The percentile as the histogram gives it; None of nothing."""
    counted, needed, reached = Counter(bucket(value) for value in values), math.ceil(share * len(values)), 0
    for each in sorted(counted):
        reached += counted[each]
        if reached >= needed:
            return round(1.02 ** (each + 0.5)) if each >= 0 else 0
    return None


def rates(facts: Sequence[Fact], by_bot: Collection[str], on_file: int | None = None) -> dict[str, float | None]:
    """Every rate of the page for these facts; None where there is no sample.

    `by_bot`: reasons of the bot's; `on_file`: the organisations of the period's last day that has them.
    """

    def total(measure: str, parts: Collection[str] | None = None) -> int:
        return sum(values_of(facts, measure, parts))

    def number(measure: str) -> int:
        return len(values_of(facts, measure))

    customers = on_file + total("stranger_wrote") if on_file is not None else 0
    found = {
        "resolution_rate": ratio(
            total("resolved"), total("raised") + total("reopened") - total("merged") - total("withdrawn")
        ),
        "fcr_rate": ratio(total("fcr"), number("fcr")),
        "reopen_rate": ratio(total("reopened"), total("resolved")),
        "satisfaction": ratio(total("rated"), number("rated")),
        "rating_rate": ratio(number("rated"), total("resolved")),
        "complaint_rate": ratio(total("complaint"), customers),
        "night_coverage": ratio(total("night_contacted"), total("night_raised")),
        "bot_answer_rate": ratio(total("bot_answered"), total("bot_answered") + total("raised", by_bot)),
        "bot_alone_rate": ratio(total("bot_alone"), number("bot_alone")),
        "helpful_rate": ratio(total("bot_helped"), total("bot_helped") + total("bot_rejected")),
    }
    found["kept_rate"] = ratio(total("milestone_kept"), total("milestone_kept") + total("milestone_late"))
    for part in {fact.part for fact in facts if fact.measure in ("milestone_kept", "milestone_late")}:
        kept, late = total("milestone_kept", {part}), total("milestone_late", {part})
        found[f"kept_rate:{part}"] = ratio(kept, kept + late)
    for part in {fact.part for fact in facts if fact.measure == "cause"}:
        found[f"cause_share:{part}"] = ratio(total("cause", {part}), total("cause"))
    return found


def load(facts: Sequence[Fact]) -> dict[int, float]:
    """The mean of held tickets over the days that have it, by agent."""
    found: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for fact in facts:
        if fact.measure == "held":
            found[fact.agent][fact.day] += fact.value
    return {agent: sum(days.values()) / len(days) for agent, days in found.items()}


def ratio(above: int, below: int) -> float | None:
    """A rate; None without a sample."""
    return above / below if below > 0 else None


def organisations(facts: Sequence[Fact], begins: date, ends: date) -> int | None:
    """How many there were on the last day of these that has a count."""
    told = [fact for fact in facts if fact.measure == "organisations" and begins <= fact.day <= ends]
    return max(told, key=lambda fact: fact.day).value if told else None
