"""What is shown: rates and means by the formulas of `docs/measures.md`, from sums; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from escalation.measures.catalogue import MEASURES, Unit
from escalation.measures.sums import Key, Sum, added

SHARES = (0.5, 0.9, 0.95)  # percentiles that are shown of times
BY_HAND = frozenset({"entered"})  # reasons of tickets that staff have opened
Figures = Mapping[Key, Sum]  # sums of one group


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure as it is shown; `value` is None where there is no sample.

    `unit` share: 0 to 1; seconds: whole seconds; score: 0 to 100. `percentiles` by share, of times. `recorded`: what it
    is counted from begins with the release that records it.
    """

    id: str
    label: str
    value: float | None
    unit: Unit
    numerator: float = 0
    denominator: float = 0
    percentiles: Mapping[float, int] = field(default_factory=dict)
    part: str = ""
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class _Rate:
    id: str
    label: str
    over: Callable[[Figures], float]
    under: Callable[[Figures], float]
    unit: Unit = "share"


def of_measure(figures: Figures, measure: str, part: str | None = None) -> Sum:
    """Return the sum of a measure over all its parts, or of one of them."""
    return added([each for (name, its), each in figures.items() if name == measure and part in (None, its)])


def parts_of(figures: Figures, measure: str) -> list[str]:
    """Return the parts that a measure has, in order."""
    return sorted({part for name, part in figures if name == measure})


def _total(measure: str) -> Callable[[Figures], float]:
    return lambda figures: of_measure(figures, measure).total


def _number(*measures: str) -> Callable[[Figures], float]:
    return lambda figures: sum(of_measure(figures, measure).number for measure in measures)


def _to_solve(figures: Figures) -> float:
    count = {name: of_measure(figures, name).number for name in ("raised", "reopened", "merged", "withdrawn")}
    return count["raised"] + count["reopened"] - count["merged"] - count["withdrawn"]


def _bot_or_person(figures: Figures) -> float:
    raised = sum(of_measure(figures, "raised", part).number for part in {*parts_of(figures, "raised")} - BY_HAND)
    return of_measure(figures, "bot_answered").number + raised


RATES: tuple[_Rate, ...] = (
    _Rate("resolution_rate", "解决率", _number("resolved"), _to_solve),
    _Rate("fcr_rate", "首次解决率", _total("fcr"), _number("fcr")),
    _Rate("reopen_rate", "重开率", _number("reopened"), _number("resolved")),
    _Rate("kept_rate", "按时率", _number("milestone_kept"), _number("milestone_kept", "milestone_late")),
    _Rate("satisfaction", "满意度", _total("rated"), _number("rated"), "score"),
    _Rate("rating_rate", "评价率", _number("rated"), _number("resolved")),
    _Rate("night_coverage", "夜间人工覆盖", _number("night_contacted"), _number("night_raised")),
    _Rate("bot_answer_rate", "机器人回答占比", _number("bot_answered"), _bot_or_person),
    _Rate("bot_alone_rate", "机器人独立解决率", _total("bot_alone"), _number("bot_alone")),
    _Rate("helpful_rate", "回答有用率", _number("bot_helped"), _number("bot_helped", "bot_rejected")),
)
RATE_IDS = tuple(rate.id for rate in RATES)


def rates_of(figures: Figures) -> list[Indicator]:
    """Return the shown rates of a group, but for those that need more than its sums."""
    return [_indicator(each.id, each.label, each.over(figures), each.under(figures), each.unit) for each in RATES]


def kept_by_milestone(figures: Figures) -> Iterator[Indicator]:
    """Yield the rate of deadlines kept, of each milestone."""
    for part in sorted({*parts_of(figures, "milestone_kept"), *parts_of(figures, "milestone_late")}):
        kept, late = (of_measure(figures, f"milestone_{how}", part).number for how in ("kept", "late"))
        yield _indicator("kept_rate", "按时率", kept, kept + late, part=part)


def cause_shares(figures: Figures) -> Iterator[Indicator]:
    """Yield the share of each cause of complaints."""
    every = of_measure(figures, "cause").number
    for part in parts_of(figures, "cause"):
        yield _indicator("cause_share", "原因占比", of_measure(figures, "cause", part).number, every, part=part)


def complaint_rate(figures: Figures, organisations: int | None) -> Indicator:
    """Return the complaints by customers; `organisations`: as counted on the period's last day that has it."""
    strangers = of_measure(figures, "stranger_wrote").number
    customers = 0 if organisations is None else organisations + strangers
    return _indicator("complaint_rate", "投诉率", of_measure(figures, "complaint").number, customers)


def load_of(figures: Figures) -> Indicator:
    """Return how many open tickets an agent held on average, over the days on which they held any."""
    found, what = of_measure(figures, "held"), MEASURES["held"]
    return Indicator("load", "人均负荷", found.mean, "number", found.total, found.number, recorded=what.recorded)


def cost_of(handling: Mapping[str, Sum], rates: Mapping[str, int]) -> float | None:
    """Return the cost in yuan of handling by tier; None without a rate for any tier that was handled."""
    known = [(each.total / 3600) * rates[tier] for tier, each in handling.items() if tier in rates and each.number]
    return sum(known) if known else None


def time_of(figures: Figures, measure: str, part: str | None = None) -> Indicator:
    """Return the mean of a time with its percentiles."""
    found, what = of_measure(figures, measure, part), MEASURES[measure]
    shares = {share: found.percentile(share) for share in SHARES}
    percentiles = {share: value for share, value in shares.items() if value is not None}
    return Indicator(
        measure, what.label, found.mean, what.unit, found.total, found.number, percentiles, part or "", what.recorded
    )


def count_of(figures: Figures, measure: str, part: str | None = None) -> Indicator:
    """Return how many facts there are of a measure."""
    number, what = of_measure(figures, measure, part).number, MEASURES[measure]
    return Indicator(measure, what.label, number, "number", number, 1, part=part or "", recorded=what.recorded)


def _indicator(name: str, label: str, over: float, under: float, unit: Unit = "share", part: str = "") -> Indicator:
    return Indicator(name, label, over / under if under > 0 else None, unit, over, under, part=part)
