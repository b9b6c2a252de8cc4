"""How well and how fast messages find their question, beside rapidfuzz, BM25 and TF-IDF in the same run.

`python -m benchmarks.matching [--quick] [--sets DIR] [--encoder] [--only PART]`; everything on one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SETS = Path("../shared/matching")
ALL_SETS = dict.fromkeys(("telecom", "telecom5", "clinc", "clinc10", "banking", "banking10"))
QUICK_SETS = {"telecom5": None, "clinc10": 500}  # how many messages of each, None: all
PERTURBED_SETS = {"telecom": None, "telecom5": None, "clinc10": 500, "banking10": 500}
CHINESE_SETS = ("telecom", "telecom5")
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000, 1_000_000), (1_000, 10_000)
TRAINED = 10_000  # phrasings of the measurement that stands for training: 1,000 questions, ten each
SECONDS, QUICK_SECONDS = 60.0, 4.0  # a slow method is stopped after
PATIENCE, QUICK_PATIENCE = 1_800.0, 60.0  # and given up after
SAMPLE = Path(__file__).parent.parent / "knowledge_base" / "sample"
PARTS = ("quality", "robustness", "speed")

Report = dict[str, Any]


def run_apart(words: Sequence[str]) -> Report:
    """The measurements in a process of their own, whose numeric libraries keep to one thread; prints the tables."""
    command = [sys.executable, "-u", "-m", "benchmarks.matching", *words]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(last, end="", flush=True)
            last = line
    if process.returncode:
        raise SystemExit(process.returncode)
    report: Report = json.loads(last)
    return report


def measure(*, quick: bool, sets: Path, encoder: bool, parts: Sequence[str] = PARTS) -> Report:
    """Quality on every set that is there, robustness, speed and training; libraries are imported only here."""
    from benchmarks import ours

    if encoder:
        name = ours.encoder_name()
        encoder = name is not None
        print(f"The encoder is {name}." if name else "There is no encoder here; everything is measured without one.")
    measures: dict[str, Callable[..., Report]] = {"quality": _quality, "robustness": _robustness, "speed": _speed}
    return {part: measures[part](quick=quick, sets=sets, encoder=encoder) for part in parts}


def _quality(*, quick: bool, sets: Path, encoder: bool) -> Report:
    from benchmarks.matching_tables import show_pooled, show_quality
    from benchmarks.quality import measure_set, read_set

    found = {}
    for name, sample in _present(sets, QUICK_SETS if quick else ALL_SETS).items():
        given = read_set(sets / name, sample)
        rows = found[name] = measure_set(given, encoder=encoder)
        phrasings = sum(len(article.phrasings) for article in given.articles)
        show_quality(f"{name}: {phrasings:,} phrasings, {len(given.articles)} questions", rows)
    if found:
        show_pooled([row for rows in found.values() for row in rows])
    else:
        print(f"There are no matching sets in {sets}; quality is not measured. Name their folder with --sets.")
    return {name: [row.as_json() for row in rows] for name, rows in found.items()}


def _robustness(*, quick: bool, sets: Path, encoder: bool) -> Report:
    from benchmarks.matching_tables import show_costs
    from benchmarks.quality import read_set
    from benchmarks.robustness import measure_costs
    from knowledge_base.labelled import read_knowledge, read_messages

    found = {}

    def add(name: str, articles: Any, messages: Any, *, chinese: bool) -> None:
        costs = measure_costs(articles, messages, chinese=chinese, encoder=encoder)
        found[name] = [asdict(cost) for cost in costs]
        show_costs(f"{name} with encoder" if encoder else name, costs)

    if (SAMPLE / "messages.csv").exists():
        articles = read_knowledge(SAMPLE / "faq.yaml")
        messages = read_messages(SAMPLE / "messages.csv", {article.id for article in articles})
        add("sample content", articles, messages, chinese=True)
    else:
        print("The sample content has no messages.csv; robustness is not measured on it.")
    for name, sample in _present(sets, {} if quick else PERTURBED_SETS).items():
        given = read_set(sets / name, sample)
        add(name, given.articles, given.test, chinese=name in CHINESE_SETS)
    return found


def _speed(*, quick: bool, sets: Path, encoder: bool) -> Report:  # noqa: ARG001
    from benchmarks import ours, speed
    from benchmarks.matching_tables import show_speed, show_training

    sizes = QUICK_SIZES if quick else SIZES
    seconds, patience = (QUICK_SECONDS, QUICK_PATIENCE) if quick else (SECONDS, PATIENCE)
    found: Report = dict(speed.measure(sizes, encoder=encoder, seconds=seconds, patience=patience))
    show_speed(sizes, found, ours.NAME)
    one = found.get(ours.NAME, {}).get(str(TRAINED), {})
    found["training"] = {name: one.get(name) for name in ("build_s", "reload_s")}
    show_training(found["training"])
    return found


def _present(sets: Path, names: dict[str, int | None]) -> dict[str, int | None]:
    return {name: sample for name, sample in names.items() if (sets / name / "kb.csv").exists()}


def main() -> None:
    """Measure; if this process may use several threads, another one does."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a sample, about a minute")
    options.add_argument("--sets", metavar="DIR", type=Path, default=SETS, help=f"matching sets (default: {SETS})")
    options.add_argument("--encoder", action="store_true", help="measure with a sentence encoder, too")
    options.add_argument("--only", choices=PARTS, help="one part")
    given = options.parse_args()
    started = time.perf_counter()
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        report = run_apart(sys.argv[1:])
    else:
        parts = (given.only,) if given.only else PARTS
        report = measure(quick=given.quick, sets=given.sets, encoder=given.encoder, parts=parts)
    report["seconds"] = round(time.perf_counter() - started)
    print(json.dumps(_rounded(report), ensure_ascii=False))


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, 4)
        case dict():
            return {name: _rounded(one) for name, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
        case _:
            return value


if __name__ == "__main__":
    main()
