"""What is heard in talks whose every clause is labelled: how often rightly, how often where there is nothing.

`python -m benchmarks.later_turns`: 540 talks in six files of `benchmarks/labelled`. The bars for turns in the midst of
a talk (`knowledge_base.acts.going_on`) were set with them, no act was learned from them. A line is one message; an act
in braces belongs to the clause before it, `?act` may be meant; lines that begin with `>` are the bot's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import show
from bot.cli.talk_rules import rules_for
from bot.dialogue.understanding import understand
from bot.rules import Rules
from knowledge_base.acts.going_on import BARS, when_going_on

FOLDER = Path(__file__).parent / "labelled"
_LABEL = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """A customer's message, whether a talk begins with it, the acts in it, and those that may be."""

    text: str
    begins: bool
    acts: frozenset[str]
    unsure: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """How a decision did on turns: those with the act, of them heard, and others in which it was heard."""

    performed: int
    heard: int
    false: int


def labelled_turns(path: Path) -> Iterator[LabelledTurn]:
    """Yield the customers' messages of a file of labelled talks."""
    begins = True
    for line in (each.strip() for each in path.read_text(encoding="utf-8").splitlines()):
        if line.startswith("##"):
            begins = True
        elif line and not line.startswith(">"):
            acts = [act.strip() for found in _LABEL.findall(line) for act in found.split(",") if act.strip()]
            unsure = frozenset(act[1:] for act in acts if act.startswith("?"))
            yield LabelledTurn(_LABEL.sub("", line), begins, frozenset(acts) - {f"?{act}" for act in unsure}, unsure)
            begins = False


def count(act: str, turns: Sequence[LabelledTurn], heard: Sequence[frozenset[str]]) -> Found:
    """Count an act in turns; one that may be meant counts neither way."""
    pairs = [(act in turn.acts, act in acts) for turn, acts in zip(turns, heard, strict=True) if act not in turn.unsure]
    return Found(
        sum(performed for performed, _ in pairs),
        sum(performed and found for performed, found in pairs),
        sum(found and not performed for performed, found in pairs),
    )


def measure(rules: Rules, turns: Sequence[LabelledTurn]) -> dict[str, dict[str, list[int]]]:
    """Return per act what was heard: of first turns, of later ones by the usual thresholds, and by those of later ones.

    Each as performed, heard rightly, heard falsely; printed as a table.
    """
    readings = [understand(rules, turn.text) for turn in turns]
    first = [at for at, turn in enumerate(turns) if turn.begins]
    later = [at for at, turn in enumerate(turns) if not turn.begins]
    ways = {
        "first": ([turns[at] for at in first], [readings[at].heard for at in first]),
        "later_as_first": ([turns[at] for at in later], [readings[at].heard for at in later]),
        "later": ([turns[at] for at in later], [when_going_on(readings[at]).heard for at in later]),
    }
    found = {act: {way: count(act, *given) for way, given in ways.items()} for act in BARS}
    sizes = {way: len(given[0]) for way, given in ways.items()}
    rows = [(act, *(_shown(each[way], sizes[way]) for way in ways)) for act, each in found.items()]
    show("heard rightly of performed; falsely, of 1,000 turns", ("act", *ways), rows)
    return {act: {way: [n.performed, n.heard, n.false] for way, n in each.items()} for act, each in found.items()}


def _shown(found: Found, size: int) -> str:
    return f"{found.heard}/{found.performed}; {1000 * found.false / max(1, size):.0f}"


def main() -> None:
    """Measure all files; the figures as one line of JSON last."""
    turns = [turn for path in sorted(FOLDER.glob("talks_*.txt")) for turn in labelled_turns(path)]
    print(json.dumps({"turns": len(turns), "acts": measure(rules_for((), None, None)[0], turns)}))


if __name__ == "__main__":
    main()
