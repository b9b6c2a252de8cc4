"""How well paraphrases of one missing question become one gap, how steadily, and what ten thousand messages cost.

`python -m benchmarks.gaps [--no-encoder] [--dev] [--quick]`; prints figures, no messages. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from benchmarks.matching import ONE_THREAD
from benchmarks.tables import show
from bot.files.knowledge_files import read_faq_file
from bot.first_start import SAMPLE_FAQ
from knowledge_base.gaps.clustering import Cluster, Gap, cluster
from knowledge_base.gaps.wording_space import space_of
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import rank
from knowledge_base.model.encoders import semantic_encoder

SETS = Path(__file__).parent / "blind"
BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
EVERYBODY = "您好，请稍等，我帮您查一下。"
MANY = 10_000
SEED = 7


def main() -> None:
    """Measure, and end with everything as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.gaps", description=__doc__)
    options.add_argument("--no-encoder", action="store_true", help="by writing and sound alone")
    options.add_argument("--dev", action="store_true", help="without the half that is only measured")
    options.add_argument("--quick", action="store_true", help="without the ten thousand messages")
    given = options.parse_args()
    if any(name not in os.environ for name in ONE_THREAD):
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.gaps", *sys.argv[1:]], os.environ | ONE_THREAD)  # noqa: S606
    encoder = None if given.no_encoder else semantic_encoder()
    with tempfile.TemporaryDirectory() as folder:
        articles = read_faq_file(SAMPLE_FAQ).articles
        index = build(articles, encoders=(encoder,) if encoder else (), folder=Path(folder))
    names = ("dev", "dev_b") if given.dev else ("dev", "dev_b", "test")
    sets = {name: _read(name) for name in names}
    found: dict[str, Any] = {name: judged(index, questions) for name, questions in sets.items()}
    space = space_of(index)
    found["threshold"] = {"enough": round(space.enough, 3), "hinted": round(space.hinted, 3)}
    found["steady"] = steadiness(index, [*sets["dev"], *sets["dev_b"]])
    if not given.quick:
        found["many"] = cost(index, [*sets["dev"], *sets["dev_b"]])
    _print(found)
    print(json.dumps(found, ensure_ascii=False))


def _read(name: str) -> list[list[str]]:
    found: list[list[str]] = yaml.safe_load((SETS / f"gaps_{name}.yaml").read_text(encoding="utf-8"))
    return found


def judged(index: Index, questions: Sequence[Sequence[str]]) -> dict[str, dict[str, float]]:
    """Pairwise precision, recall and F1: without hints, and where a third of the pairs share a reply or a tap."""
    asked = _asked(questions)
    own = {gap.id: number for number, gap in enumerate(asked)}
    halves = {gap.id: (owner, own[gap.id] % 4 // 2) for gap, owner in zip(asked, _owners(questions), strict=True)}
    replied = [replace(gap, reply=f"这是第{halves[gap.id]}项的答复。") for gap in asked]
    firsts = {half: next(gap.text for gap in asked if halves[gap.id] == half) for half in set(halves.values())}
    near = {half: rank(text, index, limit=1) for half, text in firsts.items()}
    tapped = [
        replace(gap, reason="suggested", article_id=found[0].article.id) if (found := near[halves[gap.id]]) else gap
        for gap in asked
    ]
    luck = random.Random(SEED)
    greeted = [replace(gap, reply=EVERYBODY) if luck.random() < 0.1 else gap for gap in asked]
    ways = {"no hints": asked, "replies": replied, "taps": tapped, "one reply to a tenth": greeted}
    return {name: pairwise(cluster(gaps, index, ranked=0), _owners(questions)) for name, gaps in ways.items()}


def _owners(questions: Sequence[Sequence[str]]) -> list[int]:
    return [number for number, wordings in enumerate(questions) for _ in wordings]


def _asked(questions: Sequence[Sequence[str]]) -> list[Gap]:
    """In the order of the file, but come in at random: each by a customer of its own."""
    texts = [text for wordings in questions for text in wordings]
    order = random.Random(SEED).sample(range(1, len(texts) + 1), len(texts))
    return [
        Gap(number, BEGIN + timedelta(minutes=number), "unanswered", text, customer=f"c{number}", tier="三级")
        for number, text in zip(order, texts, strict=True)
    ]


def pairwise(clusters: Sequence[Cluster], owners: Sequence[int]) -> dict[str, float]:
    """Precision, recall and F1 of the pairs that are put together; `owners`: the question of each message by its id."""
    order = random.Random(SEED).sample(range(1, len(owners) + 1), len(owners))
    owner = dict(zip(order, owners, strict=True))
    wanted = {frozenset(pair) for pair in combinations(owner, 2) if owner[pair[0]] == owner[pair[1]]}
    made = {frozenset(pair) for one in clusters for pair in combinations(one.gaps, 2)}
    right = len(wanted & made)
    precision, recall = right / max(1, len(made)), right / len(wanted)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    figures = {"precision": precision, "recall": recall, "f1": f1}
    return {**{name: round(value, 3) for name, value in figures.items()}, "gaps": len(clusters)}


def steadiness(index: Index, questions: Sequence[Sequence[str]]) -> dict[str, float]:
    """What stays of the gaps of three quarters of the messages, and of their pairs, when the others come in."""
    asked = sorted(_asked(questions), key=lambda gap: gap.id)
    before = cluster(asked[: len(asked) * 3 // 4], index, ranked=0)
    after = cluster(asked, index, ranked=0)
    backwards = cluster(asked[::-1], index, ranked=0)
    pairs = [{frozenset(pair) for one in some for pair in combinations(one.gaps, 2)} for some in (before, after)]
    kept = len({one.id for one in before} & {one.id for one in after})
    return {
        "ids_kept": round(kept / len(before), 3),
        "pairs_kept": round(len(pairs[0] & pairs[1]) / max(1, len(pairs[0])), 3),
        "order_free": float(after == backwards),
    }


def cost(index: Index, questions: Sequence[Sequence[str]]) -> dict[str, float]:
    """Seconds for ten thousand messages in words of their own: read for the first time, and again."""
    luck = random.Random(SEED)
    texts = [text for wordings in questions for text in wordings]
    said = [f"{luck.choice(texts)}，{luck.choice(texts)}{number}" for number in range(MANY)]
    asked = [
        Gap(number, BEGIN, "unanswered", text, customer=f"c{number % 3_000}", tier="三级")
        for number, text in enumerate(said, 1)
    ]
    times = []
    for _ in range(2):
        begin = time.perf_counter()
        found = cluster(asked, index)
        times.append(time.perf_counter() - begin)
    return {"messages": MANY, "gaps": len(found), "first_s": round(times[0], 1), "again_s": round(times[1], 1)}


def _print(found: Mapping[str, Any]) -> None:
    rows = [
        (name, way, *(f"{figures[each]:.3f}" for each in ("precision", "recall", "f1")), str(figures["gaps"]))
        for name in ("dev", "dev_b", "test")
        if name in found
        for way, figures in found[name].items()
    ]
    show("pairs of messages put together", ("set", "hints", "precision", "recall", "F1", "gaps"), rows)
    for name in ("threshold", "steady", "many"):
        if name in found:
            show(name, ("figure", "value"), [(key, str(value)) for key, value in found[name].items()])


if __name__ == "__main__":
    main()
