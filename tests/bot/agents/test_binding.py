"""Agents make sure of who a customer is; the ticket follows, and its history says who did it and how."""

from __future__ import annotations

import pytest

from bot.agents.binding import BindRefused, bind_contact, unbind_contact
from bot.dialogue.identity import identify
from bot.dialogue.intake import receive
from bot.messages import Incoming
from bot.tickets.customer_changes import remove_contact
from escalation.customers.customer_store import save_customer
from escalation.customers.model import CustomerRecord
from escalation.staff import Staff
from escalation.tickets.history import history_of
from escalation.tickets.lifecycle import Refused
from tests.bot.races import both_at_once
from tests.bot.scene import Scene, Visitor

ZHOU = CustomerRecord("C1", "江海银行", "周文博", 2_800_000, 26, 4, 4, "13800000001")
OTHER = CustomerRecord("C2", "小满图文店", "潘大勇", 46_000, 8, 1, 2)


@pytest.fixture
def waiting(scene_anywhere: Scene) -> Scene:
    """A stranger who waits for a person, and two contacts in the CRM."""
    for record in (ZHOU, OTHER):
        scene_anywhere.write(save_customer, scene_anywhere.vault, scene_anywhere.policy, record, scene_anywhere.now)
    scene_anywhere.visitor().say("转人工")
    return scene_anywhere


def bind(scene: Scene, who: Staff, contact_id: str = "C1", way: str = "callback") -> None:
    scene.write(bind_contact, scene.rules, who, scene.ticket.id, contact_id, way, scene.now)


def refused(scene: Scene, who: Staff, contact_id: str = "C1", way: str = "callback") -> str:
    with pytest.raises(BindRefused) as told:
        bind(scene, who, contact_id, way)
    return str(told.value)


def test_after_a_call_back_the_ticket_is_the_contacts_and_its_clocks_follow(waiting: Scene) -> None:
    li = waiting.staff("li")
    bind(waiting, li)
    assert (waiting.ticket.contact_id, waiting.ticket.tier) == ("C1", "一级")
    talk = Visitor(waiting).conversation
    assert talk is not None
    assert (talk.contact_id, talk.proof) == ("C1", "callback")
    lines = waiting.read(history_of, waiting.ticket.id)
    (line,) = [line for line in lines if line.kind == "bound"]
    assert (line.staff_id, line.data["contact_id"], line.data["way"]) == (li.id, "C1", "callback")
    assert lines[-1].kind == "rerouted"


def test_a_lead_unbinds_and_the_customer_is_a_stranger_again(waiting: Scene) -> None:
    bind(waiting, waiting.staff("li"))
    lead = waiting.staff("zhao", "lead")
    waiting.write(unbind_contact, waiting.rules, lead, waiting.ticket.id, waiting.now)
    assert (waiting.ticket.contact_id, waiting.ticket.tier) == (None, "三级")
    assert "unbound" in [line.kind for line in waiting.read(history_of, waiting.ticket.id)]


def test_where_talks_had_become_one_the_address_leaves_and_sees_nothing_of_it(waiting: Scene) -> None:
    contact = waiting.visitor("zhou", customer=None)
    contact.identify("C1")
    contact.say("怎么开发票")
    bind(waiting, waiting.staff("li"))
    number = waiting.ticket.id
    assert "怎么开发票" in [line.text for line in Visitor(waiting).lines()]
    waiting.write(unbind_contact, waiting.rules, waiting.staff("zhao", "lead"), number, waiting.now)
    anna, zhou = Visitor(waiting), contact
    assert anna.conversation is not None
    assert zhou.conversation is not None
    assert (anna.conversation.contact_id, zhou.conversation.contact_id) == (None, "C1")
    assert anna.lines() == []
    assert "怎么开发票" in [line.text for line in zhou.lines()]


def test_what_cannot_be_bound_is_refused_in_a_sentence(waiting: Scene) -> None:
    li = waiting.staff("li")
    assert refused(waiting, li, way="guess") == "请选择您是怎样核实身份的。"
    assert refused(waiting, li, "C9") == "没有这位联系人，请重新查找。"
    waiting.write(remove_contact, waiting.rules, "C2", "li", waiting.now)
    assert refused(waiting, li, "C2") == "这位联系人已经移除，不能再绑定。"
    bind(waiting, li)
    assert refused(waiting, li) == "这张工单已经是这位联系人的。"
    waiting.write(save_customer, waiting.vault, waiting.policy, OTHER, waiting.now)
    assert refused(waiting, li, "C2") == "这张工单已确认为其他联系人；如有误，请组长先解除绑定。"


def test_a_finished_ticket_is_not_bound(waiting: Scene) -> None:
    waiting.withdraw()
    assert refused(waiting, waiting.staff("li")) == "工单已经结束，不能再确认客户身份。"


def test_only_a_lead_unbinds_and_only_what_a_person_bound(waiting: Scene) -> None:
    li, lead = waiting.staff("li"), waiting.staff("zhao", "lead")
    with pytest.raises(BindRefused) as told:
        waiting.write(unbind_contact, waiting.rules, lead, waiting.ticket.id, waiting.now)
    assert str(told.value) == "客户身份不是人工核实的，不能在这里解除。"
    bind(waiting, li)
    with pytest.raises(BindRefused) as told:
        waiting.write(unbind_contact, waiting.rules, li, waiting.ticket.id, waiting.now)
    assert str(told.value) == "解除绑定由组长操作，请联系组长。"


def test_whoever_does_not_work_its_queue_binds_nothing(waiting: Scene) -> None:
    with pytest.raises(Refused):
        bind(waiting, waiting.staff("wang", queues=("特级专席",)))
    assert waiting.ticket.contact_id is None


def test_once_unbound_a_stranger_reads_nothing_that_the_contact_wrote_elsewhere(waiting: Scene) -> None:
    bind(waiting, waiting.staff("li"))
    waiting.write(identify, waiting.rules, "web", "zhou", "C1", "token", waiting.now)
    anna, zhou = Visitor(waiting), Visitor(waiting, "zhou")
    zhou.say("怎么开发票")
    waiting.write(unbind_contact, waiting.rules, waiting.staff("zhao", "lead"), waiting.ticket.id, waiting.now)
    assert anna.lines() == []
    assert "怎么开发票" in [line.text for line in zhou.lines()]
    anna.say("怎么查订单")
    assert "怎么查订单" not in [line.text for line in zhou.lines()]


def test_unbinding_takes_nothing_from_another_contact_who_has_signed_in_there_since(waiting: Scene) -> None:
    waiting.visitor("zhou").identify("C1")
    waiting.visitor("zhou").say("怎么查订单")
    bind(waiting, waiting.staff("li"))
    number = waiting.ticket.id
    waiting.write(identify, waiting.rules, "web", "anna", "C2", "token", waiting.now)
    anna = Visitor(waiting)
    anna.say("怎么开发票")
    waiting.write(unbind_contact, waiting.rules, waiting.staff("zhao", "lead"), number, waiting.now)
    assert anna.conversation is not None
    assert anna.conversation.contact_id == "C2"
    assert "怎么开发票" in [line.text for line in anna.lines()]


def test_a_complaint_is_closed_to_who_held_what_turns_out_to_be_the_same_customers(waiting: Scene) -> None:
    held, handler = waiting.staff("li"), waiting.staff("han")
    waiting.claimed_by(held)
    number = waiting.ticket.id
    waiting.visitor("zhou").identify("C1")
    waiting.visitor("zhou").say("我要投诉你们的技术员，他向我索要红包")
    complaint = waiting.ticket
    assert (complaint.complaint, complaint.closed) == (True, frozenset())
    waiting.write(bind_contact, waiting.rules, handler, number, "C1", "callback", waiting.now)
    assert waiting.ticket.closed == {held.id}


def test_a_message_that_waits_for_the_unbinding_of_its_address_is_a_strangers(postgres_scene: Scene) -> None:
    scene = postgres_scene
    scene.write(save_customer, scene.vault, scene.policy, ZHOU, scene.now)
    anna, zhou = scene.visitor(), scene.visitor("zhou")
    anna.say("转人工")
    li, lead, number = scene.staff("li"), scene.staff("zhao", "lead"), scene.ticket.id
    bind(scene, li)
    scene.write(identify, scene.rules, "web", "zhou", "C1", "token", scene.now)
    zhou.say("怎么开发票")
    message = Incoming("web", "anna", "anna:late", "text", text="怎么查订单")
    _, receipt = both_at_once(
        scene,
        lambda db: unbind_contact(db, scene.rules, lead, number, scene.now),
        lambda db: receive(db, scene.rules, message, None, scene.now),
    )
    assert anna.conversation is not None
    assert receipt.conversation_id == anna.conversation.id
    assert "怎么查订单" not in [line.text for line in zhou.lines()]
