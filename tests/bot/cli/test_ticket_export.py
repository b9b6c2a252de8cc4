"""`jiedai tickets export`: tickets with their transcripts in a file, a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_service
from bot.config.settings import read_settings
from escalation.journal.journal_store import lines_of
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene


@pytest.fixture
def scene(terminal: Terminal, clock: Any) -> Iterator[Scene]:
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


def test_every_ticket_is_a_line_with_numbers_starred(terminal: Terminal, scene: Scene, tmp_path: Path) -> None:
    anna = scene.visitor("77")
    anna.say("打印机卡纸，电话 13900001234，转人工")
    file = tmp_path / "tickets.jsonl"
    told = terminal.here("tickets", "export", "--out", str(file))
    assert told == f"{file} holds 1 ticket.\n"
    [line] = file.read_text(encoding="utf-8").splitlines()
    ticket = json.loads(line)
    assert "13900001234" not in line
    assert any("打印机卡纸" in each["text"] for each in ticket["lines"])
    [entry] = scene.read(lines_of, "exports")
    assert (entry.what, entry.after["rows"]) == ("tickets exported", 1)


def test_a_day_that_is_none_is_refused(terminal: Terminal, scene: Scene, tmp_path: Path) -> None:
    words = 'jiedai: "soon" is no day; write it as 2026-11-23.'
    assert terminal.refused_here("tickets", "export", "--out", str(tmp_path / "x"), "--from", "soon") == words


def test_no_ticket_of_other_days_is_written(terminal: Terminal, scene: Scene, tmp_path: Path) -> None:
    scene.visitor("77").say("打印机卡纸，转人工")
    file = tmp_path / "tickets.jsonl"
    assert terminal.here("tickets", "export", "--out", str(file), "--to", "2020-01-01") == f"{file} holds 0 tickets.\n"
