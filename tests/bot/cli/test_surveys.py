"""`jiedai surveys`: what quarterly surveys came to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app import open_service
from bot.config.settings import read_settings
from escalation.surveys import survey_consents, survey_store
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene

AT = datetime(2026, 12, 20, 4, tzinfo=UTC)


@pytest.fixture
def scene(terminal: Terminal, clock: Any) -> Iterator[Scene]:
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


def answered(scene: Scene, quarter: str, channel: str, contact: str, *scores: tuple[str, int]) -> int:
    number: int = scene.write(survey_store.insert_once, quarter, channel, contact, 1, AT)
    for name, score in scores:
        scene.write(survey_store.insert_score, number, name, score, AT)
    return number


def test_nothing_was_sent_yet(terminal: Terminal, scene: Scene) -> None:
    assert terminal.here("surveys", "list") == "No quarterly survey was sent yet.\n"
    assert terminal.json("surveys", "list") == []
    assert terminal.refused_here("surveys", "show", "Q4") == 'jiedai: Write the quarter as 2026-Q4; found "Q4".'
    missing = "jiedai: No survey was sent in 2026-Q4; `jiedai surveys list` shows the quarters there are."
    assert terminal.refused_here("surveys", "show", "2026-Q4") == missing


def test_counts_rates_and_averages_by_channel_and_dimension(terminal: Terminal, scene: Scene) -> None:
    answered(scene, "2026-Q4", "web", "C1", ("", 2), ("", 4), ("response", 3))  # the last answer counts
    answered(scene, "2026-Q4", "web", "C2", ("", 5), ("response", 4))
    number = answered(scene, "2026-Q4", "web", "C3")
    answered(scene, "2026-Q3", "telegram", "C1")
    scene.write(survey_consents.set_wanted, "C3", "web", AT, wanted=False, survey_id=number)
    web, older = terminal.json("surveys", "list")
    assert web == {
        "quarter": "2026-Q4",
        "channel": "web",
        "sent": 3,
        "answered": 2,
        "response_rate": 0.6667,
        "withdrawn": 1,
        "average": 4.5,
        "index": 87.5,
        "dimensions": [{"dimension": "response", "label": "响应", "answers": 2, "average": 3.5, "index": 62.5}],
    }
    assert (older["quarter"], older["sent"], older["answered"], older["average"]) == ("2026-Q3", 1, 0, None)
    assert terminal.json("surveys", "show", "2026-Q4") == [web]
    assert "响应 (response)" in terminal.here("surveys", "show", "2026-Q4")
