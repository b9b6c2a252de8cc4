"""Trains the head: weighted kernel ridge regression, calibrated on predictions that leave whole groups out.

Kernel ridge regression over landmarks (Nyström method, Williams and Seeger 2001) with one column per act, every act of
equal weight; a group of examples of one construction is left out together, in closed form (Hastie, Tibshirani and
Friedman 2009, section 7.10), for its paraphrases would give each other away. The scores so found are calibrated by a
logistic regression per act (Platt 1999).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.acts.act_files import NEGATIVES, ActFile
from knowledge_base.acts.group_smoother import fit_leaving_groups_out
from knowledge_base.acts.head import ActHead, Doubles, chances_of, directions_of, sentence_of
from knowledge_base.model.embeddings import likeness_of
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.features import parts_of
from knowledge_base.model.similarity import Floats, InvertedIndex, build_inverted_index
from knowledge_base.model.stages import combined
from knowledge_base.text.normalise import normalise
from knowledge_base.text.vocabulary import learn_vocabulary

LANDMARKS = 4_000
_COUNTER = -0.2  # a counter-example speaks against its act more firmly than any other sentence
_SHARE = 0.25  # of the clauses customers write, those that perform a given act, as expected before any is seen
_STEPS = 40
_BATCH, _BLOCK = 64, 512


@dataclass(frozen=True, slots=True)
class Costs:
    """The probabilities from which an act is heard, and from which it is doubted: what a mistake either way costs."""

    heard: float = 0.5
    doubted: float = 0.35


COSTS = {
    # A danger missed costs most: it is asked about from a lower probability on. A withdrawal or a complaint heard where
    # there is none costs more than one more question, and so does a courtesy that swallows a question.
    "danger": Costs(heard=0.92, doubted=0.55),
    "withdrawal": Costs(heard=0.85, doubted=0.65),
    "person": Costs(heard=0.55, doubted=0.4),
    "complaint": Costs(heard=0.72, doubted=0.6),
    "chase": Costs(heard=0.6, doubted=0.45),
    "urgency": Costs(heard=0.65, doubted=0.55),
    "thanks": Costs(heard=0.55, doubted=0.45),
    "small_talk": Costs(heard=0.6, doubted=0.5),
    "bot_question": Costs(heard=0.7, doubted=0.6),
    "yes": Costs(heard=0.6, doubted=0.6),
    "no": Costs(heard=0.75, doubted=0.75),
    "unsolved": Costs(heard=0.6, doubted=0.6),
    "calm": Costs(heard=0.6, doubted=0.6),
    "wrong_shop": Costs(heard=0.7, doubted=0.7),
    "haggling": Costs(heard=0.7, doubted=0.7),
    "sales_lead": Costs(heard=0.65, doubted=0.65),
    "feedback": Costs(heard=0.65, doubted=0.65),
}


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """All examples, group by group.

    `labels`: shape (examples, acts): 1, 0, less for a counter-example, NaN where an utterance may perform the act too.
    `own`: shape (examples,), the act whose counter-example it is, or −1. `groups`: shape (examples,), rising.
    `weight`: shape (examples,).
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]
    labels: Doubles
    own: NDArray[np.int64]
    groups: NDArray[np.int64]
    titles: tuple[str, ...]
    weight: Doubles


def examples_of(acts: Sequence[ActFile]) -> Examples:
    """Return the examples of these acts, group by group."""
    names = tuple(act.id for act in acts if act.id != NEGATIVES)
    place = {name: at for at, name in enumerate(names)}
    texts, labels, own, titles, kinds = [], [], [], [], []
    for act in acts:
        mine = place.get(act.id, -1)
        for is_counter, rows in ((False, act.utterances), (True, act.counter_examples)):
            for group, text in sorted(rows, key=lambda row: row[0]):
                texts.append(text)
                labels.append(_label(act, place, is_counter=is_counter))
                own.append(mine if is_counter else -1)
                titles.append(f"{act.id}/{group}" if not is_counter else f"not {act.id}/{group}")
                kinds.append((act.id, is_counter))
    numbers = {title: at for at, title in enumerate(dict.fromkeys(titles))}
    sizes = Counter(kinds)
    weight = np.array([sizes[kind] ** -0.5 for kind in kinds])
    return Examples(
        names,
        tuple(texts),
        np.array(labels).reshape(-1, len(names)),
        np.array(own),
        np.array([numbers[title] for title in titles]),
        tuple(titles),
        weight / weight.mean(),
    )


def _label(act: ActFile, place: dict[str, int], *, is_counter: bool) -> Doubles:
    row = np.zeros(len(place))
    if act.id not in place:
        return row
    if is_counter:
        row[place[act.id]] = _COUNTER
        return row
    for other in act.also:
        if other in place:
            row[place[other]] = np.nan
    row[place[act.id]] = 1
    return row


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """The trained head, its examples, and the chance of each act in each example whose group was left out.

    `left_out`: shape (examples, acts).
    """

    head: ActHead
    examples: Examples
    left_out: Doubles


def train_acts(acts: Sequence[ActFile], encoder: Encoder | None) -> ActHead:
    """Return the head trained on these acts; raises what the encoder raises."""
    return training_of(acts, encoder).head


def training_of(acts: Sequence[ActFile], encoder: Encoder | None) -> Training:
    """Train the head on these acts and return it with its left-out chances; raises what the encoder raises."""
    given = examples_of(acts)
    landmarks = _landmarks(given.groups)
    plain = [normalise(text) for text in given.texts]
    inverted = build_inverted_index(parts_of(plain[at]) for at in landmarks)
    centre, vectors = _meaning(given.texts, encoder)
    likeness = _likeness(plain, inverted, vectors, vectors[landmarks])
    weights, left_out = fit_leaving_groups_out(likeness, landmarks, given.labels, given.weight, given.groups)
    slope, offset = _calibrated(left_out, given)
    costs = [COSTS.get(name, Costs()) for name in given.names]
    heard_at, doubted_at = np.array([each.heard for each in costs]), np.array([each.doubted for each in costs])
    groups = tuple(given.titles[at] if given.own[at] < 0 else "" for at in landmarks)
    kept = vectors[landmarks]
    vocabulary = learn_vocabulary(plain)
    head = ActHead(
        given.names, inverted, vocabulary, encoder, centre, kept, weights, slope, offset, heard_at, doubted_at, groups
    )
    return Training(head, given, chances_of(left_out, slope, offset))


def _landmarks(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """All examples if few; else the first of every group, then the second, …; rising."""
    if len(groups) <= LANDMARKS:
        return np.arange(len(groups))
    turn = np.arange(len(groups)) - np.searchsorted(groups, groups)
    return np.sort(np.lexsort((groups, turn))[:LANDMARKS])


def _meaning(texts: Sequence[str], encoder: Encoder | None) -> tuple[Floats, Floats]:
    if encoder is None:
        return np.zeros(0, np.float32), np.zeros((len(texts), 0), np.float32)
    sentences = [sentence_of(text) for text in texts]
    blocks = [encoder.encode(sentences[begin : begin + _BATCH]) for begin in range(0, len(sentences), _BATCH)]
    points = np.concatenate(blocks)
    centre = points.mean(0)
    return centre, directions_of(points, centre)


def _likeness(plain: Sequence[str], inverted: InvertedIndex, vectors: Floats, marks: Floats) -> Floats:
    """Of every example to every landmark, some examples at a time: whole copies of it would be the most memory used."""
    found = np.empty((len(plain), inverted.size), np.float32)
    for begin in range(0, len(plain), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        written = [inverted.likeness(inverted.vector(parts_of(text)), whole=True) for text in plain[block]]
        meant = [likeness_of(vectors[block] @ marks.T)] if marks.shape[1] else []
        found[block] = combined(np.stack(written), meant)
    return found


def _calibrated(scores: Doubles, given: Examples) -> tuple[Doubles, Doubles]:
    """Slope and offset per act; positives and negatives weigh as they are expected among customers' clauses."""
    found = [_logistic(scores[:, at], given.labels[:, at]) for at in range(len(given.names))]
    return np.array([slope for slope, _ in found]), np.array([offset for _, offset in found])


def _logistic(scores: Doubles, labels: Doubles) -> tuple[float, float]:
    known = (labels <= 0) | (labels == 1)
    x, y = scores[known], (labels[known] == 1).astype(np.float64)
    share = np.where(y == 1, _SHARE / max(1.0, y.sum()), (1 - _SHARE) / max(1.0, (1 - y).sum())) * len(y)
    slope, offset = 6.0, -3.0
    design = np.stack([x, np.ones_like(x)], 1)
    for _ in range(_STEPS):
        chance = chances_of(x, np.array(slope), np.array(offset))
        # Slightly held back: without it a perfectly separable act has no finite slope.
        slopes = design.T @ (share * (chance - y)) + np.array([0.1 * (slope - 6.0), 0.1 * (offset + 3.0)])
        spread = (design * (share * chance * (1 - chance))[:, None]).T @ design + 0.1 * np.eye(2)
        step = np.linalg.solve(spread, slopes)
        step *= min(1.0, 4.0 / max(1e-9, float(np.abs(step).max())))
        slope, offset = float(slope - step[0]), float(offset - step[1])
    return slope, offset
