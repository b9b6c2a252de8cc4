"""A number that the channel has verified and several contacts have: no guess, but nobody is told something untrue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.messages import Incoming
from bot.telegram.customers import acknowledge_contact
from bot.tickets import assignment, crm_steps, retier, tier_moves
from bot.tickets.customer_changes import merge_organisations
from bot.tickets.tier_changes import apply_patch, save_and_reroute
from escalation.customers import service_teams, tier_proposals
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.customer_store import find_customer, save_customer
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.customers.patch_chunks import PatchChunks
from escalation.policy.model import Policy
from tests.bot.monday import works
from tests.bot.scene import Scene, Visitor

PHONE = "+8613800000001"
ZHOU = CustomerRecord("C1", "江海银行", "周文博", 2_800_000, 26, 4, 4, "13800000001")
RECEPTION = CustomerRecord("C2", "江海银行", "前台", 2_800_000, 26, 4, 4, "13800000001")
FACTORY = CustomerRecord("C3", "东方机械", "前台", 9_800_000, 60, 5, 5, "13800000001")


@pytest.fixture
def anna(scene_anywhere: Scene) -> Visitor:
    return scene_anywhere.visitor("4711", "telegram")


def know(anna: Visitor, *records: CustomerRecord) -> None:
    for record in records:
        anna.scene.write(save_customer, anna.scene.vault, anna.scene.policy, record, anna.scene.now)


def share(anna: Visitor) -> list[str]:
    """What they read when they share their number."""
    anna.send("contact", phone=PHONE, key="shared")
    message = Incoming("telegram", "4711", "4711:shared", "contact", phone=PHONE)
    anna.scene.write(acknowledge_contact, anna.scene.rules, message, anna.scene.now)
    return anna.read()


def test_two_contacts_of_one_organisation_have_its_tier_and_the_contact_stays_open(anna: Visitor) -> None:
    know(anna, ZHOU, RECEPTION)
    assert share(anna) == ["手机号已收到，谢谢。已核对到您所在的单位，您可以继续咨询。"]
    assert anna.conversation is not None
    assert (anna.conversation.contact_id, anna.conversation.proof) == (None, "shared_number")
    anna.say("转人工")
    ticket = anna.scene.ticket
    assert (ticket.tier, ticket.contact_id) == ("一级", None)
    assert ticket.tier_reason.endswith("手机号由该单位多位联系人共用，联系人待核对")


def test_a_ticket_that_waits_follows_the_organisation_of_the_number(anna: Visitor) -> None:
    know(anna, ZHOU, RECEPTION)
    anna.say("转人工")
    assert anna.scene.ticket.tier == "三级"
    share(anna)
    assert (anna.scene.ticket.tier, anna.scene.ticket.contact_id) == ("一级", None)


def test_of_several_organisations_none_is_guessed_and_the_customer_reads_that_somebody_will_check(
    anna: Visitor,
) -> None:
    know(anna, ZHOU, FACTORY)
    assert share(anna) == ["手机号已收到，谢谢。同事为您服务时会先与您核对身份，您可以继续咨询。"]
    assert anna.conversation is not None
    assert (anna.conversation.contact_id, anna.conversation.organisation_id) == (None, None)
    anna.say("转人工")
    assert anna.scene.ticket.tier == "三级"
    assert anna.lines()[0].meta["candidates"] == ["C1", "C3"]


def test_a_number_of_nobody_is_said_to_be_of_nobody(anna: Visitor) -> None:
    know(anna, FACTORY.__class__("C3", "东方机械", "前台", 9_800_000, 60, 5, 5))
    assert share(anna) == ["手机号已收到，谢谢。客户资料里暂时没有这个号码，不影响您继续咨询。"]


def test_one_contact_is_recognised_as_ever(anna: Visitor) -> None:
    know(anna, ZHOU)
    assert share(anna) == ["已核实您的客户身份，谢谢。"]
    assert anna.conversation is not None
    assert anna.conversation.contact_id == "C1"


def test_whoever_is_known_already_stays_who_they_are(anna: Visitor) -> None:
    know(anna, ZHOU, RECEPTION)
    anna.identify("C1")
    share(anna)
    assert anna.conversation is not None
    assert (anna.conversation.contact_id, anna.conversation.organisation_id) == ("C1", None)


def changed_tier(anna: Visitor, change: str) -> None:
    """The organisation's tier becomes 特级 in one of the ways there are."""
    scene = anna.scene
    found = scene.read(find_customer, scene.vault, scene.policy, "C1", scene.now)
    assert found is not None
    house, until = found.organisation.id, date(2027, 12, 31)
    patch = CustomerPatch("C1", annual_amount=9_800_000, influence=5, complexity=5)
    match change:
        case "approval":
            wished = ManualTier("特级", "战略合作", until)
            scene.write(tier_moves.wish_tier, scene.rules, house, wished, "zhang", scene.now)
            (waiting,) = scene.read(tier_proposals.waiting_proposals)
            scene.write(tier_moves.approve, scene.rules, waiting.id, "wang", scene.now)
        case "patch":
            scene.write(apply_patch, scene.rules, patch, scene.now, "cli")
        case "record":
            record = replace(ZHOU, annual_amount=9_800_000, influence=5, complexity=5)
            scene.write(save_and_reroute, scene.rules, record, scene.now)
        case "file":
            write, staged = scene.database.write_now, PatchChunks([[patch]])
            tally = crm_steps.try_out(scene.database.read_now, scene.rules, staged, scene.now)
            number = crm_steps.stage(
                scene.database, scene.rules, staged, "crm.csv", "0" * 64, "cli", tally, scene.now, overwrite=False
            )
            write(crm_steps.bring_into_force, number)
            while write(crm_steps.take_step, scene.rules, scene.now):
                pass
        case "retier":
            (move,) = scene.read(retier.look, _lowered(scene.policy), "", scene.now).moves
            assert move.open_tickets == 1
            lowered = replace(scene.rules, policy=_lowered(scene.policy))
            scene.write(retier.retier_some, lowered, "", scene.now)
        case "merge":
            know(anna, replace(FACTORY, phone=None))
            scene.write(merge_organisations, scene.rules, "C1", "C3", "li", scene.now)


def _lowered(policy: Policy) -> Policy:
    """A policy by which an amount makes 特级 that made less."""
    top = policy.tiers["特级"]
    return replace(
        policy, tiers={**policy.tiers, "特级": replace(top, criteria=replace(top.criteria, annual_amount=2_000_000))}
    )


@pytest.mark.parametrize("change", ["approval", "patch", "record", "file", "retier", "merge"])
def test_a_ticket_whose_contact_is_open_follows_its_organisations_tier(anna: Visitor, change: str) -> None:
    know(anna, ZHOU, RECEPTION)
    share(anna)
    anna.say("转人工")
    assert anna.scene.ticket.tier == "一级"
    changed_tier(anna, change)
    ticket = anna.scene.ticket
    assert (ticket.tier, ticket.contact_id) == ("特级", None)
    assert ticket.tier_reason.endswith("；手机号由该单位多位联系人共用，联系人待核对")


def test_the_organisations_own_people_are_asked_first_while_the_contact_is_open(anna: Visitor) -> None:
    scene = anna.scene
    know(anna, ZHOU, RECEPTION)
    works(scene, "li", "08:00-20:00")
    wang = works(scene, "wang", "08:00-20:00")
    found = scene.read(find_customer, scene.vault, scene.policy, "C1", scene.now)
    assert found is not None
    scene.write(service_teams.set_post, found.organisation.id, "wang", "客户经理")
    for address in ("4711", "4712"):
        visitor = scene.visitor(address, "telegram")
        visitor.send("contact", phone=PHONE)
        visitor.say("转人工")
        assert scene.ticket.assignee_id == wang.id


def test_a_ticket_that_nobody_could_take_goes_to_the_organisations_own_people_first(anna: Visitor) -> None:
    scene = anna.scene
    know(anna, ZHOU, RECEPTION)
    works(scene, "li", "12:00-20:00")
    wang = works(scene, "wang", "12:00-20:00")
    found = scene.read(find_customer, scene.vault, scene.policy, "C1", scene.now)
    assert found is not None
    scene.write(service_teams.set_agent, found.organisation.id, "wang")
    share(anna)
    anna.say("转人工")
    assert scene.ticket.assignee_id is None
    scene.clock.advance(hours=2)
    assert scene.read(assignment.is_due, scene.rules, scene.now)
    scene.write(assignment.assign_some, scene.rules, scene.now)
    assert scene.ticket.assignee_id == wang.id
