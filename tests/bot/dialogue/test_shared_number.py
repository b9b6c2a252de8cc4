"""A number that the channel has verified and several contacts have: no guess, but nobody is told something untrue."""

from __future__ import annotations

import pytest

from bot.messages import Incoming
from bot.telegram.customers import acknowledge_contact
from escalation.customers.customer_store import save_customer
from escalation.customers.model import CustomerRecord
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
    assert share(anna) == ["手机号已收到，谢谢，已确认您所在单位的客户身份。"]
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
    assert share(anna) == ["手机号已收到，谢谢。为您服务的同事会先与您核对客户身份，不影响您继续咨询。"]
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
