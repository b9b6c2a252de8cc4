"""The measurement of staff's notes: its notes, and what it counts."""

from __future__ import annotations

import yaml

from benchmarks.act_sets import FOLDER, learned_from
from benchmarks.staff_notes import measure
from bot.rules import Rules
from knowledge_base.text.normalise import normalise


def test_no_note_of_the_set_was_learned_from() -> None:
    notes = yaml.safe_load((FOLDER / "staff_notes.yaml").read_text(encoding="utf-8"))
    texts = {normalise(text) for each in notes.values() for text in each}
    assert {name: len(each) for name, each in notes.items()} == {"present": 10, "remark": 10}
    assert not texts & learned_from()


def test_alarms_and_questions_are_counted_apart(rules: Rules) -> None:
    found = measure(rules, {"present": ["客户来电：机器冒烟了", "是不是冒烟？"], "remark": ["没有冒烟"]})
    assert found == {
        "present": {"alarm": 1, "asked": 1, "nothing": 0},
        "remark": {"alarm": 0, "asked": 0, "nothing": 1},
    }
