"""Customers with a tier of their own, whose sessions the host site proves, and the agent who looks after them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx

from bot.agents.actions import Claim, Reply
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.staff import Staff
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors

WEDNESDAY = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
Who = dict[str, str]


def know(scene: Scene) -> Staff:
    """Write the customers down: 甲 and 乙 of one house, 庚 of another, 辛 who has no tier; return the agent."""
    scene.clock.now = WEDNESDAY
    first = {"manual": ManualTier("特级", "战略合作", date(2027, 12, 31)), "agent": "lintao"}
    second = {"manual": ManualTier("一级", "重点单位", date(2027, 12, 31))}
    lintao = scene.staff("lintao")
    _save(scene, "C8001", "望岳重工", "甲", "13900080001", **first)
    _save(scene, "C8002", "望岳重工", "乙", "13900080002", **first)
    _save(scene, "C8301", "市立医院", "庚", "13900083001", **second)
    _save(scene, "C8401", "辛记", "辛", "13900084001")
    return lintao


def _save(scene: Scene, contact: str, house: str, name: str, phone: str, **more: Any) -> None:
    record = CustomerRecord(contact, house, name, 1, 1, 1, 1, phone=phone, **more)
    scene.write(customer_store.save_customer, scene.vault, scene.policy, record, scene.now)


async def proven(doors: Doors, contact: str) -> Who:
    """A session that this contact's own link opens."""
    return await doors.session(token=doors.token(contact))


async def page(doors: Doors, who: Who) -> dict[str, Any]:
    """What the page shows."""
    answer = await doors.http.get("/api/chat/messages", headers=who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def tap(doors: Doors, who: Who, **what: Any) -> httpx.Response:
    """A button or a number under a line."""
    key = f"tap-{len(doors.scene.tickets)}-{sorted(what.items())}"[:60]
    return await doors.http.post("/api/chat/messages", json={"key": key} | what, headers=who)


async def prove(doors: Doors, who: Who, contact: str, **claims: Any) -> httpx.Response:
    """Sign in on the host site in the middle of a talk."""
    body = {"token": doors.token(contact, **claims)}
    return await doors.http.post("/api/chat/identify", json=body, headers=who)


async def upload(doors: Doors, who: Who, name: str, content: bytes, mime: str = "application/pdf") -> httpx.Response:
    """Send a file."""
    files = {"file": (name, content, mime)}
    return await doors.http.post(f"/api/chat/files?key={len(content)}{mime[:5]}", files=files, headers=who)


def answer(doors: Doors, agent: Staff, text: str, ticket: int | None = None) -> None:
    """The agent takes the ticket, if nobody has, and writes."""
    number = ticket or doors.scene.ticket.id
    if next(each for each in doors.scene.tickets if each.id == number).holder_id != agent.id:
        doors.scene.act(agent, Claim(), number)
    doors.scene.act(agent, Reply(text, text), number)
