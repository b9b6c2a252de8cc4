"""A scene with ended tickets of two agents, a supervision section, and an inspector."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.agents.actions import Claim, Record, Resolve
from escalation.policy.supervision import Checklist, ChecklistItem, Supervision
from escalation.staff import Staff
from escalation.supervision import drawing
from escalation.supervision.drawing import DrawWish
from escalation.supervision.inspection_store import InspectedRecord, find_records
from escalation.supervision.sampling import SampleSize
from escalation.supervision.submitting import Scores
from tests.bot.scene import Scene

WORDING = ChecklistItem("wording", "标准用语", "wording", 40)
ATTITUDE = ChecklistItem("attitude", "态度", "attitude", 60, up_to=5, met_from=4)
CHECKLIST = Checklist((WORDING, ATTITUDE))
SUPERVISION = Supervision(10_000, 1, CHECKLIST, False, timedelta(days=5))
GOOD = Scores({"wording": "yes", "attitude": "5"}, {}, "很好")
POOR = Scores({"wording": "no", "attitude": "3"}, {"wording": "没有问候", "attitude": ""}, "请注意用语")


def supervised(scene: Scene, supervision: Supervision | None = SUPERVISION) -> Scene:
    """The scene with a policy that inspects everything."""
    scene.policy = replace(scene.policy, supervision=supervision)
    scene.rules = replace(scene.rules, policy=scene.policy)
    return scene


def ended(scene: Scene, who: Staff, address: str) -> int:
    """A ticket that this person resolved; its number."""
    scene.visitor(address).say("转人工")
    number = scene.ticket.id
    for action in (Claim(), Record("called"), Resolve(why="当场解决")):
        scene.act(who, action, number)
    return number


def wish_of(scene: Scene, seed: str = "s1", **size: Any) -> DrawWish:
    """Everything that ended within a day."""
    day = timedelta(days=1)
    return DrawWish(scene.now - day, scene.now + day, SampleSize(**{"share": 10_000, "least": 1, **size}), seed)


def drawn(scene: Scene, inspector: Staff, seed: str = "s1", **size: Any) -> list[int]:
    """Draw for an inspector; the numbers of the tickets."""
    wish = wish_of(scene, seed, **size)
    found: list[int] = scene.write(
        drawing.draw, scene.rules.policy.supervision, inspector, wish, inspector.login, scene.now
    )[1]
    return found


def records(scene: Scene) -> list[InspectedRecord]:
    """Every drawn record, the oldest first."""
    found: list[InspectedRecord] = scene.read(find_records)
    return found[::-1]
