"""/healthz, /readyz, /metrics."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.auth import api_keys
from bot.config.settings import Settings
from bot.web import health
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors


async def test_alive_is_alive(doors: Doors) -> None:
    answer = await doors.http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_when_everything_holds(doors: Doors) -> None:
    doors.checks = lambda: {"database": True, "migrations": True, "sweep": True}
    answer = await doors.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "migrations": True, "sweep": True}


async def test_not_ready_when_the_sweep_sleeps_or_the_database_is_away(doors: Doors) -> None:
    doors.checks = lambda: {"database": True, "migrations": True, "sweep": False}
    answer = await doors.http.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["sweep"]) == (503, False, False)

    def away() -> dict[str, bool]:
        raise OperationalError("SELECT", None, Exception("gone"))

    doors.checks = away
    answer = await doors.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": False})


async def test_the_figures_count_tickets_deadlines_and_letters(doors: Doors) -> None:
    scene = doors.scene
    scene.visitor("4711", "telegram").say("人工")
    scene.pass_time(hours=2)
    scene.clock.advance(hours=1)
    text = (await doors.http.get("/metrics")).text
    assert 'jiedai_tickets{queue="通用客服",state="waiting"} 1.0' in text
    assert "jiedai_deadlines_running 2.0" in text
    assert "jiedai_deadlines_breached 1.0" in text
    assert "jiedai_deadlines_unswept 1.0" in text
    assert 'jiedai_outbox{channel="telegram",state="pending"} 2.0' in text
    assert "jiedai_connections 0.0" in text  # asked without a network here
    assert "jiedai_chat_streams_fitting" in text


async def test_an_empty_house_has_figures_too(doors: Doors) -> None:
    answer = await doors.http.get("/metrics")
    assert answer.status_code == 200
    assert "jiedai_deadlines_running 0.0" in answer.text


async def test_with_a_public_address_the_figures_need_a_key_even_from_this_machine(scene: Scene) -> None:
    doors = Doors(scene, settings=Settings(public_url="http://help.example"))
    answer = await doors.http.get("/metrics")
    assert (answer.status_code, answer.json()) == (401, {"error": "接口密钥无效或已停用。"})
    key = scene.write(api_keys.create_key, "prometheus", ["metrics"], "cli", scene.now)
    answer = await doors.http.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    await doors.http.aclose()


async def test_the_figures_of_the_process_are_there_while_the_database_is_away(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = OperationalError("SELECT", None, Exception("gone"), connection_invalidated=True)
    doors.scene.database.outages.worked("read")
    doors.scene.database.outages.failed(away, "written")

    def fails(*_: Any) -> None:
        raise away

    monkeypatch.setattr(doors.scene.database, "read_now", fails)
    text = (await doors.http.get("/metrics")).text
    assert "jiedai_outages_total 1.0" in text
    assert "jiedai_writes_failed_total 1.0" in text
    assert "jiedai_free_bytes " in text
    assert "jiedai_deadlines_running" not in text


async def test_a_probe_that_hangs_is_answered(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def hangs() -> dict[str, bool]:
        go_on.wait()
        return {}

    monkeypatch.setattr(health, "PATIENCE", 0.05)
    doors.checks = hangs
    answer = await doors.http.get("/readyz")
    go_on.set()
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": False})
