"""The daily job dies at every commit in turn; whoever comes next finishes it: no line or ticket is half gone."""

from __future__ import annotations

import os
import signal
from contextlib import closing

import pytest
from sqlalchemy import Connection, func, select

from bot.privacy import retention
from bot.storage.database import Database
from bot.storage.seal_begin import begin
from bot.storage.seal_check import verify_seals
from bot.transcript.attachments import attachments
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from escalation.journal.journal_check import JournalCount, verify_journal
from escalation.journal.journal_store import lines_of
from escalation.tickets import audit
from escalation.tickets.history import history_of
from escalation.tickets.ticket_store import notes, tickets
from tests.bot.privacy.marked import marked
from tests.bot.scene import Scene
from tests.mortal import Side, die_at_commits


def dies_at(scene: Scene, commit: int, side: Side) -> bool:
    """A process of its own lets go and dies at its n-th commit from here; False if it was done before."""
    if (child := os.fork()) == 0:
        left = [commit]

        def sentence() -> Side | None:
            left[0] -= 1
            return side if left[0] == 0 else None

        with closing(Database(scene.database.url)) as own:
            own.vault = scene.database.vault
            die_at_commits(own.engine, sentence)
            while own.read_now(retention.is_due, scene.rules, scene.now):
                own.write_now(retention.take_step, scene.rules, scene.now)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def faults(db: Connection) -> list[str]:
    found = [*audit.verify(db).faults, *verify_journal(db, JournalCount()), *verify_seals(db)]
    return [str(fault) for fault in found]


def half_gone(db: Connection) -> list[str]:
    """Lines without words that still have a file or a version, tickets without a title that still have a note."""
    blank = [row.id for row in db.execute(select(messages.c.id, messages.c.text)) if not row.text]
    found = [
        f"{table.name} of a line that is gone"
        for table in (attachments, revisions)
        if db.scalar(select(func.count()).select_from(table).where(table.c.message_id.in_(blank)))
    ]
    for row in db.execute(select(tickets.c.id, tickets.c.subject)).all():
        words = db.scalar(select(func.count()).select_from(notes).where(notes.c.ticket_id == row.id))
        told = [line for line in history_of(db, row.id) if line.erased_at is None]
        found += [f"ticket {row.id}"] if not row.subject and (words or told) else []
    return found


@pytest.mark.proof
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_pass_that_dies_at_every_commit_leaves_nothing_half_gone(scene: Scene, side: Side) -> None:
    scene.write(begin, scene.now)
    marked(scene)
    scene.clock.advance(days=1200)
    deaths = 0
    # Each process gets one commit further than the last: the one before which it dies is tried again by the next.
    while dies_at(scene, 1 if side == "after" else 2, side):
        deaths += 1
        assert scene.read(faults) == []
        assert scene.read(half_gone) == []
    assert deaths > 4
    while scene.read(retention.is_due, scene.rules, scene.now):
        scene.write(retention.take_step, scene.rules, scene.now)
    assert scene.read(faults) == []
    assert [text for text in scene.read(lambda db: list(db.scalars(select(messages.c.text)))) if text] == []
    told = [line.after for line in scene.read(lines_of, "retention")]
    assert [each["lines"] for each in told] == [scene.read(lambda db: db.scalar(select(func.count(messages.c.id))))]
