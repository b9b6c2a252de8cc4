"""The figures of a scene: all that is due is counted, and every fact is read."""

from __future__ import annotations

from typing import Any

from bot.measuring.measuring_chores import MEASURING
from escalation.measures.columns import facts_of
from escalation.measures.day_closing import closed_days
from escalation.measures.fact_store import open_days, open_facts
from escalation.measures.facts import Fact
from escalation.measures.packed_day import unpack
from tests.bot.scene import Scene


def measure(scene: Scene) -> None:
    """Everything that is due for the figures, until nothing is."""
    for _ in range(400):
        done = False
        for _, is_due, run in MEASURING:
            if scene.read(is_due, scene.rules, scene.now):
                done = bool(scene.write(run, scene.rules, scene.now)) or done
        if not done:
            return
    raise AssertionError("the figures are never done")


def all_facts(scene: Scene) -> list[Fact]:
    """Every fact there is, of open days and closed ones."""

    def read(db: Any) -> list[Fact]:
        found = [fact for _, packed in closed_days(db, "", "9") for fact in facts_of(unpack(packed))]
        return found + [fact for day in open_days(db) for fact in facts_of(open_facts(db, day))]

    return scene.read(read)
