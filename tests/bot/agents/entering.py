"""A call that a member of staff, or a program, enters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.agents.new_tickets import EnteredMatter, enter
from escalation.staff import Staff
from escalation.tickets.lifecycle import Ticket
from tests.bot.scene import Scene

CALL = EnteredMatter("key-0001", "phone", "打印机卡纸，换过硒鼓", caller="王女士 13900001111")


def entered(scene: Scene, who: Staff | None, matter: EnteredMatter = CALL, **changes: Any) -> Ticket:
    by = who.login if who is not None else "key pbx"
    found = scene.write(enter, scene.rules, who, by, replace(matter, **changes), scene.now)
    assert isinstance(found, Ticket)
    return found
