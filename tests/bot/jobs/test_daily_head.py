"""The daily head: once a day, over all that was written by then; kept in a file and told to the staff chat."""

from __future__ import annotations

import asyncio
import logging
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.jobs import daily_head
from bot.jobs.daily_head import HeadFile, is_due, verify_heads, write_head
from escalation.journal.journal_store import lines_of, record
from tests.bot.scene import Scene
from tests.escalation.tickets.history_scene import open_ticket, unguarded


def test_it_is_written_once_a_day_and_told_to_the_staff_chat(scene: Scene) -> None:
    rules = replace(scene.rules, staff_chat="-100")
    assert scene.read(is_due, rules, scene.now)
    assert scene.write(write_head, rules, scene.now)
    assert not scene.read(is_due, rules, scene.now)
    assert not scene.write(write_head, rules, scene.now)
    assert scene.read(is_due, rules, scene.now + timedelta(days=1))
    (line,) = scene.read(lines_of, "heads")
    (posted,) = scene.posted("staff")
    assert posted.text == (f"今日审计日志摘要第 1 号：{line.hash}。请保留本条消息，日后可据此核对记录是否被改动。")


def test_the_file_holds_every_head_for_its_owner_only(scene: Scene, tmp_path: Path) -> None:
    file = HeadFile(scene.database, tmp_path / "heads.txt")
    for day in range(3):
        scene.write(write_head, scene.rules, scene.now + timedelta(days=day))
        assert file.append() == 1
    assert file.append() == 0
    lines = scene.read(lines_of, "heads")
    assert file.path.read_text(encoding="utf-8").splitlines() == [
        f"{line.seq} {line.hash} {line.at.isoformat()}" for line in lines
    ]
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert scene.read(lambda db: list(verify_heads(db, file.path))) == []


def test_what_is_written_anew_later_differs_from_the_head_and_the_file(scene: Scene, tmp_path: Path) -> None:
    file = HeadFile(scene.database, tmp_path / "heads.txt")
    scene.write(open_ticket, 3)
    scene.write(record, "policy", "changed", "wu", scene.now)
    scene.write(write_head, scene.rules, scene.now + timedelta(hours=1))
    file.append()
    scene.write(unguarded)
    scene.write(lambda db: db.execute(text("UPDATE ticket_events SET hash = 'x' WHERE id = 2")))
    kept = file.path.read_text(encoding="utf-8")
    file.path.write_text(kept + f"2 {'0' * 64} 2026-11-24\n", encoding="utf-8")
    assert [str(fault) for fault in scene.read(lambda db: list(verify_heads(db, file.path)))] == [
        "Journal of heads, line 1: what the history held by then is not what it holds now.",
        "Journal of heads, line 2: heads.txt keeps another head; the journal was written anew or cut.",
    ]


async def test_a_file_that_cannot_be_written_is_told_once_and_tried_again(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(daily_head, "LOOK", 0.0)
    file, tries, often = HeadFile(scene.database, tmp_path / "heads.txt"), [], asyncio.Event()

    def append() -> int:
        tries.append(1)
        if len(tries) == 3:
            loop.call_soon_threadsafe(often.set)
        raise OSError(28, "No space left on device")

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(file, "append", append)
    running = asyncio.create_task(file.run())
    await asyncio.wait_for(often.wait(), 30)
    running.cancel()
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == ["the file heads.txt cannot be written: OSError"]
