"""Killed in the middle of an answer, or of a close for silence, nothing is half done; the next try does it once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.dialogue import silent_customers, step_taps
from bot.messages import Incoming
from bot.storage.database import Database
from escalation.tickets import audit
from tests.bot.scene import Scene
from tests.bot.sending import at_work, kinds, planned, send


def killed(scene: Scene, work: Callable[[Connection], object]) -> None:
    """A process of its own does the work and dies before it is committed."""
    if (child := os.fork()) == 0:

        def dies(db: Connection) -> None:
            work(db)
            os.kill(os.getpid(), signal.SIGKILL)

        with closing(Database(scene.database.url)) as own:
            own.write_now(dies)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("ends", ["answer", "silence"])
def test_what_was_cut_off_is_done_once_by_the_next_try(scene: Scene, ends: str) -> None:
    anna, li = at_work(scene, customer="C1015")
    planned(scene, li)
    send(scene, li, "plan")
    if ends == "answer":
        message = Incoming("web", "77", "tap-1", "choice", choice=anna.buttons()[0])
    for hours in (24, 24, 24) if ends == "silence" else ():
        scene.clock.now += timedelta(hours=hours)
        if hours and "holder_reminded" not in kinds(scene):
            scene.write(silent_customers.take_some, scene.rules, scene.now)

    def work(db: Connection) -> object:
        if ends == "answer":
            return step_taps.take_step_answer(db, scene.rules, message, scene.now)
        return silent_customers.take_some(db, scene.rules, scene.now)

    anna.read()
    before = kinds(scene)
    killed(scene, work)
    assert (kinds(scene), anna.read()) == (before, [])
    scene.write(work)
    scene.write(work)
    assert kinds(scene)[len(before) :] == (["confirmed"] if ends == "answer" else ["closed"])
    assert len(anna.read()) == 1
    assert scene.read(audit.verify).faults == []
