"""What of staff's notes alarms, and what is asked about: dangers of now, and remarks that only name one.

`python -m benchmarks.staff_notes [--keep DIR]`: the notes of `benchmarks/blind/staff_notes.yaml`, from which nothing
was learned; prints figures, no sentences.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from benchmarks.act_sets import FOLDER
from benchmarks.acts import rules_of
from benchmarks.tables import show
from bot.dialogue.staff_words import danger_in
from bot.rules import Rules


def main() -> None:
    """Measure, and end with everything as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.staff_notes", description=__doc__)
    options.add_argument("--keep", metavar="DIR", help="keep what is learned there")
    given = options.parse_args()
    notes = yaml.safe_load((FOLDER / "staff_notes.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(Path(given.keep or folder), None)
    print(json.dumps(measure(rules, notes), ensure_ascii=False))


def measure(rules: Rules, notes: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
    """Return per set of notes on an open ticket how many alarm, how many are asked about, and the rest."""
    found = {name: _counted(rules, texts) for name, texts in notes.items()}
    rows = [(name, str(sum(each.values())), *map(str, each.values())) for name, each in found.items()]
    show("notes on an open ticket", ("set", "of", "alarm", "asked about", "nothing"), rows)
    return found


def _counted(rules: Rules, texts: Sequence[str]) -> dict[str, int]:
    said = Counter(danger_in(rules, [text], goes_on=True, clearly=True) for text in texts)
    return {"alarm": said["heard"], "asked": said["doubted"], "nothing": said[""]}


if __name__ == "__main__":
    main()
