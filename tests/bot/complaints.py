"""What a complaint needs before it may end."""

from __future__ import annotations

from bot.agents.actions import Record, SendStep
from escalation.staff import Staff
from tests.bot.scene import Scene


def settle_complaint(scene: Scene, li: Staff, cause: str) -> None:
    """Write its conclusion and prevention, and tell its customer the result, as its holder."""
    scene.act(li, Record("investigated", cause, "漏发"))
    scene.act(li, SendStep("result", "已补发。", "result-1-key"))
    scene.act(li, Record("prevention_planned", words="双人复核"))
