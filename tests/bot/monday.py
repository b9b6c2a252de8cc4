"""Instants and shifts of the Monday on which the scenes play."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from escalation.staff import Staff
from escalation.staffing import roster_changes
from escalation.staffing.roster_file import ShiftEntry, parse_time
from tests.bot.scene import Scene

MONDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of that Monday, by Shanghai's clock."""
    return datetime(2026, 11, 23, hour - 8, minute, second, tzinfo=UTC)


def works(scene: Scene, login: str, hours: str, kind: Any = "duty", **who: Any) -> Staff:
    """Somebody with a shift this Monday."""
    found = scene.staff(login, **who)
    rostered(scene, login, hours, kind)
    return found


def rostered(scene: Scene, login: str, hours: str, kind: Any = "duty") -> None:
    """A shift this Monday for somebody who is there already."""
    start, end = (parse_time(text) or 0 for text in hours.split("-"))
    scene.write(
        roster_changes.add_shift, scene.policy.zone, ShiftEntry(MONDAY, login, start, end, kind), "韩梅", scene.now
    )
