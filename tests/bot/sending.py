"""An agent at work on a customer's ticket, who sends what the regulation owes, and a customer who answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.agents.actions import Claim, MakePlan, Reply, SendStep
from bot.dialogue import named_taps
from bot.messages import Incoming
from bot.wording import sent_steps
from escalation.staff import Staff
from escalation.tickets import deadline_store, history
from escalation.tickets.plans import PlanStep
from tests.bot.scene import Scene, Visitor

BANK, COLLEAGUE = "C1001", "C1002"  # 特级; of the same house


def at_work(scene: Scene, customer: str | None = BANK, channel: str = "web") -> tuple[Visitor, Staff]:
    anna, li = scene.visitor("77", channel=channel, customer=customer), scene.staff()
    anna.say("打印机卡纸，修不好，转人工")
    scene.act(li, Claim())
    scene.act(li, Reply("您好，我来处理。", "12345678"))
    anna.read()
    return anna, li


def planned(scene: Scene, li: Staff, *what: str) -> None:
    by = scene.now + timedelta(hours=2)
    scene.act(li, MakePlan(li.id, tuple(PlanStep(each, by) for each in what or ("上门检修",))))


def send(scene: Scene, li: Staff, kind: Any, text: str = "", key: str = "") -> None:
    scene.act(
        li,
        SendStep(
            kind,
            text or f"{sent_steps.KINDS[kind]}如下。",
            key or f"{kind}-{len(scene.read(history.history_of, scene.ticket.id))}-key",
        ),
    )


def tap(visitor: Visitor, label: str) -> list[str]:
    """Tap the newest button of this name, as the doors do."""
    found = [
        button["choice"]
        for line in visitor.lines()
        for button in line.meta.get("buttons", ())
        if button["label"] == label
    ]
    return tap_choice(visitor, found[-1])


def tap_choice(visitor: Visitor, choice: str, key: str | None = None) -> list[str]:
    scene = visitor.scene
    message = Incoming(visitor.channel, visitor.address, key or f"tap-{len(visitor.lines())}", "choice", choice=choice)
    if not scene.read(named_taps.may_take, scene.rules, message):
        return ["refused"]
    visitor.read()
    scene.write(named_taps.take_named, scene.rules, message, scene.now)
    return visitor.read()


def kinds(scene: Scene) -> list[str]:
    return [row.kind for row in scene.read(history.history_of, scene.ticket.id)]


def running(scene: Scene) -> set[str]:
    return set(scene.read(deadline_store.open_milestones, scene.ticket.id))


def labels(visitor: Visitor) -> list[str]:
    return [button["label"] for button in visitor.lines()[-1].meta.get("buttons", ())]
