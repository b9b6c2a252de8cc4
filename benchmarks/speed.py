"""Build seconds, p50 and p99 of one message, resident memory; each method and size in a process of its own.

`python -m benchmarks.speed METHOD PHRASINGS SECONDS` measures one and prints it as JSON.
"""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.phrasings import knowledge_base
from knowledge_base.articles import Article
from knowledge_base.coverage import percentile
from knowledge_base.matching import rank

MESSAGES = 500
AT_LEAST = 20  # messages; a slow method is asked no more than these once its time is up
WARM_UP = 5
PEERS = ("rapidfuzz WRatio", "BM25")
ENCODER = f"{ours.NAME} + encoder"
WITH_ENCODER_UP_TO = 100_000

Ask = Callable[[str], object]
Found = dict[str, Any]


def measure(sizes: Sequence[int], *, encoder: bool, seconds: float, patience: float) -> dict[str, dict[str, Found]]:
    """Each method at each size; a measurement that takes longer than `patience` is missing."""
    found: dict[str, dict[str, Found]] = {}
    for method in (ours.NAME, *([ENCODER] if encoder else []), *PEERS):
        for size in sizes:
            if method == ENCODER and size > WITH_ENCODER_UP_TO:
                continue
            one = _apart(method, size, seconds, patience)
            if one is None:
                print(f"  {method} at {size:,} phrasings: not done within {patience:.0f} s; larger ones are left out.")
                break
            found.setdefault(method, {})[str(size)] = one
    return found


def measure_one(method: str, phrasings: int, seconds: float) -> Found:
    """One method in this process, which should have done nothing else."""
    build = _builder(method)
    before = _resident_mib()
    articles, messages = knowledge_base(phrasings, MESSAGES + WARM_UP)
    started = time.perf_counter()
    ask = build(articles)
    build_s = time.perf_counter() - started
    held = _resident_mib()
    each = _asked(ask, messages, seconds)
    return {
        "build_s": round(build_s, 3),
        "reload_s": ours.reload_seconds(articles) if method == ours.NAME else None,
        "p50_ms": round(percentile(each, 0.5) * 1e3, 4),
        "p99_ms": round(percentile(each, 0.99) * 1e3, 4),
        "messages": len(each),
        "resident_mib": round(_resident_mib(), 1),
        "mib_per_100k": round((held - before) / phrasings * 1e5, 1),
    }


def _asked(ask: Ask, messages: Sequence[str], seconds: float) -> list[float]:
    for message in messages[:WARM_UP]:
        ask(message)
    each: list[float] = []
    begun = time.perf_counter()
    for message in messages[WARM_UP:]:
        started = time.perf_counter()
        ask(message)
        each.append(time.perf_counter() - started)
        if len(each) >= AT_LEAST and time.perf_counter() - begun > seconds:
            break
    return each


def _builder(method: str) -> Callable[[Sequence[Article]], Ask]:
    """Everything is imported and warm when the memory is first looked at."""
    if method in PEERS:
        from benchmarks import peers

        return lambda articles: _nearest(peers.PEERS[method]([one for each in articles for one in each.phrasings]))
    few, _ = knowledge_base(100, 1)
    _ours(method, few)("预热")
    return lambda articles: _ours(method, articles)


def _nearest(peer: Any) -> Ask:
    ask: Ask = peer.best
    return ask


def _ours(method: str, articles: Sequence[Article]) -> Ask:
    index = ours.load(articles, encoder=method == ENCODER)
    assert index is not None
    return lambda text: rank(text, index)


def _apart(method: str, size: int, seconds: float, patience: float) -> Found | None:
    command = [sys.executable, "-m", "benchmarks.speed", method, str(size), str(seconds)]
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
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(measure_one(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))
