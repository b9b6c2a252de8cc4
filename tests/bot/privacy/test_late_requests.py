"""A request that is due and not answered is told to the staff's chat, once a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.delivery.outbox import STAFF_CHAT, outbox
from bot.notifications.staff_chat import posted_text
from bot.privacy import late_requests
from escalation.customers.data_requests import add_request
from tests.bot.scene import Scene


def told(scene: Scene) -> list[str]:
    rows = scene.read(lambda db: db.execute(select(outbox).where(outbox.c.channel == STAFF_CHAT)).all())
    return [posted_text(scene.vault, row.text, row.ref) for row in rows]


def look(scene: Scene) -> None:
    if scene.read(late_requests.are_late, scene.rules, scene.now):
        scene.write(late_requests.tell_late, scene.rules, scene.now)


def test_what_is_late_is_told_once_a_day(scene: Scene) -> None:
    scene.rules = replace(scene.rules, staff_chat="-100")
    due = scene.policy.answers_request_by(scene.now)
    asked = scene.write(add_request, "erase", "C1001", "web", "customer", scene.now, due)
    look(scene)
    assert told(scene) == []
    scene.clock.now = due
    look(scene)
    look(scene)
    sentence = f"⏰ 1 项个人信息申请已过答复期限：删除（第 {asked.id} 号）。请管理员在工作台「个人信息申请」里办理。"
    assert told(scene) == [sentence]
    scene.clock.now += timedelta(days=1)
    look(scene)
    assert told(scene) == [sentence] * 2
