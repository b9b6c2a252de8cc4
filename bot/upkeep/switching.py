"""Renames that happen all or, after a death in between, are finished by whoever comes next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bot.upkeep.copying import sync

Move = tuple[Path, Path]


def plan_file(database: Path) -> Path:
    """Return the path of the plan of a switch under way."""
    return database.with_name(f".{database.name}.switch")


def switch(database: Path, away: Sequence[Move], into_place: Sequence[Move]) -> None:
    """Rename what is set aside, to names that are free, then what takes its place and is whole on the disk already.

    The plan is written first: from then on the new state is the one that counts.
    """
    plan, draft = plan_file(database), plan_file(database).with_suffix(".draft")
    draft.write_text(json.dumps({"away": _told(away), "into_place": _told(into_place)}), encoding="utf-8")
    sync(draft)
    draft.replace(plan)
    sync(plan.parent)
    finish(database)


def finish(database: Path) -> bool:
    """Finish a switch that was interrupted; returns whether there was one. Nobody may use the database meanwhile."""
    plan = plan_file(database)
    if not plan.exists():
        return False
    moves = json.loads(plan.read_text(encoding="utf-8"))
    for old, new in moves["away"]:
        # Once it is kept, its old name may hold what has taken its place.
        if not Path(new).exists() and Path(old).exists():
            _rename(old, new)
    for old, new in moves["into_place"]:
        if Path(old).exists():
            _rename(old, new)
    plan.unlink()
    sync(plan.parent)
    return True


def _rename(old: str, new: str) -> None:
    Path(old).replace(new)
    sync(Path(new).parent)


def _told(moves: Sequence[Move]) -> list[list[str]]:
    return [[str(old.absolute()), str(new.absolute())] for old, new in moves]
