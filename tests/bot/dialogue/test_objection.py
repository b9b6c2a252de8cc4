"""A known customer objects to how their service was decided: one tap, and a person decides."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from bot.agents.actions import Claim
from bot.dialogue.objection import take_objection
from bot.messages import Incoming
from escalation.customers.organisation_lookup import organisation_of
from escalation.customers.tier_history import TierStep, history_of
from escalation.journal.journal_store import lines_of
from escalation.policy.budgets import Budget, Budgets
from escalation.tickets import history
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import Scene, Visitor

SHOP = "C1020"
_keys = itertools.count(1)


def tap(visitor: Visitor, key: str = "") -> list[str]:
    key = key or f"objection:{next(_keys)}"
    message = Incoming(visitor.channel, visitor.address, key, "choice", choice="objection")
    visitor.scene.write(take_objection, visitor.scene.rules, message, visitor.scene.now)
    return visitor.read()


def steps(scene: Scene) -> list[TierStep]:
    house = scene.read(organisation_of, SHOP)
    return list(scene.read(history_of, house))


@pytest.fixture
def shop(scene_anywhere: Scene) -> Visitor:
    return scene_anywhere.visitor(customer=SHOP)


def test_one_tap_opens_a_ticket_with_its_own_reason_and_tells_the_promise(shop: Visitor) -> None:
    scene = shop.scene
    [told] = tap(shop)
    assert told == (
        "您对服务评定的异议已登记，专人最晚今天 12:00 前与您联系（首次联系）。专人核实后会答复您；"
        "有什么理由或情况，可以直接写在这里。"
    )
    assert not any(tier in told for tier in scene.policy.tiers)
    ticket = scene.ticket
    assert (ticket.reason, ticket.subject, ticket.topic) == ("tier_objection", "客户对服务评定有异议", None)
    [step] = steps(scene)
    assert (step.kind, step.reason, step.proposed_by, step.moved) == (
        "objected",
        f"#{ticket.id}",
        "customer C1020",
        False,
    )
    [line] = scene.read(lines_of, f"organisation:{step.organisation_id}")
    assert (line.what, line.by) == ("tier objected", "customer C1020")


def test_what_is_added_stays_with_the_objection_and_chooses_no_answer(shop: Visitor) -> None:
    tap(shop)
    shop.say("我们去年采购额是 60 万，不应该是现在这样")
    assert shop.scene.ticket.subject == "客户对服务评定有异议"
    assert shop.scene.count(tickets) == 1


def test_the_same_tap_twice_is_one_objection(shop: Visitor) -> None:
    tap(shop, "same")
    assert tap(shop, "same") == []
    assert tap(shop) == ["您的异议已经登记，不用重复提交。专人最晚今天 12:00 前与您联系（首次联系）。"]
    assert len(steps(shop.scene)) == 1


def test_with_a_matter_open_the_objection_becomes_part_of_it(shop: Visitor) -> None:
    scene = shop.scene
    shop.say("人工")
    scene.act(scene.staff(), Claim())
    [told] = tap(shop)
    assert told.startswith("您对服务评定的异议已登记，")
    assert (scene.count(tickets), scene.ticket.reason) == (1, "asked_for_person")
    assert "objection_raised" in [row.kind for row in scene.read(history.history_of, scene.ticket.id)]
    assert [step.kind for step in steps(scene)] == ["objected"]


def test_a_stranger_hears_how_to_be_recognised_and_no_ticket_is_opened(scene: Scene) -> None:
    anna = scene.visitor()
    assert tap(anna) == [
        "要登记对服务评定的异议，需要先核实您的身份：请登录我们的官网，再从官网进入在线客服；也可以转人工说明。"
    ]
    assert anna.buttons() == ["person"]
    assert scene.count(tickets) == 0


def test_an_objection_that_waits_for_its_turn_is_written_down_when_it_comes(shop: Visitor) -> None:
    scene = shop.scene
    once = Budgets({"customer": {kind: Budget(1, 60) for kind in ("handoffs", "alarms", "megabytes")}})
    scene.rules = replace(scene.rules, policy=replace(scene.policy, budgets=once))
    shop.say("转人工")
    scene.withdraw()
    assert "为您安排专人" in "".join(tap(shop))
    assert (scene.count(tickets), steps(scene)) == (1, [])
    scene.pass_time(minutes=2)
    assert (scene.ticket.reason, scene.ticket.subject) == ("tier_objection", "客户对服务评定有异议")
    assert [step.kind for step in steps(scene)] == ["objected"]
