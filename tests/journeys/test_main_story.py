"""The main story over HTTP on the real process: answered, handed over, claimed, read, overdue."""

from __future__ import annotations

from datetime import timedelta

import httpx
import jwt
import pytest

from bot.agents.actions import Claim, Note, Reply
from bot.wording import moments, refusals
from escalation.tickets.lifecycle import Refused
from tests.journeys.people import Desk, Page, sentence, signed, token_of
from tests.processes import Server, eventually


def test_a_common_question_is_answered_from_the_knowledge_base(http: httpx.Client, example: Server) -> None:
    page = Page.open(http, example.url)
    page.say("请问怎么查订单？")
    answer = page.hears("我的订单")
    assert [button["label"] for button in answer["buttons"]] == ["有帮助", "没帮助", "转人工"]
    assert page.state()["state"] == "bot"


def test_a_strategic_customer_reaches_a_persons_queue_with_fifteen_minutes_running(
    http: httpx.Client, example: Server, desk: Desk
) -> None:
    page = Page.open(http, example.url, token_of(example, desk.new_contact("特级")))
    page.say("我们三楼的复印机一直报错，麻烦尽快看看")
    ticket = desk.ticket_of(page)
    assert (ticket.tier, ticket.queue, ticket.state) == ("特级", "特级专席", "waiting")
    first = desk.deadline(ticket.id, "first_contact")
    assert first.due_at - ticket.received_at == timedelta(minutes=15)
    promise = page.hears("最晚")["text"]
    assert moments.by(desk.service.rules.policy, first.due_at, ticket.received_at) in promise
    assert "特级" not in promise
    assert [(audience, name) for audience, name, _ in desk.noticed(ticket.id, "new")] == [("queue", "特级专席")]


def test_an_agent_claims_and_answers_and_the_customer_reads_it_live(
    http: httpx.Client, example: Server, desk: Desk
) -> None:
    agent = desk.hire("lin", "小林")
    page = Page.open(http, example.url, token_of(example, desk.new_contact("特级")))
    page.say("上周签的框架协议想加两台设备")
    ticket = desk.ticket_of(page)
    with page.listening() as events:
        assert next(events)["state"] == "waiting"
        desk.do(agent, ticket.id, Claim())
        desk.do(agent, ticket.id, Note("客户语气着急，先安抚"))
        assert desk.deadline(ticket.id, "first_contact").state == "open", "a claim or a note is no contact"
        desk.do(agent, ticket.id, Reply("您好，我是小林，已经在为您核对协议。", "reply-1"))
        lines = [line for event in _until(events, "小林") for line in event["messages"]]
    said = [line for line in lines if line["author"] == "agent"]
    assert [(line["name"], line["text"]) for line in said] == [("小林", "您好，我是小林，已经在为您核对协议。")]
    assert desk.deadline(ticket.id, "first_contact").state == "met"
    assert "安抚" not in str(page.transcript()), "no customer ever reads a note"
    assert page.state()["state"] == "claimed"


def test_of_two_agents_one_wins_and_the_other_is_told_who(http: httpx.Client, example: Server, desk: Desk) -> None:
    first, second = desk.hire("wang", "小王"), desk.hire("zhao", "小赵")
    page = Page.open(http, example.url, token_of(example, desk.new_contact("特级")))
    page.say("想了解新款机器的排产")
    ticket = desk.ticket_of(page)
    desk.do(first, ticket.id, Claim())
    with pytest.raises(Refused) as refused:
        desk.do(second, ticket.id, Claim())
    assert (refused.value.code, refused.value.holder_id) == ("claimed_by_other", first.id)


def test_a_deadline_that_passes_is_told_to_holder_lead_and_manager(
    http: httpx.Client, example: Server, desk: Desk
) -> None:
    customer = desk.new_customer("特级")
    page = Page.open(http, example.url, token_of(example, customer.contact.id))
    page.say("采购中心的设备需要加急处理")
    ticket = desk.ticket_of(page)
    desk.let_pass([ticket.id], timedelta(minutes=12))
    warned = eventually(lambda: desk.noticed(ticket.id, "warning"))
    assert [name for _, name, _ in warned] == ["特级专席", "lead"]  # at three quarters of the time
    desk.let_pass([ticket.id], timedelta(minutes=4))
    told = eventually(lambda: desk.noticed(ticket.id, "breach"))
    assert [(audience, name) for audience, name, _ in told] == [
        ("queue", "特级专席"),
        ("role", "lead"),
        ("role", "manager"),
    ]
    who = f"{customer.organisation.name} {customer.contact.name}"
    assert all("已超时" in text and who in text for _, _, text in told)
    desk.let_pass([ticket.id], timedelta(minutes=15))
    again = eventually(lambda: desk.noticed(ticket.id, "overdue"))
    assert {name for _, name, _ in again} == {"特级专席", "lead", "manager"}


def test_whoever_finds_no_help_twice_reaches_a_person(http: httpx.Client, example: Server, desk: Desk) -> None:
    page = Page.open(http, example.url)
    page.say("怎么取消订单")
    answer = page.hears("取消订单")
    page.tap(answer["buttons"][1]["choice"])
    page.hears(sentence("try_again"))
    page.say("转人工")
    ticket = desk.ticket_of(page)
    assert (ticket.tier, ticket.subject, ticket.state) == ("三级", "怎么取消订单", "waiting")
    page.hears("订单号")


def test_a_bare_wish_for_a_person_is_about_nothing_we_know(http: httpx.Client, example: Server, desk: Desk) -> None:
    page = Page.open(http, example.url)
    page.say("转人工")
    ticket = desk.ticket_of(page)
    assert (ticket.topic, ticket.queue, ticket.candidates, ticket.suggested) == (None, "通用客服", [], None)


def test_a_wish_for_a_person_typed_right_after_the_question_is_heard(
    http: httpx.Client, example: Server, desk: Desk
) -> None:
    page = Page.open(http, example.url)
    assert page.say("库房那台老机器，上个月刚请人弄过")["composing"] is True
    page.say("转人工")
    ticket = desk.ticket_of(page)
    assert (ticket.reason, ticket.subject) == ("asked_for_person", "库房那台老机器，上个月刚请人弄过")
    complaint = Page.open(http, example.url)
    complaint.say("库房那台老机器，上个月刚请人弄过")
    complaint.say("我要投诉")
    assert desk.ticket_of(complaint).queue == "投诉处理"


def test_a_forged_or_expired_token_opens_nothing(http: httpx.Client, example: Server, desk: Desk) -> None:
    known = desk.new_contact("特级")
    expired = signed(_secret(example), known, hours=-1)
    forged = signed("another secret, long enough to be taken for one", known)
    for_others = jwt.encode({"sub": known, "aud": "elsewhere", "exp": 4_000_000_000}, _secret(example), "HS256")
    unknown = signed(_secret(example), "C9999")
    before = _count_sessions(desk)
    for token in (expired, forged, for_others, unknown, "no token at all"):
        answer = http.post(f"{example.url}/api/chat/sessions", json={"token": token})
        assert (answer.status_code, answer.json()) == (401, {"error": refusals.BAD_TOKEN})
    assert _count_sessions(desk) == before


def _secret(server: Server) -> str:
    return (server.data / "customer-token-secret").read_text(encoding="utf-8").strip()


def _count_sessions(desk: Desk) -> int:
    from sqlalchemy import func, select

    from bot.auth.visitor_sessions import visitor_sessions

    return int(desk.rows(select(func.count()).select_from(visitor_sessions))[0][0])


def _until(events, words: str):  # type: ignore[no-untyped-def]
    for event in events:
        yield event
        if words in str(event["messages"]):
            return
