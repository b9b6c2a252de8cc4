"""Whoever carries an erasure out dies at every commit in turn; whoever comes next finishes it: nothing is half done."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from bot.privacy.carrying_out import Ground, carry_out, carry_out_all
from bot.privacy.erasure import WRITTEN_ANEW
from bot.storage.database import Database
from bot.storage.seal_begin import begin
from bot.storage.seal_check import verify_seals
from escalation.customers.data_requests import find_request
from escalation.journal.journal_check import JournalCount, verify_journal
from escalation.tickets import audit
from tests.bot.privacy.marked import found_in, ground_of, marked
from tests.bot.scene import Scene
from tests.mortal import Side, die_at_commits


def dies_at(ground: Ground, number: int, commit: int, side: Side) -> bool:
    """A process of its own carries it out and dies at its n-th commit from here; False if it was done before."""
    if (child := os.fork()) == 0:
        left = [commit]

        def sentence() -> Side | None:
            left[0] -= 1
            return side if left[0] == 0 else None

        with closing(Database(ground.database.url)) as own:
            own.vault = ground.database.vault
            die_at_commits(own.engine, sentence)
            carry_out(Ground(own, ground.rules, ground.folder, ground.file, ground.clock), number)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def faults(scene: Scene) -> list[str]:
    def look(db: object) -> list[str]:
        found = [*audit.verify(db).faults, *verify_journal(db, JournalCount()), *verify_seals(db)]  # type: ignore[arg-type]
        return [str(fault) for fault in found]

    found: list[str] = scene.read(look)
    return found


@pytest.mark.proof
@pytest.mark.parametrize("side", ["before", "after"])
def test_an_erasure_that_dies_at_every_commit_is_finished_whole(scene: Scene, tmp_path: Path, side: Side) -> None:
    scene.write(begin, scene.now)
    person, ground = marked(scene), ground_of(scene, tmp_path / "data")
    number = person.erase().id
    deaths = 0
    # Each process gets one commit further than the last: the one before which it dies is tried again by the next.
    while scene.read(find_request, number).progress.get("phase") != WRITTEN_ANEW:
        assert dies_at(ground, number, 1 if side == "after" else 2, side)
        deaths += 1
        assert faults(scene) == []
    assert deaths > 10
    assert dies_at(ground, number, 2, side), "the file is written anew, and that it is done is noted"
    assert carry_out_all(ground) == (1 if side == "before" else 0)
    assert scene.read(find_request, number).state == "done"
    assert faults(scene) == []
    assert list(found_in(tmp_path)) == []


@pytest.mark.proof
def test_whoever_comes_next_goes_on_by_themself(scene: Scene, tmp_path: Path) -> None:
    scene.write(begin, scene.now)
    person, ground = marked(scene), ground_of(scene, tmp_path / "data")
    number = person.erase().id
    assert dies_at(ground, number, 5, "after")
    assert carry_out_all(ground) == 1
    assert scene.read(find_request, number).state == "done"
    assert list(found_in(tmp_path)) == []
