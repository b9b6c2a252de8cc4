"""One set of messages, asked of the product and of its peers in the same run: how good, how much, how sure."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import numpy as np

from benchmarks import ours
from benchmarks.peers import PEERS, Peer
from bot.files.knowledge_files import read_knowledge_file, read_message_file
from knowledge_base.articles import Article
from knowledge_base.evaluation.coverage import auroc, best_for, curve_of, mean, percentile, wilson
from knowledge_base.evaluation.measurement import SUGGESTIONS, TARGET, evaluate
from knowledge_base.files.labelled import LabelledMessage

SAMPLE = 500
OWN = Path(__file__).parent.parent / "knowledge_base" / "sample"
DEAR = 10_000_000  # comparisons; rapidfuzz beyond that is asked a sample


@dataclass(frozen=True, slots=True)
class MatchingSet:
    """A knowledge base with messages to choose thresholds on and others to report."""

    name: str
    articles: tuple[Article, ...]
    dev: tuple[LabelledMessage, ...]
    test: tuple[LabelledMessage, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What one method comes to on one set; `hindsight`: answered at the best threshold these very messages allow."""

    method: str
    messages: int
    top1: float | None
    auroc: float | None
    given: int
    right: int
    suggested_hit: float | None
    hindsight: float
    p50_ms: float
    p99_ms: float
    has_threshold: bool = True  # a peer has none where there are no messages to choose it on

    @property
    def answered(self) -> float:
        """The share of all messages that were answered."""
        return self.given / self.messages

    @property
    def precision(self) -> float | None:
        """The share of answers that are right."""
        return self.right / self.given if self.given else None

    def as_json(self) -> dict[str, object]:
        """Everything of it."""
        shares = {"answered": self.answered, "precision": self.precision}
        return asdict(self) | shares | {"interval": wilson(self.right, self.given)}


def read_set(folder: Path, sample: int | None = None) -> MatchingSet:
    """A folder of `shared/matching`; with `sample` only so many of its messages, the same every time."""
    articles = read_knowledge_file(folder / "kb.csv")
    known = {article.id for article in articles}
    dev, test = (read_message_file(folder / f"{name}.csv", known) for name in ("dev", "test"))
    return MatchingSet(folder.name, articles, _some(dev, sample), _some(test, sample))


def own_content(sample: int | None = None) -> MatchingSet | None:
    """The sample knowledge base and the messages written for it, or some of them; None where there are none."""
    if not (OWN / "messages.csv").exists():
        return None
    articles = read_knowledge_file(OWN / "faq.yaml")
    messages = read_message_file(OWN / "messages.csv", {article.id for article in articles})
    return MatchingSet("sample content", articles, (), _some(messages, sample))


def measure_set(given: MatchingSet, levels: Sequence[str], kept: Path | None = None) -> list[Row]:
    """The product first (thresholds from its knowledge base alone), then the peers (thresholds from dev)."""
    rows = [_ours(given, level, kept) for level in levels]
    owners = [article.id for article in given.articles for _ in article.phrasings]
    phrasings = [phrasing for article in given.articles for phrasing in article.phrasings]
    for name, build in PEERS.items():
        sample = SAMPLE if "rapidfuzz" in name and len(phrasings) * len(given.test) > DEAR else None
        rows.append(_peer(name, build(phrasings), owners, _some(given.dev, sample), _some(given.test, sample)))
    return rows


def ranked_by(peer: Peer, text: str, owners: Sequence[str]) -> tuple[list[str], float]:
    """The questions whose phrasings come closest, best first, and the best one's score."""
    scores = peer.scores(text)
    found: list[str] = []
    # A question may own many of the closest phrasings; ever more of them are looked at until enough questions are seen.
    for depth in (64, 1024, len(owners)):
        nearest = _top(scores, depth)
        found = list(dict.fromkeys(owners[place] for place in nearest))
        if len(found) >= SUGGESTIONS:
            break
    return found[:SUGGESTIONS], float(scores[nearest[0]])


def _top(scores: np.ndarray, depth: int) -> np.ndarray:
    if depth >= len(scores):
        return np.argsort(-scores, kind="stable")
    some = np.argpartition(-scores, depth)[:depth]
    return some[np.lexsort((some, -scores[some]))]


def _some(messages: Sequence[LabelledMessage], sample: int | None) -> tuple[LabelledMessage, ...]:
    if sample is None or sample >= len(messages):
        return tuple(messages)
    return tuple(Random(3).sample(messages, sample))


def _ours(given: MatchingSet, level: str, kept: Path | None) -> Row:
    index = ours.load_sharing(given.articles, level, kept)
    found = evaluate(index, given.test, target=TARGET)
    figures = found.figures
    best = best_for(TARGET, found.curve)
    return Row(
        method=ours.LEVELS[level],
        messages=figures.messages,
        top1=figures.top1,
        auroc=figures.oos_auroc,
        given=found.given,
        right=found.right,
        suggested_hit=figures.suggested_hit,
        hindsight=best.answered if best else 0.0,
        p50_ms=figures.p50_ms,
        p99_ms=figures.p99_ms,
    )


def _peer(
    name: str, peer: Peer, owners: Sequence[str], dev: Sequence[LabelledMessage], test: Sequence[LabelledMessage]
) -> Row:
    best = best_for(TARGET, curve_of(_outcome(ranked_by(peer, one.text, owners), one) for one in dev))
    threshold = best.threshold if best else math.inf
    seconds: list[float] = []
    asked: list[tuple[LabelledMessage, list[str], float]] = []
    for message in test:
        started = time.perf_counter()
        found, score = ranked_by(peer, message.text, owners)
        seconds.append(time.perf_counter() - started)
        asked.append((message, found, score))
    inside = [one for one in asked if one[0].expected is not None]
    outcomes = [_outcome((found, score), message) for message, found, score in asked]
    answers = [right for score, right in outcomes if score >= threshold]
    best = best_for(TARGET, curve_of(outcomes))
    return Row(
        method=name,
        messages=len(test),
        top1=mean([found[0] == message.expected for message, found, _ in inside]),
        auroc=auroc([score for _, _, score in inside], [score for one, _, score in asked if one.expected is None]),
        given=len(answers),
        right=sum(answers),
        suggested_hit=mean([message.expected in found for message, found, score in inside if score < threshold]),
        hindsight=best.answered if best else 0.0,
        p50_ms=percentile([one * 1e3 for one in seconds], 0.5),
        p99_ms=percentile([one * 1e3 for one in seconds], 0.99),
        has_threshold=bool(dev),
    )


def _outcome(ranked: tuple[list[str], float], message: LabelledMessage) -> tuple[float, bool]:
    found, score = ranked
    return score, found[0] == message.expected
