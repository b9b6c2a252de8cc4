"""The ticket's page says now and then that somebody is active in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from escalation.tickets.handling_spells import handling_spells
from tests.bot.scene import UNKNOWN, Scene
from tests.bot.web.console.console_scene import Console


@pytest.fixture
def ticket(scene: Scene) -> int:
    visitor = scene.visitor()
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


def spells(scene: Scene) -> list[tuple[int, int, float]]:
    def read(db: Any) -> list[tuple[int, int, float]]:
        rows = db.execute(select(handling_spells).order_by(handling_spells.c.id))
        return [(row.ticket_id, row.staff_id, (row.ended_at - row.began_at).total_seconds()) for row in rows]

    return scene.read(read)


async def test_heartbeats_of_a_page_become_a_spell(console: Console, scene: Scene, ticket: int) -> None:
    li = await console.sits("li")
    for _ in range(3):
        answer = await li.do(ticket, "active")
        assert (answer.status_code, answer.content) == (204, b"")
        scene.clock.advance(seconds=20)
    assert spells(scene) == [(ticket, li.who.id, 40)]


async def test_nothing_is_noted_of_a_ticket_one_may_not_see(console: Console, scene: Scene, ticket: int) -> None:
    elsewhere = await console.sits("han", "agent", ("投诉处理",))
    assert (await elsewhere.do(ticket, "active")).status_code == 403
    assert (await elsewhere.do(ticket + 1, "active")).status_code == 404
    assert spells(scene) == []


async def test_nothing_is_noted_without_the_forms_token(console: Console, scene: Scene, ticket: int) -> None:
    li = await console.sits("li")
    answer = await li.browser.post(f"/console/tickets/{ticket}/active", data={"csrf": "other"})
    assert answer.status_code == 403
    assert spells(scene) == []


async def test_a_heartbeat_tells_no_page_to_draw_itself_anew(
    console: Console, scene: Scene, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = await console.sits("li")
    told: list[Any] = []
    monkeypatch.setattr(scene.database, "on_commit", told.extend)
    assert (await li.do(ticket, "active")).status_code == 204
    assert told == [f"p{ticket}"], "who shows who is there may want to know"
    await li.do(ticket, "claim")
    assert told != []


async def test_the_page_of_a_ticket_sends_them(console: Console, ticket: int) -> None:
    li = await console.sits("li")
    assert "/static/active.js" in (await li.look(f"/console/tickets/{ticket}")).text
    assert "/static/active.js" not in (await li.look("/console")).text
