"""A CRM record changes what it mentions and nothing else; what it contradicts stays and is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.tickets import tier_moves
from bot.tickets.tier_changes import apply_patch
from escalation.customers import customer_store, manual_tiers
from escalation.customers.crm_tables import CrmFaults
from escalation.customers.customer_patch import CustomerPatch, Kept
from escalation.customers.customer_rows import contacts
from escalation.customers.model import Customer, ManualTier
from escalation.customers.patch_outcome import AppliedPatch, Collision
from escalation.customers.tier_history import history_of
from escalation.customers.tier_proposals import waiting_proposals
from tests.bot.races import both_at_once
from tests.bot.scene import Scene

BY_HAND = ManualTier("特级", "战略合作", date(2027, 12, 31))
FIRST = CustomerPatch("C8001", "望岳重工", "甲", "13800008001", "jia@example.com", 360_000, 11, 3, 2, BY_HAND, "lintao")
SECOND = CustomerPatch("C8002", "望岳重工", "乙", "13800008002", "yi@example.com")


def put(scene: Scene, patch: CustomerPatch, **how: Any) -> AppliedPatch:
    applied: AppliedPatch = scene.write(apply_patch, scene.rules, patch, scene.now, "cli test", **how)
    return applied


def known(scene: Scene, contact_id: str) -> Customer:
    found: Customer = scene.read(customer_store.find_customer, scene.vault, scene.policy, contact_id, scene.now)
    return found


def agree(scene: Scene, by: str = "zhou") -> None:
    for proposal in scene.read(waiting_proposals):
        scene.write(tier_moves.approve, scene.rules, proposal.id, by, scene.now)


@pytest.fixture
def firm(scene_anywhere: Scene) -> Scene:
    put(scene_anywhere, FIRST)
    agree(scene_anywhere)
    put(scene_anywhere, SECOND)
    return scene_anywhere


def test_what_a_record_leaves_out_stays(firm: Scene) -> None:
    before = known(firm, "C8002")
    applied = put(firm, CustomerPatch("C8002", "望岳重工", "乙", annual_amount=360_000, orders_per_year=11))
    assert (applied.changed, applied.cleared, applied.kept, applied.tier_changes) == ((), (), (), ())
    assert known(firm, "C8002") == before
    assert (before.tier, before.organisation.agent, before.contact.phone) == ("特级", "lintao", "13800008002")
    assert put(firm, CustomerPatch("C8002")).changed == ()


def test_what_is_blank_is_cleared_but_no_tier_name_or_amount(firm: Scene) -> None:
    blank = CustomerPatch(
        "C8002", contact=None, phone=None, email=None, annual_amount=None, influence=None, manual=None, agent=None
    )
    applied = put(firm, blank)
    assert applied.cleared == ("phone", "email", "influence", "agent")
    assert applied.kept == (Kept("tier", "特级", ""),)
    found = known(firm, "C8002")
    assert (found.contact.name, found.contact.phone, found.organisation.annual_amount) == ("乙", None, 360_000)
    assert (found.organisation.influence, found.organisation.agent, found.tier) == (None, None, "特级")


def test_a_new_colleague_does_not_change_the_organisation(firm: Scene) -> None:
    new = CustomerPatch("C8003", "望岳重工", "丙", annual_amount=0, orders_per_year=0, influence=1, agent="wang")
    applied = put(firm, new)
    assert applied.created
    assert applied.kept == (
        Kept("annual_amount", "360000", "0"),
        Kept("orders_per_year", "11", "0"),
        Kept("influence", "3", "1"),
        Kept("agent", "lintao", "wang"),
    )
    assert known(firm, "C8003").organisation == known(firm, "C8001").organisation
    assert put(firm, new, overwrite=True).changed == ("annual_amount", "orders_per_year", "influence", "agent")


def test_zeros_in_a_contacts_row_are_no_figures_of_their_organisation(firm: Scene) -> None:
    applied = put(firm, CustomerPatch("C8002", annual_amount=0, orders_per_year=0, influence=1, complexity=1))
    assert [kept.field for kept in applied.kept] == ["annual_amount", "orders_per_year", "influence", "complexity"]
    assert known(firm, "C8001").organisation.annual_amount == 360_000


def test_a_figure_that_a_known_contacts_record_changes_is_the_organisations(firm: Scene) -> None:
    applied = put(firm, CustomerPatch("C8002", annual_amount=6_000_000))
    assert (applied.changed, applied.kept) == (("annual_amount",), ())
    assert known(firm, "C8001").organisation.annual_amount == 6_000_000


def test_a_contact_without_organisation_is_one_by_themselves(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    for contact_id in ("P1", "P2"):
        put(scene, CustomerPatch(contact_id, contact="王伟", annual_amount=2_000))
    one, other = known(scene, "P1"), known(scene, "P2")
    assert one.organisation.id != other.organisation.id
    assert (one.organisation.name, one.organisation.is_one_person) == ("王伟", True)
    assert one.tier_reason == (
        "未提供单位，按个人客户计，年采购额 2,000 元（未达到二级标准 10 万元），未提供采购次数，"
        "未提供影响力、复杂度，不作调整"
    )
    assert put(scene, CustomerPatch("P1", contact="王小伟")).changed == ("contact",)
    assert known(scene, "P1").organisation.name == "王小伟"
    assert put(scene, CustomerPatch("P1", "小满图文店", annual_amount=46_000)).changed == ("organisation",)
    assert known(scene, "P1").organisation.name == "小满图文店"


def test_a_new_customer_lacks_what_the_tier_needs(scene: Scene) -> None:
    with pytest.raises(CrmFaults) as refused:
        put(scene, CustomerPatch("C1", "江海银行", phone="13800000001"))
    assert [str(fault) for fault in refused.value.faults] == [
        "contact must be given: the customer is new.",
        'annual_amount must be given for "江海银行", which is new, such as 6200000.',
    ]


def test_who_has_the_same_number_or_address_is_named(firm: Scene) -> None:
    applied = put(firm, CustomerPatch("C8002", phone="+86 138-0000-8001", email="JIA@example.com"))
    assert applied.collisions == (Collision("phone", "C8001"), Collision("email", "C8001"))


def test_a_tier_in_a_record_is_wished_for(firm: Scene) -> None:
    again = put(firm, CustomerPatch("C8002", manual=BY_HAND))
    assert (again.changed, again.waiting) == ((), False)
    with_other = put(firm, CustomerPatch("C8001", manual=ManualTier("一级", "降级", date(2027, 6, 30))))
    assert with_other.waiting or with_other.changed == ("tier",)


def test_a_new_colleagues_tier_leaves_the_one_set_by_hand(firm: Scene) -> None:
    new = CustomerPatch("C8003", "望岳重工", "丙", manual=ManualTier("三级", "误填", date(2027, 6, 30)))
    assert put(firm, new).kept == (Kept("tier", "特级", "三级"),)
    assert known(firm, "C8003").tier == "特级"


def test_a_record_that_comes_again_puts_no_tier_in_force(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    assert put(scene, FIRST).waiting
    again = put(scene, FIRST)
    assert (again.waiting, again.changed, again.tier_changes) == (False, (), ())
    assert known(scene, "C8001").tier == "二级"
    [proposal] = scene.read(waiting_proposals)
    scene.write(manual_tiers.reject, proposal.id, "合同尚未签订", "wang", scene.now)
    put(scene, FIRST)
    assert known(scene, "C8001").tier == "二级"


def test_a_figure_that_moves_the_tier_stands_in_the_history(firm: Scene) -> None:
    of = known(firm, "C8001").organisation.id
    firm.write(tier_moves.wish_end, firm.rules, of, "合作终止", "wang", firm.now)
    agree(firm)
    put(firm, CustomerPatch("C8002", annual_amount=6_000_000))
    steps = [(step.kind, step.tier_before, step.tier_after, step.proposed_by) for step in firm.read(history_of, of)]
    assert steps[0] == ("figures", "二级", "特级", "cli test")


def test_two_programs_that_change_different_fields_at_once_both_have_their_way(postgres_scene: Scene) -> None:
    scene = postgres_scene
    first, second = CustomerPatch("C8001", phone="13900000001"), CustomerPatch("C8001", email="new@example.com")
    for patches in ((FIRST, FIRST), (first, second)):
        both_at_once(
            scene,
            lambda db, patch=patches[0]: apply_patch(db, scene.rules, patch, scene.now, "cli test"),
            lambda db, patch=patches[1]: apply_patch(db, scene.rules, patch, scene.now, "cli test"),
        )
    found = known(scene, "C8001").contact
    assert (found.phone, found.email) == ("13900000001", "new@example.com")


def test_two_programs_that_bring_the_same_new_contact_at_once_both_have_their_way(postgres_scene: Scene) -> None:
    scene = postgres_scene
    put(scene, FIRST)
    both_at_once(
        scene,
        lambda db: apply_patch(
            db, scene.rules, CustomerPatch("C8003", "望岳重工", "丙", "13900000003"), scene.now, "a"
        ),
        lambda db: apply_patch(
            db, scene.rules, CustomerPatch("C8003", "望岳重工", email="c@example.com"), scene.now, "b"
        ),
    )
    found = known(scene, "C8003").contact
    assert (found.name, found.phone, found.email) == ("丙", "13900000003", "c@example.com")


def test_a_remark_is_sealed_stays_where_it_is_not_mentioned_and_goes_where_it_is_blank(firm: Scene) -> None:
    put(firm, CustomerPatch("C8002", note="下午两点后再打\n找前台转"))
    put(firm, CustomerPatch("C8002", phone="13800008009"))
    assert known(firm, "C8002").contact.note == "下午两点后再打\n找前台转"
    stored = firm.read(lambda db: db.scalar(select(contacts.c.note).where(contacts.c.id == "C8002")))
    assert "下午" not in stored
    assert put(firm, CustomerPatch("C8002", note=None)).cleared == ("note",)
    assert known(firm, "C8002").contact.note is None
