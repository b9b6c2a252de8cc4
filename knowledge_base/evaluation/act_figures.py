"""Evaluates acts on their own examples: what is heard in a group of one construction when only the others are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.acts.act_files import NEGATIVES, ActFile
from knowledge_base.acts.head import Doubles
from knowledge_base.acts.polarity import polarity_of
from knowledge_base.acts.reader import struck
from knowledge_base.acts.training import Examples, Training

Flags = NDArray[np.bool_]
_STRUCK = ("danger", "withdrawal")  # acts that function words take back
_KEPT = 20  # mistakes of each kind


@dataclass(frozen=True, slots=True)
class Mistake:
    """An utterance in which its act is not heard, or an example in which an act is heard that it does not perform.

    `group`: the file and the group the example stands in.
    """

    text: str
    group: str
    chance: float


@dataclass(frozen=True, slots=True)
class ActFigures:
    """The figures of an act; shares are 0 to 1, None where there is nothing to take a share of.

    `recall`: of its utterances those it is heard in, `noticed`: heard or doubted. `counter`, `ordinary`, `others`: of
    its counter-examples, of ordinary questions, and of the utterances of other acts those it is heard in. `missed` and
    `invented`: the mistakes, the worst first.
    """

    id: str
    label: str
    utterances: int
    groups: int
    counter_examples: int
    recall: float | None
    noticed: float | None
    counter: float | None
    ordinary: float | None
    others: float | None
    heard_at: float
    doubted_at: float
    missed: tuple[Mistake, ...]
    invented: tuple[Mistake, ...]


def figures_of(acts: Sequence[ActFile], training: Training) -> tuple[ActFigures, ...]:
    """Return the figures of every act that was learned, in their order."""
    chances = _struck_off(training)
    by_id = {act.id: act for act in acts}
    names = training.examples.names
    return tuple(_figures(by_id[name], at, chances[:, at], training) for at, name in enumerate(names))


def _struck_off(training: Training) -> Doubles:
    """The left-out chances as the reader has them, after function words have taken some back."""
    given, chances = training.examples, training.left_out.copy()
    places = [(at, name) for at, name in enumerate(given.names) if name in _STRUCK]
    for row, text in enumerate(given.texts):
        polarity = polarity_of(text)
        for at, name in places:
            chances[row, at] = struck(name, float(chances[row, at]), polarity)
    return chances


def _figures(act: ActFile, at: int, chances: Doubles, training: Training) -> ActFigures:
    given, head = training.examples, training.head
    heard_at, doubted_at = float(head.heard_at[at]), float(head.doubted_at[at])
    heard, noticed = chances >= heard_at, chances >= min(heard_at, doubted_at)
    mine, counter = given.labels[:, at] == 1, given.own == at
    ordinary = np.array([title.startswith(f"{NEGATIVES}/") for title in given.titles], bool)
    others = (given.labels[:, at] <= 0) & (given.own < 0) & ~ordinary
    return ActFigures(
        id=act.id,
        label=act.label,
        utterances=len(act.utterances),
        groups=len({group for group, _ in act.utterances}),
        counter_examples=len(act.counter_examples),
        recall=_share(heard, mine),
        noticed=_share(noticed, mine),
        counter=_share(heard, counter),
        ordinary=_share(heard, ordinary),
        others=_share(heard, others),
        heard_at=heard_at,
        doubted_at=doubted_at,
        missed=_mistakes(given, chances, np.flatnonzero(mine & ~heard), lowest_first=True),
        invented=_mistakes(given, chances, np.flatnonzero((counter | ordinary | others) & heard), lowest_first=False),
    )


def _share(found: Flags, among: Flags) -> float | None:
    return float(found[among].mean()) if among.any() else None


def _mistakes(given: Examples, chances: Doubles, rows: NDArray[np.int64], *, lowest_first: bool) -> tuple[Mistake, ...]:
    order = np.argsort(chances[rows] if lowest_first else -chances[rows], kind="stable")[:_KEPT]
    return tuple(Mistake(given.texts[row], given.titles[row], float(chances[row])) for row in rows[order])
