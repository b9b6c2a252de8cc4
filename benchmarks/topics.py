"""Which topic and queue matters in strangers' words get, beside what a colleague would have chosen.

`python -m benchmarks.topics [--dev [--show]] [--no-encoder] [--keep DIR]`; sentences only with --show.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.acts import rules_of
from benchmarks.matching import ONE_THREAD
from benchmarks.quality import wilson
from bot.knowledge.encoders import NONE
from bot.rules import Rules
from escalation.policy.routing import route
from tests.conftest import MONDAY_MORNING

SET = Path(__file__).parent / "blind" / "topics.yaml"
FAULT = "故障"


@dataclass(frozen=True, slots=True)
class StatedMatter:
    """A matter and its topic. `measured`: it was not looked at while anything was chosen."""

    text: str
    topic: str
    measured: bool


@dataclass(frozen=True, slots=True)
class RoutedMatter:
    """A matter of the default tier with the topic and queue it got, and the queue it should have got."""

    matter: StatedMatter
    topic: str | None
    queue: str
    right_queue: str


def main() -> None:
    """Measure, and end with everything as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.topics", description=__doc__)
    options.add_argument("--dev", action="store_true", help="the half that developers read")
    options.add_argument("--no-encoder", action="store_true", help="by writing and sound alone")
    options.add_argument("--show", action="store_true", help="print the mistakes; with --dev only")
    options.add_argument("--keep", metavar="DIR", help="keep what is learned there")
    given = options.parse_args()
    if given.show and not given.dev:
        options.error("--show is for --dev: nobody reads the other half")
    if any(name not in os.environ for name in ONE_THREAD):
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.topics", *sys.argv[1:]], os.environ | ONE_THREAD)  # noqa: S606
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(Path(given.keep or folder), NONE if given.no_encoder else None)
    found = [routed(rules, matter) for matter in matters_of(SET) if matter.measured != given.dev]
    if given.show:
        for each in found:
            if each.queue != each.right_queue:
                print(f"{each.matter.topic} -> {each.topic}: {each.matter.text}")
    print(json.dumps(figures(found), ensure_ascii=False))


def matters_of(path: Path) -> list[StatedMatter]:
    """Return the matters of a file; several messages are one text."""
    found: dict[str, list[str | list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        StatedMatter(said if isinstance(said, str) else " ".join(said), topic, bool(number % 2))
        for topic, rows in found.items()
        for number, said in enumerate(rows)
    ]


def routed(rules: Rules, matter: StatedMatter) -> RoutedMatter:
    """Return what a matter got."""
    policy = rules.policy
    topic = rules.topic(matter.text, rules.rank(matter.text, policy.default_tier, MONDAY_MORNING))
    queue, right = (route(policy, policy.default_tier, one, policy.default_urgency).id for one in (topic, matter.topic))
    return RoutedMatter(matter, topic, queue, right)


def figures(found: Sequence[RoutedMatter]) -> dict[str, str]:
    """Return the shares with their intervals of 95 %."""
    faults = [each.queue == each.right_queue for each in found if each.matter.topic == FAULT]
    others = [each.queue == each.right_queue for each in found if each.matter.topic != FAULT]
    topics = [each.topic == each.matter.topic for each in found]
    shares = {"faults in their queue": faults, "others in their queue": others, "all in their queue": faults + others}
    return {name: _share(hits) for name, hits in {**shares, "right topic": topics}.items()}


def _share(hits: Sequence[bool]) -> str:
    low, high = wilson(sum(hits), len(hits))
    return f"{sum(hits)}/{len(hits)} = {sum(hits) / len(hits):.1%} [{low:.1%}, {high:.1%}]"


if __name__ == "__main__":
    main()
