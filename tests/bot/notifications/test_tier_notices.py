"""Contacts are told that their service has changed: once, by day, without a tier's name, and only where wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.notifications import tier_notices
from bot.tickets import crm_steps, tier_moves
from bot.tickets.tier_changes import apply_patch
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.customer_rows import contacts
from escalation.customers.model import ManualTier
from escalation.customers.patch_chunks import PatchChunks
from escalation.customers.patch_tally import Tally
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


def take_in(scene: Scene, *patches: CustomerPatch) -> None:
    chunks, facts = PatchChunks([[each] for each in patches]), ("crm.csv", "0" * 64, "cli test", Tally(), scene.now)
    number = crm_steps.stage(scene.database, scene.rules, chunks, *facts, overwrite=False)
    scene.write(crm_steps.bring_into_force, number)
    while scene.write(crm_steps.take_step, scene.rules, scene.now):
        pass


def test_a_move_by_a_file_is_told_once_and_by_day(telling: Scene) -> None:
    anna, other = telling.visitor(customer="C1020"), telling.visitor("other", customer="C1015")
    for each in (anna, other):
        each.say("人工")
    telling.clock.now += timedelta(hours=13)  # 23:00
    take_in(telling, CustomerPatch("C1020", annual_amount=6_000_000), CustomerPatch("C1015", contact="周先生"))
    assert tell(telling) == 0
    telling.clock.now += timedelta(hours=9)
    assert tell(telling) == 1
    take_in(telling, CustomerPatch("C1020", annual_amount=6_000_000))
    assert tell(telling) == 0
    assert anna.read().count(TOLD) == 1
    assert TOLD not in other.read()


def test_a_move_of_before_is_not_told_when_something_else_changes(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor(customer="C1020")
    anna.say("人工")
    move(scene)  # while nobody was to be told
    wanted = replace(scene.policy.tier_rules, change_notice=True)
    scene.rules = replace(scene.rules, policy=replace(scene.policy, tier_rules=wanted))
    scene.clock.now += timedelta(minutes=1)
    scene.write(apply_patch, scene.rules, CustomerPatch("C1020", contact="安娜"), scene.now, "cli test")
    assert tell(scene) == 0
    assert TOLD not in anna.read()
