"""A tier set by hand needs two people; open tickets follow it, and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.tickets import tier_moves
from escalation.customers import customer_store, manual_tiers, tier_proposals
from escalation.customers.customer_rows import contacts
from escalation.customers.model import ManualTier
from escalation.customers.tier_history import TierStep, history_of
from escalation.customers.tier_wishes import ManualTierRefused
from escalation.journal.journal_store import journal_lines
from escalation.staff import disable_staff
from escalation.tickets import rerouting
from tests.bot.scene import Scene

SHOP = "C1020"
STRATEGIC = ManualTier("特级", "战略合作", date(2027, 12, 31))


def organisation(scene: Scene, contact_id: str = SHOP) -> str:
    query = select(contacts.c.organisation_id).where(contacts.c.id == contact_id)
    return str(scene.read(lambda db: db.scalar(query)))


def wish(scene: Scene, by: str, wished: ManualTier = STRATEGIC) -> Any:
    return scene.write(tier_moves.wish_tier, scene.rules, organisation(scene), wished, by, scene.now)


def waiting(scene: Scene) -> list[tier_proposals.TierProposal]:
    return list(scene.read(tier_proposals.waiting_proposals))


def approve(scene: Scene, by: str) -> TierStep:
    step: TierStep = scene.write(tier_moves.approve, scene.rules, waiting(scene)[0].id, by, scene.now)
    return step


def tier_of(scene: Scene) -> str:
    found = scene.read(customer_store.find_customer, scene.vault, scene.policy, SHOP, scene.now)
    assert found is not None
    return found.tier


def kinds(scene: Scene) -> list[tuple[str, str, str]]:
    steps = scene.read(history_of, organisation(scene))
    return [(step.kind, step.tier_before, step.tier_after) for step in reversed(steps)]


def refusal(scene: Scene, fn: Any, *args: Any) -> str:
    with pytest.raises(ManualTierRefused) as refused:
        scene.write(fn, *args)
    return str(refused.value)


def test_a_tier_waits_for_a_second_person_and_then_open_tickets_follow(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.visitor(customer=SHOP).say("人工")
    assert wish(scene, "zhang") == "waiting"
    assert (tier_of(scene), scene.ticket.tier) == ("三级", "三级")
    step = approve(scene, "wang")
    assert (step.proposed_by, step.decided_by, step.reason) == ("zhang", "wang", "战略合作")
    assert tier_of(scene) == "特级"
    assert (scene.ticket.tier, scene.ticket.queue) == ("特级", "特级专席")
    assert kinds(scene) == [("proposed", "三级", "三级"), ("approved", "三级", "特级")]


@pytest.mark.parametrize(
    ("first", "second"),
    [("zhang", "zhang"), ("cli zhang", "cli zhang"), ("cli zhang", "zhang"), ("zhang", "cli zhang")],
)
def test_whoever_proposed_it_cannot_approve_it_by_any_way(scene: Scene, first: str, second: str) -> None:
    scene.know(SHOP)
    wish(scene, first)
    assert refusal(scene, tier_moves.approve, scene.rules, waiting(scene)[0].id, second, scene.now) == (
        f"{second} proposed this tier and cannot approve it; a second person must."
    )
    assert tier_of(scene) == "三级"


def test_nobody_disabled_and_no_program_approves(scene: Scene) -> None:
    scene.know(SHOP)
    wish(scene, "key crm")
    scene.staff("root", "admin")
    scene.staff("wang", "manager")
    scene.write(disable_staff, "wang", scene.now)
    number = waiting(scene)[0].id
    for by in ("wang", "cli wang"):
        assert refusal(scene, tier_moves.approve, scene.rules, number, by, scene.now) == (
            "wang is disabled and cannot decide on a tier; somebody who may sign in must."
        )
    assert refusal(scene, tier_moves.approve, scene.rules, number, "key erp", scene.now) == (
        "key erp is a program; a tier set by hand is decided by a person."
    )
    assert approve(scene, "li").tier_after == "特级"


def test_what_waits_or_is_in_force_or_was_rejected_in_the_same_words_changes_nothing(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.know(SHOP)
    wish(scene, "key crm")
    assert wish(scene, "key crm") == "unchanged"
    scene.write(manual_tiers.reject, waiting(scene)[0].id, "合同尚未签订", "wang", scene.now)
    assert wish(scene, "key crm") == "unchanged"
    assert waiting(scene) == []
    assert wish(scene, "zhang", replace(STRATEGIC, reason="合同已签")) == "waiting"
    approve(scene, "wang")
    assert wish(scene, "key crm", replace(STRATEGIC, reason="合同已签")) == "unchanged"
    assert [kind for kind, _, _ in kinds(scene)] == ["proposed", "rejected", "proposed", "approved"]


def test_a_new_wish_takes_the_place_of_the_one_that_waits(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.know(SHOP)
    wish(scene, "zhang")
    wish(scene, "li", replace(STRATEGIC, tier="一级"))
    assert [(each.tier, each.proposed_by) for each in waiting(scene)] == [("一级", "li")]
    assert [kind for kind, _, _ in kinds(scene)] == ["proposed", "replaced", "proposed"]
    assert approve(scene, "zhang").tier_after == "一级"


def test_a_wish_is_rejected_with_a_reason_and_decided_once(scene: Scene) -> None:
    scene.know(SHOP)
    wish(scene, "zhang")
    number = waiting(scene)[0].id
    assert refusal(scene, manual_tiers.reject, number, " ", "wang", scene.now) == "A reason in words is needed."
    scene.write(manual_tiers.reject, number, "", "zhang", scene.now)
    assert [kind for kind, _, _ in kinds(scene)] == ["proposed", "withdrawn"]
    again = f"Proposal {number} is decided already; `jiedai customers proposals` lists those that wait."
    assert refusal(scene, tier_moves.approve, scene.rules, number, "wang", scene.now) == again
    assert refusal(scene, tier_moves.approve, scene.rules, 99, "wang", scene.now) == (
        "There is no proposal 99; `jiedai customers proposals` lists those that wait."
    )


def test_an_early_end_takes_two_people_too(scene: Scene) -> None:
    scene.visitor(customer=SHOP).say("人工")
    end = (tier_moves.wish_end, scene.rules, organisation(scene), "合作终止", "wang", scene.now)
    assert refusal(scene, *end) == "No tier is set by hand for this organisation, so that there is nothing to end."
    wish(scene, "zhang")
    approve(scene, "wang")
    assert scene.write(*end) == "waiting"
    assert tier_of(scene) == "特级"
    approve(scene, "zhang")
    assert (tier_of(scene), scene.ticket.tier) == ("三级", "三级")
    assert kinds(scene)[-1] == ("ended", "特级", "三级")


def test_where_one_person_is_enough_the_history_says_that_one_decided(scene: Scene) -> None:
    alone = replace(scene.policy, tier_rules=replace(scene.policy.tier_rules, approval="one_person"))
    scene.rules = replace(scene.rules, policy=alone)
    scene.visitor(customer=SHOP).say("人工")
    assert wish(scene, "zhang") == "in_force"
    assert scene.ticket.tier == "特级"
    last = scene.read(history_of, organisation(scene))[0]
    assert (last.kind, last.proposed_by, last.decided_by) == ("set", "zhang", "zhang")


def test_a_wish_that_could_not_hold_is_refused_in_a_sentence(scene: Scene) -> None:
    scene.know(SHOP)
    of = organisation(scene)
    made = (manual_tiers.wish_tier, scene.policy, of)
    assert refusal(scene, *made, replace(STRATEGIC, tier="零级"), "zhang", scene.now) == (
        "The policy has no tier 零级; it has 特级、一级、二级、三级."
    )
    assert refusal(scene, *made, replace(STRATEGIC, reason="  "), "zhang", scene.now) == "A reason in words is needed."
    assert wish(scene, "zhang", replace(STRATEGIC, expires=date(2026, 11, 22))) == "unchanged"
    wish(scene, "zhang", replace(STRATEGIC, expires=date(2026, 11, 23)))
    scene.pass_time(days=1)
    assert refusal(scene, tier_moves.approve, scene.rules, waiting(scene)[0].id, "wang", scene.now) == (
        "A tier set by hand needs a last day that is still to come; 2026-11-23 is over."
    )


def test_a_tier_that_has_run_out_is_followed_once(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.visitor(customer=SHOP).say("人工")
    wish(scene, "zhang", replace(STRATEGIC, expires=date(2026, 11, 24)))
    approve(scene, "wang")
    scene.clock.now += timedelta(hours=37)  # 23:00 of its last day
    assert not scene.read(tier_moves.has_expired, scene.rules, scene.now)
    scene.clock.now += timedelta(hours=1)
    assert scene.read(tier_moves.has_expired, scene.rules, scene.now)
    assert scene.write(tier_moves.expire_some, scene.rules, scene.now) == 1
    assert scene.ticket.tier == "三级"
    assert kinds(scene)[-1] == ("expired", "特级", "三级")
    assert scene.write(tier_moves.expire_some, scene.rules, scene.now) == 0


def test_a_failure_while_tickets_follow_leaves_the_wish_waiting(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    scene.visitor(customer=SHOP).say("人工")
    wish(scene, "zhang")

    def breaks(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(rerouting, "reroute", breaks)
    with pytest.raises(RuntimeError):
        approve(scene, "wang")
    monkeypatch.undo()
    assert (tier_of(scene), scene.ticket.tier, len(waiting(scene))) == ("三级", "三级", 1)
    assert approve(scene, "wang").tier_after == "特级"


def test_the_journal_says_who_did_what_and_no_reason(scene: Scene) -> None:
    scene.know(SHOP)
    wish(scene, "zhang")
    approve(scene, "wang")
    query = select(journal_lines).where(journal_lines.c.subject == f"organisation:{organisation(scene)}")
    lines = scene.read(lambda db: db.execute(query.order_by(journal_lines.c.id)).all())
    assert [(line.what, line.by) for line in lines] == [("tier proposed", "zhang"), ("tier approved", "wang")]
    assert "战略合作" not in str(lines)
