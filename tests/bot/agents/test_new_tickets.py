"""Staff open tickets for calls, mails and visits: whose, with clocks from then, and what an answered call is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Claim, Reply
from bot.tickets.customer_changes import merge_contacts
from bot.transcript import conversations, message_store
from bot.wording import refusals
from escalation.tickets import history, ticket_store
from escalation.tickets.lifecycle import Refused
from tests.bot.agents.entering import entered
from tests.bot.scene import Scene


def test_a_call_of_a_stranger_is_a_ticket_of_the_default_tier(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li = scene.staff()
    ticket = entered(scene, li, details="一进纸就响")
    assert (ticket.channel, ticket.opened_by, ticket.tier, ticket.state) == ("phone", li.id, "三级", "waiting")
    assert ticket.subject == "打印机卡纸，换过硒鼓"
    assert ticket.set_by_hand == "|subject|"
    lines = scene.read(message_store.latest, ticket.conversation_id)
    assert [line.text for line in lines] == ["打印机卡纸，换过硒鼓\n一进纸就响\n（客户自称：王女士 13900001111）"]
    assert scene.posted("apart") == []
    assert scene.notices("new") == [("new", "queue", "通用客服")]


def test_a_call_raised_an_hour_ago_has_its_clocks_from_then(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    raised = scene.now - timedelta(minutes=60)
    ticket = entered(scene, scene.staff(), raised_at=raised)
    assert (ticket.raised_at, ticket.received_at) == (raised, raised)
    assert scene.clock_of("first_contact").started_at == raised
    assert scene.clock_of("answer_fixed").due_at == raised + timedelta(hours=24)


def test_an_answered_call_is_the_first_contact_at_its_own_time(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.know("C1001")
    raised = scene.now - timedelta(hours=5)
    ticket = entered(scene, scene.staff(), contact_id="C1001", raised_at=raised, answered=True)
    clock = scene.clock_of("first_contact")
    assert (clock.state, clock.settled_at, clock.breached_at) == ("met", raised, None)
    assert ticket.first_contact_at == raised


def test_a_mail_is_no_first_contact(scene: Scene) -> None:
    entered(scene, scene.staff(), channel="mail", raised_at=scene.now - timedelta(minutes=5))
    assert scene.clock_of("first_contact").state == "open"


def test_a_mail_found_too_late_is_told_as_late_at_once(scene: Scene) -> None:
    entered(scene, scene.staff(), channel="mail", raised_at=scene.now - timedelta(days=3))
    scene.run_due()
    assert scene.clock_of("first_contact").breached_at is not None
    assert "breach" in [row.kind for row in scene.read(history.history_of, scene.ticket.id)]


def test_the_ticket_of_a_known_customer_stands_in_their_conversation(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li = scene.staff()
    anna = scene.visitor(customer="C1001")
    ticket = entered(scene, li, contact_id="C1001", details="请回电", channel="visit")
    assert anna.conversation is not None
    assert (ticket.conversation_id, ticket.contact_id) == (anna.conversation.id, "C1001")
    assert anna.conversation.ticket_id == ticket.id
    assert anna.read() == []
    assert [row.text for row in scene.read(ticket_store.notes_of, ticket.id)] == ["请回电"]
    scene.act(li, Claim())
    scene.act(li, Reply("您好，已经为您登记。", "12345678"))
    assert anna.read() == ["您好，已经为您登记。"]


def test_an_open_ticket_of_the_customer_goes_on_being_what_they_write_about(scene: Scene) -> None:
    anna = scene.visitor(customer="C1001")
    anna.say("转人工")
    first = scene.ticket.id
    entered(scene, scene.staff(), contact_id="C1001")
    assert anna.conversation is not None
    assert anna.conversation.ticket_id == first


def test_the_opener_may_hold_it_at_once(scene: Scene) -> None:
    li = scene.staff()
    ticket = entered(scene, li, hold=True, answered=True)
    assert (ticket.state, ticket.holder_id, ticket.claimed_at) == ("claimed", li.id, scene.now)


def test_a_form_sent_twice_opens_one_ticket(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li = scene.staff()
    first, again = entered(scene, li), entered(scene, li)
    assert first.id == again.id
    assert len(scene.tickets) == 1


def test_a_complaint_by_telephone_is_owed_what_complaints_are_owed(scene: Scene) -> None:
    ticket = entered(scene, scene.staff(), complaint=True, topic="故障")
    assert (ticket.complaint, ticket.topic, ticket.queue) == (True, "投诉", "投诉处理")
    assert scene.clock_of("complaint_settled").state == "open"


def test_nobody_can_be_written_to_where_no_channel_leads(scene: Scene) -> None:
    li = scene.staff()
    entered(scene, li, hold=True)
    with pytest.raises(Refused) as refused:
        scene.act(li, Reply("您好", "12345678"))
    assert refusals.refusal(refused.value.code, None) == (
        "这位客户没有可以收到消息的渠道，请打电话联系并登记「已电话联系」，或写内部备注。"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"channel": "fax"}, "请选择渠道：电话、邮件或来访。"),
        ({"caller": "  "}, "请选择客户；不在客户资料里的，请写下姓名或电话。"),
        ({"contact_id": "C404"}, "客户资料里没有这位客户，请重新选择。"),
        ({"what": " \n"}, "请写明客户要办什么。"),
        ({"what": "长" * 121}, "内容太长，请删减后再提交。"),
        ({"topic": "火星"}, "政策里没有这个事由。"),
        ({"urgency": "火急"}, "政策里没有这个紧急程度。"),
        ({"channel": "mail", "answered": True}, "邮件不算首次联系，请不要勾选「已与客户通话或面谈」。"),
    ],
)
def test_what_cannot_be_entered_is_refused_in_a_sentence(scene: Scene, changes: Any, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        entered(scene, scene.staff(), **changes)
    assert refusals.refusal(refused.value.code, None) == sentence
    assert scene.tickets == []


def test_a_call_raised_in_the_future_is_refused(scene: Scene) -> None:
    with pytest.raises(Refused) as refused:
        entered(scene, scene.staff(), raised_at=scene.now + timedelta(seconds=1))
    assert refusals.refusal(refused.value.code, None) == "提出时间不能晚于现在。"


def test_a_call_of_long_ago_is_refused(scene: Scene) -> None:
    with pytest.raises(Refused) as refused:
        entered(scene, scene.staff(), raised_at=scene.now - timedelta(days=30, seconds=1))
    assert refusals.refusal(refused.value.code, None) == "提出时间不能早于 30 天前；更早的事，提出时间请填现在。"


def test_only_who_works_the_queue_may_hold_it_and_nothing_is_left_of_a_refusal(scene: Scene) -> None:
    with pytest.raises(Refused) as refused:
        entered(scene, scene.staff(queues=("特级专席",)), hold=True)
    assert refusals.refusal(refused.value.code, None) == (
        "这位客户的工单由其他队列负责，您不能直接认领；请留给负责的队列。"
    )
    assert scene.tickets == []


def test_who_works_no_queue_opens_no_ticket(scene: Scene) -> None:
    with pytest.raises(Refused) as refused:
        entered(scene, scene.staff(role="auditor"))
    assert refusals.refusal(refused.value.code, None) == "您没有负责的队列，不能登记工单；请联系管理员为您分配队列。"


def test_clocks_of_a_ticket_entered_late_survive_a_recomputation(scene_anywhere: Scene) -> None:
    from escalation.tickets import rerouting

    scene = scene_anywhere
    raised = scene.now - timedelta(hours=1)
    ticket = entered(scene, scene.staff(), raised_at=raised, answered=True)
    before = [(row.milestone, row.state, row.started_at, row.due_at) for row in scene.clocks("answer_fixed")]
    scene.write(rerouting.recompute, scene.policy, ticket.id, scene.now)
    assert [(row.milestone, row.state, row.started_at, row.due_at) for row in scene.clocks("answer_fixed")] == before
    assert [row.state for row in scene.clocks("first_contact")] == ["met"]


def test_a_conversation_apart_begins_for_a_contact_who_never_wrote(scene: Scene) -> None:
    scene.know("C1001")
    ticket = entered(scene, scene.staff(), contact_id="C1001")
    talk = scene.read(conversations.get_conversation, ticket.conversation_id)
    assert (talk.channel, talk.contact_id) == ("apart", "C1001")


def test_a_call_of_a_contact_named_by_an_id_merged_away_is_in_the_talk_of_whom_they_became(scene: Scene) -> None:
    scene.know("C1001", "C1015")
    scene.visitor(customer="C1001").say("怎么查订单")
    scene.write(merge_contacts, scene.rules, "C1015", "C1001", "li", scene.now)
    ticket = entered(scene, scene.staff(), contact_id="C1015")
    assert ticket.contact_id == "C1001"
    talk = scene.read(conversations.find_conversation, "web", "anna")
    assert talk is not None
    assert ticket.conversation_id == talk.id
