"""Evaluates an index on labelled messages: hits at the top, coverage, precision."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge_base.evaluation.coverage import ABOVE_ALL, Point, auroc, best_for, curve_of, mean, percentile
from knowledge_base.evaluation.reliability import ConfidenceBand, ConfidentMistake, Prediction, bands_of, worst_of
from knowledge_base.files.labelled import LabelledMessage
from knowledge_base.matching.decide import Answered, Presumed, Unknown, Unsure, Verdict, decide, given
from knowledge_base.matching.index import Index
from knowledge_base.matching.ranking import Candidate, rank
from knowledge_base.model.calibration import Thresholds
from knowledge_base.model.progress import Progress, no_progress

TARGET = 0.95  # the share of answers that must be right, unless the operator says otherwise
SUGGESTIONS = 5  # at most this many, as the shipped policy has it
SHOWN = 3  # how far down the list the right question still counts as found

Timer = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of an evaluation; shares are 0 to 1, None where there is nothing to take a share of.

    `top1`, `recall_at_3` and `mrr_at_3` count messages that the knowledge base can answer, `answered` and `presumed`
    all messages: answered as sure, and under the question that was understood. `precision` and `presumed_right` are
    the shares of those that are right, `suggested_hit` counts answerable ones that were given neither. `oos_auroc` is
    how often an answerable message has the higher confidence beside one that is not (out of scope).
    """

    questions: int
    phrasings: int
    messages: int
    top1: float | None
    recall_at_3: float | None
    mrr_at_3: float | None
    oos_auroc: float | None
    answered: float
    precision: float | None
    presumed: float
    presumed_right: float | None
    suggested_hit: float | None
    load_s: float
    p50_ms: float
    p99_ms: float
    encoder: str | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures, the thresholds they were reached at, and the results of other thresholds.

    `bands`: how sure it was against how often it was right. `worst`: the most confident mistakes.
    """

    figures: Figures
    answer_at: float
    suggest_at: float
    given: int
    right: int
    curve: tuple[Point, ...]
    bands: tuple[ConfidenceBand, ...] = ()
    worst: tuple[ConfidentMistake, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedMessage:
    """A message with its ranking."""

    expected: str | None
    candidates: tuple[Candidate, ...]
    seconds: float

    @property
    def confidence(self) -> float:
        """The confidence that any article answers it, 0 to 1: the sum over its candidates."""
        return sum(candidate.confidence for candidate in self.candidates)

    @property
    def place(self) -> int | None:
        """The rank of the correct article, from 1; None if it was not found."""
        ids = [candidate.article.id for candidate in self.candidates]
        return ids.index(self.expected) + 1 if self.expected in ids else None

    def verdict(self, answer_at: float, suggest_at: float) -> Verdict:
        """Return what the bot would do at these thresholds."""
        return decide(self.candidates, answer_at, min(suggest_at, answer_at), SUGGESTIONS)


def evaluate(
    index: Index,
    messages: Sequence[LabelledMessage],
    *,
    target: float = TARGET,
    dev: Sequence[LabelledMessage] = (),
    at: Thresholds | None = None,
    load_s: float = 0.0,
    progress: Progress = no_progress,
    timer: Timer = time.perf_counter,
) -> Evaluation:
    """Rank every message and return the figures.

    The thresholds are those given (`at`), else those of the index for the `target` precision, or with `dev` the best
    ones for those messages. `load_s` is reported as given; `timer` returns seconds.
    """
    ranked = rank_all(index, [*dev, *messages], progress=progress, timer=timer)
    seen, ranked = ranked[: len(dev)], ranked[len(dev) :]
    answer_at, suggest_at = thresholds(index, target) if at is None else (at.answer_at, at.suggest_at)
    if seen:
        best = best_for(target, curve_of(map(outcome, seen)))
        answer_at = best.threshold if best else ABOVE_ALL
    verdicts = [one.verdict(answer_at, suggest_at) for one in ranked]
    answers, presumed = _answers(ranked, verdicts, (Answered, Presumed)), _answers(ranked, verdicts, (Presumed,))
    figures = _figures(index, ranked, (answers, presumed), _suggested(ranked, verdicts), load_s)
    curve, found = curve_of(map(outcome, ranked)), list(zip(messages, ranked, verdicts, strict=True))
    likeliest = [Prediction(one.text, one.expected, each.candidates[0]) for one, each, _ in found if each.candidates]
    worst = worst_of(likeliest, [verdict for _, each, verdict in found if each.candidates])
    return Evaluation(figures, answer_at, suggest_at, len(answers), sum(answers), curve, bands_of(likeliest), worst)


def rank_all(
    index: Index,
    messages: Sequence[LabelledMessage],
    *,
    progress: Progress = no_progress,
    timer: Timer = time.perf_counter,
) -> tuple[RankedMessage, ...]:
    """Rank every message, with the seconds each took by `timer`."""
    found = []
    for number, message in enumerate(messages, start=1):
        started = timer()
        candidates = rank(message.text, index)
        found.append(RankedMessage(message.expected, candidates, timer() - started))
        progress(number / len(messages))
    return tuple(found)


def thresholds(index: Index, target: float) -> tuple[float, float]:
    """Return the confidences from which this index answers and suggests for a target precision."""
    found = index.thresholds(target)
    return found.answer_at, found.suggest_at


def outcome(ranked: RankedMessage) -> tuple[float, bool]:
    """Return the highest threshold at which a message is answered (−inf: at none), and whether correctly."""
    sure = ranked.verdict(ABOVE_ALL, 0.0)
    found = sure.candidate if isinstance(sure, Answered) else given(ranked.verdict(0.0, 0.0))
    if found is None:
        return -math.inf, False
    return ABOVE_ALL if isinstance(sure, Answered) else found.confidence, found.article.id == ranked.expected


def _answers(
    ranked: Iterable[RankedMessage], verdicts: Iterable[Verdict], how: tuple[type[Verdict], ...]
) -> list[bool]:
    """For each message that was answered in this way: whether rightly."""
    return [
        found.article.id == one.expected
        for one, verdict in zip(ranked, verdicts, strict=True)
        if isinstance(verdict, how) and (found := given(verdict)) is not None
    ]


def _suggested(ranked: Iterable[RankedMessage], verdicts: Iterable[Verdict]) -> list[bool]:
    """For each message that could be answered and was not: whether the right question was among the suggestions."""
    found = []
    for one, verdict in zip(ranked, verdicts, strict=True):
        match verdict:
            case Unsure(candidates) if one.expected is not None:
                found.append(any(candidate.article.id == one.expected for candidate in candidates))
            case Unknown() if one.expected is not None:
                found.append(False)
            case _:
                pass
    return found


def _figures(
    index: Index,
    ranked: Sequence[RankedMessage],
    answered: tuple[Sequence[bool], Sequence[bool]],
    suggested: Sequence[bool],
    load_s: float,
) -> Figures:
    answers, presumed = answered
    inside = [one for one in ranked if one.expected is not None]
    outside = [one.confidence for one in ranked if one.expected is None]
    places = [one.place if one.place is not None and one.place <= SHOWN else None for one in inside]
    milliseconds = [one.seconds * 1e3 for one in ranked]
    return Figures(
        questions=len(index.articles),
        phrasings=sum(len(article.phrasings) for article in index.articles),
        messages=len(ranked),
        top1=mean([place == 1 for place in places]),
        recall_at_3=mean([place is not None for place in places]),
        mrr_at_3=mean([1 / place if place else 0.0 for place in places]),
        oos_auroc=auroc([one.confidence for one in inside], outside),
        answered=len(answers) / len(ranked),
        precision=mean(answers),
        presumed=len(presumed) / len(ranked),
        presumed_right=mean(presumed),
        suggested_hit=mean(suggested),
        load_s=load_s,
        p50_ms=percentile(milliseconds, 0.5),
        p99_ms=percentile(milliseconds, 0.99),
        encoder=index.encoder,
    )
