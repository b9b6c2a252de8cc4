"""How much of what customers do is heard in words nobody learned from, and what is heard where there is nothing.

`python -m benchmarks.acts [--dev [--show]] [--no-encoder] [--keep DIR]`; prints figures; sentences only with --show.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.act_sets import Denied, Share, false_alarms, learned_from, mean_of, negation, read_sets, recalls
from benchmarks.matching import ONE_THREAD
from benchmarks.tables import show
from bot.config.settings import read_settings
from bot.dialogue.ranked_turn import rank_turn
from bot.files.knowledge_files import read_faq_file
from bot.first_start import SAMPLE_FAQ
from bot.knowledge.act_reading import act_builder_of, reader_for
from bot.knowledge.encoders import NONE, index_builder_of
from bot.rules import Rules
from escalation.policy.reader import read_policy
from escalation.vault import Vault
from knowledge_base.acts.clauses import clauses_of
from knowledge_base.evaluation.coverage import wilson
from tests.conftest import MONDAY_MORNING

ROUNDS = 3
TIMED = 40  # texts in a round
_FRESH = count()


def main() -> None:
    """Measure, and end with everything as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.acts", description=__doc__)
    options.add_argument("--dev", action="store_true", help="the half that developers read")
    options.add_argument("--no-encoder", action="store_true", help="by writing and sound alone")
    options.add_argument("--show", action="store_true", help="print the mistakes; with --dev only")
    options.add_argument("--keep", metavar="DIR", help="keep what is learned there")
    given = options.parse_args()
    if given.show and not given.dev:
        options.error("--show is for --dev: nobody reads the other half")
    if any(name not in os.environ for name in ONE_THREAD):
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.acts", *sys.argv[1:]], os.environ | ONE_THREAD)  # noqa: S606
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(Path(given.keep or folder), NONE if given.no_encoder else None)
    print(json.dumps(measure(rules, dev=given.dev, tells=given.show), ensure_ascii=False))


def rules_of(data: Path, encoder: str | None) -> Rules:
    """The shipped policy, sample content and act files; what is learned is kept in the folder."""
    settings = read_settings({}, data=str(data), encoder=encoder)
    policy, builder = read_policy(settings.policy), index_builder_of(settings)
    articles = read_faq_file(SAMPLE_FAQ).articles
    index = builder.index(articles, revision=1, fillers=policy.words.get("filler", ()))
    acts = act_builder_of(settings, builder)
    vault = Vault({"k": b"k" * 32}, "k", b"l" * 32)
    return Rules(policy, vault, index, index_builder=builder, act_builder=acts, acts=reader_for(acts, index))


def measure(rules: Rules, *, dev: bool, tells: bool = False) -> dict[str, Any]:
    """All figures; prints them as tables."""
    acts, negatives = read_sets(dev=dev)
    known = learned_from()
    heard, invented = recalls(rules, acts, known), false_alarms(rules, negatives, known)
    show("heard", ("act", "of", "heard", "95 %", "of new", "heard", "95 %"), map(_row, heard))
    print(f"  mean of the eight: {100 * mean_of(heard):.1f} %")
    show("heard where there is nothing", ("set", "of", "so", "95 %", "of new", "so", "95 %"), map(_row, invented))
    denied = negation(rules, negatives["negation"])
    show("a topic is set aside", ("", "n", "share", "95 %"), _denied(denied))
    costs = {clauses: _cost(rules, negatives["ordinary"], clauses) for clauses in (1, 3)}
    print(f"\nCPU of a turn / of ranking alone: one clause {costs[1]:.2f}, three clauses {costs[3]:.2f}")
    if tells:
        _tell(heard, invented, denied)
    overlap = sum(share.n - share.new for share in heard if not share.what.endswith("or asked"))
    print(f"\nutterances that an act file holds word for word: {overlap}")
    return {
        "set": "dev" if dev else "test",
        "encoder": rules.index.encoder,
        "mean": mean_of(heard),
        "heard": [_as_json(share) for share in heard],
        "invented": [_as_json(share) for share in invented],
        "negation": {"n": denied.n, "wrong": len(denied.wrong), "undecidable": len(denied.unsure)},
        "overlap": overlap,
        "cpu": costs,
    }


def _cost(rules: Rules, texts: Sequence[str], clauses: int) -> float:
    """CPU time of a whole turn over that of ranking alone, on texts of so many clauses."""
    single = [text.rstrip("?？。") for text in texts if len(clauses_of(text)) == 1]
    joined = ["，".join(single[at : at + clauses]) for at in range(0, len(single) - clauses + 1, clauses)][:TIMED]
    tier = rules.policy.default_tier
    rank, turn = partial(_rank, rules, tier), partial(_turn, rules, tier)
    # One after the other text by text, and the least of several times: what else the machine does concerns both alike.
    ranking, whole = 0.0, 0.0
    for text in joined:
        times = [(_seconds(text, rank), _seconds(text, turn)) for _ in range(ROUNDS)]
        ranking += min(first for first, _ in times)
        whole += min(second for _, second in times)
    return whole / ranking


def _rank(rules: Rules, tier: str, text: str) -> None:
    rules.rank(text, tier, MONDAY_MORNING)


def _turn(rules: Rules, tier: str, text: str) -> None:
    rules.read_ahead([text])
    rank_turn(rules, text, tier, MONDAY_MORNING)


def _seconds(text: str, do: Callable[[str], object]) -> float:
    fresh = f"{text}{next(_FRESH)}"  # with a number of its own it is new to every cache
    began = time.process_time()
    do(fresh)
    return time.process_time() - began


def _row(share: Share) -> tuple[str, ...]:
    mine = (str(share.n), _percent(share.hits, share.n), _interval(share.hits, share.n))
    return (
        share.what,
        *mine,
        str(share.new),
        _percent(share.new_hits, share.new),
        _interval(share.new_hits, share.new),
    )


def _denied(found: Denied) -> Iterable[tuple[str, ...]]:
    rows = {
        "answered about it": len(found.wrong),
        "answered, not to be decided": len(found.unsure),
        "suggested": len(found.suggested),
        "answered at all": found.answered,
    }
    return [(what, str(n), _percent(n, found.n), _interval(n, found.n)) for what, n in rows.items()]


def _percent(hits: int, of: int) -> str:
    return f"{100 * hits / of:.1f} %" if of else "–"


def _interval(hits: int, of: int) -> str:
    found = wilson(hits, of)
    return f"{100 * found[0]:.1f}–{100 * found[1]:.1f}" if found else "–"


def _as_json(share: Share) -> dict[str, Any]:
    found = {name: value for name, value in asdict(share).items() if name not in ("which", "others")}
    return found | {"interval": wilson(share.hits, share.n)}


def _tell(heard: Sequence[Share], invented: Sequence[Share], denied: Denied) -> None:
    for share in heard:
        print(f"\n{share.what}: missed", *share.others, sep="\n  ")
    for share in invented:
        print(f"\n{share.what}", *share.which, sep="\n  ")
    for what, texts in (("answered about it", denied.wrong), ("not to be decided", denied.unsure)):
        print(f"\n{what}", *texts, sep="\n  ")


if __name__ == "__main__":
    main()
