"""Contacts are told that their service has changed: once, by day, without a tier's name, and only where wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.notifications import tier_notices
from bot.tickets import tier_moves
from escalation.customers.customer_rows import contacts
from escalation.customers.model import ManualTier
from escalation.customers.tier_proposals import waiting_proposals
from tests.bot.scene import Scene

TOLD = "您好，为您提供的服务安排有所调整，今后将按新的安排为您服务。如有疑问，请直接在这里回复。"


def move(scene: Scene) -> None:
    of = scene.read(lambda db: db.scalar(select(contacts.c.organisation_id).where(contacts.c.id == "C1020")))
    wished = ManualTier("特级", "战略合作", date(2027, 12, 31))
    scene.write(tier_moves.wish_tier, scene.rules, of, wished, "zhang", scene.now)
    [proposal] = scene.read(waiting_proposals)
    scene.write(tier_moves.approve, scene.rules, proposal.id, "wang", scene.now)


def tell(scene: Scene) -> int:
    return int(scene.write(tier_notices.tell_some, scene.rules, scene.now))


@pytest.fixture
def telling(scene_anywhere: Scene) -> Scene:
    scene = scene_anywhere
    wanted = replace(scene.policy.tier_rules, change_notice=True)
    scene.rules = replace(scene.rules, policy=replace(scene.policy, tier_rules=wanted))
    return scene


def test_a_contact_is_told_once_and_never_a_tier(telling: Scene) -> None:
    anna = telling.visitor(customer="C1020")
    anna.say("人工")
    move(telling)
    assert tell(telling) == 1
    assert anna.read() == [TOLD]
    assert tell(telling) == 0


def test_nobody_is_told_at_night(telling: Scene) -> None:
    anna = telling.visitor(customer="C1020")
    anna.say("人工")
    telling.clock.now += timedelta(hours=13)  # 23:00
    move(telling)
    assert tell(telling) == 0
    telling.clock.now += timedelta(hours=9)
    assert tell(telling) == 1
    assert TOLD in anna.read()


def test_nobody_is_told_where_the_policy_does_not_say_so(scene: Scene) -> None:
    anna = scene.visitor(customer="C1020")
    anna.say("人工")
    move(scene)
    assert tell(scene) == 0
    assert TOLD not in anna.read()
