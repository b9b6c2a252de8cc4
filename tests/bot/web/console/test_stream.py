"""An open page's live updates follow what its reader may see by now, and not what they could when they opened it."""

from __future__ import annotations

import json
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any, cast

from fastapi import Request

from bot.auth import staff_sessions
from bot.web.console.access import COOKIE, StaffRequest
from bot.web.console.stream import _events
from escalation.staff import set_work
from tests.bot.web.console.console_scene import Console


async def test_who_loses_their_queues_hears_no_more_of_their_tickets(console: Console) -> None:
    scene = console.scene
    tech = await console.sits("tech")
    service = console.app.state.service
    token = tech.browser.cookies[COOKIE]
    signed = scene.read(staff_sessions.find_session, token, scene.now)
    request = cast("Request", SimpleNamespace(cookies={COOKIE: token}, app=console.app))
    scene.visitor("anna").say("转人工")
    async with aclosing(_events(request, StaffRequest(service, signed), scene.ticket.id)) as events:
        assert _told(await anext(events))["newest"] == scene.ticket.id
        scene.write(set_work, "tech", queues=[])
        service.change_feed.notify()
        seen = _told(await anext(events))
        assert (seen["newest"], seen["mark"]) == (0, None)


def _told(event: str) -> Any:
    return json.loads(event.partition("data: ")[2])["version"]
