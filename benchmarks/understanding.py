"""How much the bot answers of strangers' messages, and how truly; with one code and one setting for every base.

`python -m benchmarks.understanding [--sets FOLDER] [--only SET …] [--noise] [--beside DIR]`: DIR is another checkout,
measured in the same run on the same questions and messages. `--only` without a set leaves `--noise` alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.checkout_verdicts import Found, Job, verdicts_of
from benchmarks.label_noise import NoiseFigures, noise_figures, noisy_bases
from benchmarks.matching import SETS
from benchmarks.tables import rounded
from benchmarks.understanding_figures import JudgedMessage, Understanding, judged, understanding
from benchmarks.understanding_sets import HERE, OWN, PUBLIC, STRANGERS, AskedBase, read_base
from benchmarks.understanding_tables import show_noise, show_set

POOLS = {"strangers' sets together": STRANGERS, "all sets together": (*OWN, *PUBLIC)}

Checkouts = Mapping[str, Path]


def measure(
    bases: Sequence[AskedBase], noisy: Sequence[AskedBase], checkouts: Checkouts, *, level: str = ours.SEMANTIC
) -> dict[str, Any]:
    """Ask every checkout, print the tables, and return all figures; those beside aims are the last checkout's."""
    sets: dict[str, dict[str, Understanding]] = {}
    noise: dict[str, list[NoiseFigures]] = {}
    jobs = [_job(base) for base in (*bases, *noisy)]
    with tempfile.TemporaryDirectory(prefix="jiedai-understanding-") as folder:
        for name, checkout in checkouts.items():
            found = verdicts_of(checkout, jobs, level=level, kept=Path(folder) / "embeddings.npz")
            for title, figures in _of_sets(bases, found[: len(bases)]).items():
                sets.setdefault(title, {})[name] = figures
            noise[name] = noise_figures(_of_bases(noisy, found[len(bases) :]))
    return _shown(sets, noise)


def _job(base: AskedBase) -> Job:
    articles = [
        {"id": one.id, "question": one.question, "similar": list(one.similar), "answer": one.answer}
        for one in base.articles
    ]
    return {"articles": articles, "messages": [message.text for message in base.messages]}


def _of_bases(bases: Sequence[AskedBase], found: Sequence[Found]) -> dict[str, Understanding]:
    return {
        base.name: understanding(judged(base.messages, one), one["answer_at"], one["suggest_at"])
        for base, one in zip(bases, found, strict=True)
    }


def _of_sets(bases: Sequence[AskedBase], found: Sequence[Found]) -> dict[str, Understanding]:
    """Each set's figures, and those of several sets together where there are several."""
    figures = _of_bases(bases, found)
    asked: dict[str, list[JudgedMessage]] = {
        base.name: judged(base.messages, one) for base, one in zip(bases, found, strict=True)
    }
    for title, names in POOLS.items():
        here = [name for name in names if name in asked]
        if len(here) > 1:
            figures[title] = understanding([one for name in here for one in asked[name]])
    return figures


def _shown(
    sets: Mapping[str, Mapping[str, Understanding]], noise: Mapping[str, Sequence[NoiseFigures]]
) -> dict[str, Any]:
    aimed = []
    for title, found in sets.items():
        aimed += show_set(title, found, has_aims=title in STRANGERS or POOLS.get(title) is STRANGERS)
    if any(noise.values()):
        aimed += show_noise(noise)
    print(f"\n{sum(one.short <= 0 for one in aimed)} of {len(aimed)} aims reached.")
    return {
        "sets": {title: {name: one.as_json() for name, one in found.items()} for title, found in sets.items()},
        "noise": {name: [asdict(one) for one in found] for name, found in noise.items()},
        "short": {one.what: round(one.short, 1) for one in aimed if one.short > 0},
    }


def main() -> None:
    """Measure this checkout, and another beside it; print the tables and, last, a line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description=__doc__)
    options.add_argument("--sets", metavar="FOLDER", type=Path, default=SETS, help=f"public sets (default: {SETS})")
    options.add_argument("--only", nargs="*", choices=(*OWN, *PUBLIC), metavar="SET", help="some of the sets, or none")
    options.add_argument("--noise", action="store_true", help="phrasings filed under a wrong question, too")
    options.add_argument("--beside", metavar="DIR", type=Path, help="another checkout")
    given = options.parse_args()
    started = time.perf_counter()
    wanted = (*OWN, *PUBLIC) if given.only is None else given.only
    found = {name: read_base(name, given.sets) for name in wanted}
    if missing := [name for name, base in found.items() if base is None]:
        print(f"{', '.join(missing)} is not measured: there is no such set in {given.sets}. Name a folder with --sets.")
    checkouts = {"now": HERE} if given.beside is None else {"then": given.beside.resolve(), "now": HERE}
    noisy = noisy_bases(given.sets) if given.noise else []
    report = measure([base for base in found.values() if base is not None], noisy, checkouts)
    report["seconds"] = round(time.perf_counter() - started)
    print(json.dumps(rounded(report), ensure_ascii=False))


if __name__ == "__main__":
    main()
