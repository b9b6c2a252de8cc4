"""Whole talks in strangers' hands, played through the real intake, and what two people make of the transcripts.

`python -m benchmarks.talks [--dev] [--out DIR]`: a transcript per talk is written into DIR for whoever judges them. A
judgement file beside the talks is YAML: `commit`, of which program the transcripts are, and `talks`, where each talk's
name has `fault` (a sentence, or "" for none that a customer would feel), `title` (good, poor or none) and `queue`
(right, wrong or none). On the terminal come figures alone, since nobody reads the other half while building.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.quality import wilson
from benchmarks.tables import show
from bot.cli.talk_print import talk_in_words
from bot.cli.talk_rules import Played, rules_for
from bot.cli.talk_stage import play_talks, talks_of
from bot.talks.model import Talk
from bot.talks.played import PlayedTalk
from escalation.policy.model import Policy

BLIND = Path(__file__).parent / "blind"
HANDS = (1, 2)
TITLES = ("good", "poor", "none")
QUEUES = ("right", "wrong", "none")


class JudgementFault(Exception):
    """A judgement file that does not fit its talks; the text says how."""


@dataclass(frozen=True, slots=True)
class TalkJudgement:
    """What one person made of a talk; `fault` is empty if a customer would feel none."""

    fault: str
    title: str
    queue: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's judgements by the talk's name, and the commit whose transcripts they are of."""

    commit: str
    talks: Mapping[str, TalkJudgement]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of how many."""

    hits: int
    n: int

    def __str__(self) -> str:
        """Return the share with its interval of 95 %."""
        found = wilson(self.hits, self.n)
        if found is None:
            return "–"
        return f"{self.hits}/{self.n} = {self.hits / self.n:.1%} [{found[0]:.1%}, {found[1]:.1%}]"


def main() -> None:
    """Play, write the transcripts, and end with the figures as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.talks", description=__doc__)
    options.add_argument("--dev", action="store_true", help="the half that developers read")
    options.add_argument("--out", type=Path, metavar="DIR", help="where transcripts are written (default: a new one)")
    given = options.parse_args()
    half = "dev" if given.dev else "test"
    out = given.out or Path(tempfile.mkdtemp(prefix="jiedai-transcripts-"))
    print(json.dumps(measure(half, out, BLIND), ensure_ascii=False))


def measure(half: str, out: Path, folder: Path, rules: Played | None = None) -> dict[str, Any]:
    """Play the talks of a half, write a transcript of each into `out`; return all figures, printed as tables.

    `rules`: what to play by; None: the shipped samples. Raises JudgementFault.
    """
    talks = talks_of([str(path) for path in sorted(folder.glob(f"talks_{half}_*.yaml"))])
    judged = {hand: read_judged(path, talks) for hand in HANDS if (path := _judged_file(folder, half, hand)).exists()}
    by, customers = rules or rules_for(talks, None, None)
    began = time.process_time()
    played = play_talks(by, talks, customers)
    seconds = time.process_time() - began
    turns = sum(len(talk.turns) for talk in played)
    write_transcripts(by.policy, played, out)
    broken = sum(bool(talk.broken) for talk in played)
    commit = _commit()
    print(f"{len(played)} talks, {turns} turns, {broken} broken off; transcripts of {commit[:12]}: {out}")
    print(f"CPU of a turn, transcripts and time that passes included: {1000 * seconds / max(1, turns):.1f} ms")
    found = figures(talks, judged, by.policy.default_tier)
    show("judged", ("", "share"), [(name, str(counted)) for name, counted in found.items()])
    for hand, each in judged.items():
        if each.commit != commit:
            print(f"hand {hand} judged transcripts of {each.commit[:12]}, which may differ from these")
    return {
        "set": half,
        "commit": commit,
        "talks": len(played),
        "turns": turns,
        "broken": broken,
        "cpu_ms_a_turn": round(1000 * seconds / max(1, turns), 2),
        "judged_commits": {hand: each.commit for hand, each in judged.items()},
        "judged": {name: [counted.hits, counted.n, wilson(counted.hits, counted.n)] for name, counted in found.items()},
    }


def _judged_file(folder: Path, half: str, hand: int) -> Path:
    return folder / f"judged_{half}_{hand}.yaml"


def write_transcripts(policy: Policy, played: Sequence[PlayedTalk], out: Path) -> None:
    """Write each talk into a file of its own, and the list of names as a judgement file that is to be filled in."""
    out.mkdir(parents=True, exist_ok=True)
    for number, talk in enumerate(played, start=1):
        name = re.sub(r"[^\w，。]+", "-", talk.talk.name)[:60]
        (out / f"{number:03d}-{name}.txt").write_text(talk_in_words(policy, talk), encoding="utf-8")
    blank: dict[str, dict[str, str]] = {talk.talk.name: {"fault": "?", "title": "?", "queue": "?"} for talk in played}
    form = yaml.safe_dump({"commit": _commit(), "talks": blank}, allow_unicode=True, sort_keys=False)
    (out / "judgement.yaml").write_text(form, encoding="utf-8")


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=BLIND, capture_output=True, text=True, check=False)
    return found.stdout.strip()


def read_judged(path: Path, talks: Sequence[Talk]) -> Judged:
    """Return a person's judgements; raises JudgementFault unless each of these talks has one and no other has."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    said, names = content["talks"], {talk.name for talk in talks}
    if len(names) < len(talks):
        raise JudgementFault("two talks have the same name")
    if set(said) != names:
        raise JudgementFault(f"{path.name}: {len(names - set(said))} not judged, {len(set(said) - names)} unknown")
    judged = {name: TalkJudgement(each["fault"] or "", each["title"], each["queue"]) for name, each in said.items()}
    for number, each in enumerate(judged.values(), start=1):
        if each.title not in TITLES or each.queue not in QUEUES or each.fault == "?":
            raise JudgementFault(f"{path.name}: judgement {number} is not filled in as the form says")
    return Judged(str(content["commit"]), judged)


def figures(talks: Sequence[Talk], judged: Mapping[int, Judged], default_tier: str) -> dict[str, Counted]:
    """Return the shares by each hand, and how often the two differ; `default_tier`: of those nobody knows."""
    usual = {talk.name for talk in talks if talk.customer in ("", default_tier)}
    found: dict[str, Counted] = {}
    for hand, each in judged.items():
        found[f"without a fault, hand {hand}"] = _share([not one.fault for one in each.talks.values()])
        titles = [one.title == "good" for one in each.talks.values() if one.title != "none"]
        found[f"title found meaningful, hand {hand}"] = _share(titles)
        queues = {name: one.queue == "right" for name, one in each.talks.items() if one.queue != "none"}
        of_usual = [right for name, right in queues.items() if name in usual]
        found[f"queue right, {default_tier}, hand {hand}"] = _share(of_usual)
        found[f"queue right, all, hand {hand}"] = _share(list(queues.values()))
    if len(judged) == len(HANDS):
        found |= _beside(*judged.values())
    return found


def _beside(one: Judged, other: Judged) -> dict[str, Counted]:
    pairs = [(each, other.talks[name]) for name, each in one.talks.items()]
    return {
        "without a fault by both": _share([not a.fault and not b.fault for a, b in pairs]),
        "hands differ on a fault": _share([bool(a.fault) != bool(b.fault) for a, b in pairs]),
        "hands differ on the title": _share([a.title != b.title for a, b in pairs]),
        "hands differ on the queue": _share([a.queue != b.queue for a, b in pairs]),
    }


def _share(hits: Sequence[bool]) -> Counted:
    return Counted(sum(hits), len(hits))


if __name__ == "__main__":
    main()
