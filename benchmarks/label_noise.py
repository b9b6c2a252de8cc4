"""What phrasings filed under a wrong question cost: how much is answered still, and how truly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.understanding_figures import Interval, Understanding
from benchmarks.understanding_sets import AskedBase, read_base, wrongly_filed

SHARES = (0.0, 0.1, 0.2, 0.3)
SEEDS = (1, 2, 3)
ASKED = {"sample": ("sample", "test")} | {  # the base and the half of its messages
    f"{base} {half}": (base, half) for base in ("telecom", "telecom5") for half in ("dev", "test")
}


@dataclass(frozen=True, slots=True)
class NoiseFigures:
    """Messages asked of a base of which this share is filed wrongly; means over the seeds, and least and most."""

    name: str
    base: str
    share: float
    right: float | None
    right_spread: Interval | None
    right_at_policy: float | None
    answered: float | None
    answered_spread: Interval | None


def noisy_bases(sets: Path) -> list[AskedBase]:
    """Return each base with each share of wrongly filed phrasings, once per seed; `name` says which."""
    found = []
    read = {name: read_base(base, sets, half) for name, (base, half) in ASKED.items()}
    for share in SHARES:
        for seed in SEEDS[: len(SEEDS) if share else 1]:
            for name, base in read.items():
                if base is not None:
                    articles = wrongly_filed(base.articles, share, seed)
                    found.append(replace(base, name=_key(name, share, seed), articles=articles))
    return found


def noise_figures(found: Mapping[str, Understanding]) -> list[NoiseFigures]:
    """Return the figures of the bases of `noisy_bases`, by their names."""
    figures = []
    for name, (base, _) in ASKED.items():
        for share in SHARES:
            seeds = [one for seed in SEEDS if (one := found.get(_key(name, share, seed))) is not None]
            if seeds:
                right, answered = _over([one.right for one in seeds]), _over([one.answered for one in seeds])
                at_policy, _ = _over([one.right_at_policy for one in seeds])
                figures.append(NoiseFigures(name, base, share, *right, at_policy, *answered))
    return figures


def _key(name: str, share: float, seed: int) -> str:
    return f"{name}, {100 * share:.0f} % wrong, seed {seed}"


def _over(values: Sequence[float | None]) -> tuple[float | None, Interval | None]:
    """The mean, and the least and the most of several."""
    known = [value for value in values if value is not None]
    if not known:
        return None, None
    return sum(known) / len(known), (min(known), max(known)) if len(known) > 1 else None
