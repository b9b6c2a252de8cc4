"""Who a complaint is about finds no way around its being closed: not by channel, by naming another, or by a plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Claim, MakePlan, Record, Reply, Resolve
from escalation.staff import Staff
from escalation.tickets.lifecycle import Refused
from escalation.tickets.plans import PlanStep
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, alert_of

ACCUSED = "我要投诉你们的技术员，他向我索要红包，请保密"
CUSTOMER = "C1001"


def _serve(scene: Scene, who: Staff) -> int:
    """Claim, answer and resolve the newest ticket."""
    ticket = scene.ticket.id
    scene.act(who, Claim(), ticket)
    scene.act(who, Reply("好了", f"key-{ticket}"), ticket)
    cause = next(iter(scene.policy.complaint_causes)) if scene.ticket.complaint else None
    if cause is not None:
        scene.act(who, Record("investigated", cause, "已核实"), ticket)
        scene.act(who, Record("called"), ticket)
        scene.act(who, Record("result_told", words="已电话告知结果"), ticket)
        scene.act(who, Record("prevention_planned", words="双人复核"), ticket)
    scene.act(who, Resolve(cause, "当场解决"), ticket)
    scene.clock.now += timedelta(hours=1)
    return ticket


async def _team(console: Console) -> tuple[Seat, Seat]:
    return await console.sits("tech"), await console.sits("handler")


async def test_a_complaint_of_a_stranger_is_closed_to_who_served_them_as_soon_as_they_are_known(
    console: Console,
) -> None:
    scene = console.scene
    tech, handler = await _team(console)
    scene.visitor("777", "telegram", CUSTOMER).say("转人工")
    _serve(scene, tech.who)
    anna = scene.visitor("anna")
    anna.say(ACCUSED)
    complaint = scene.ticket.id
    scene.act(handler.who, Claim(), complaint)
    anna.identify(CUSTOMER)
    assert scene.ticket.closed == {tech.who.id}
    assert (await tech.look(f"/console/tickets/{complaint}")).status_code == 403
    assert (await handler.look(f"/console/tickets/{complaint}")).status_code == 200


async def test_what_was_said_of_whom_it_is_about_stands_when_its_customer_becomes_known(console: Console) -> None:
    scene = console.scene
    tech, handler = await _team(console)
    scene.visitor("777", "telegram", CUSTOMER).say("转人工")
    _serve(scene, tech.who)
    anna = scene.visitor("anna")
    anna.say(ACCUSED)
    scene.act(handler.who, Claim())
    assert (await handler.do(scene.ticket.id, "subjects", about="none")).status_code == 303
    anna.identify(CUSTOMER)
    assert scene.ticket.closed_to == ""


async def test_a_matter_from_before_the_customer_was_known_counts_on_every_channel(console: Console) -> None:
    scene = console.scene
    scene.know(CUSTOMER)
    tech, _handler = await _team(console)
    anna = scene.visitor("anna")
    anna.say("转人工")
    _serve(scene, tech.who)
    anna.identify(CUSTOMER)
    scene.visitor("777", "telegram", CUSTOMER).say(ACCUSED)
    assert scene.ticket.closed == {tech.who.id}


async def test_it_counts_for_a_complaint_in_the_middle_of_a_ticket_too(console: Console) -> None:
    scene = console.scene
    scene.know(CUSTOMER)
    tech, handler = await _team(console)
    anna = scene.visitor("anna")
    anna.say("转人工")
    _serve(scene, tech.who)
    anna.identify(CUSTOMER)
    again = scene.visitor("777", "telegram", CUSTOMER)
    again.say("转人工")
    again.say(ACCUSED)
    assert scene.ticket.closed == {tech.who.id}
    assert handler.who.id not in scene.ticket.closed


async def test_a_holder_to_whom_it_is_closed_does_not_say_whom_it_is_about(console: Console, lead: Seat) -> None:
    scene = console.scene
    tech, handler = await _team(console)
    anna = scene.visitor("anna")
    anna.say("转人工")
    scene.act(tech.who, Claim())
    anna.say(ACCUSED)
    for about in ("none", str(handler.who.id)):
        refused = await tech.do(scene.ticket.id, "subjects", about=about)
        assert alert_of(refused) == "这张投诉可能涉及您本人，请由组长或主管登记投诉对象。"
    assert scene.ticket.closed == {tech.who.id}
    assert (await lead.do(scene.ticket.id, "subjects", about="none")).status_code == 303


async def test_not_everybody_can_be_named(console: Console, lead: Seat) -> None:
    scene = console.scene
    tech, handler = await _team(console)
    anna = scene.visitor("anna")
    anna.say("转人工")
    _serve(scene, tech.who)
    anna.say(ACCUSED)
    before = scene.ticket.closed
    everybody = [str(one.who.id) for one in (tech, handler, lead)]
    refused = await lead.do(scene.ticket.id, "subjects", about=everybody)
    assert alert_of(refused) == "这样登记后就没有人能看到这张投诉了，请至少留下一位可以处理的同事。"
    assert scene.ticket.closed == before
    assert (await lead.do(scene.ticket.id, "subjects", about=everybody[:2])).status_code == 303


async def test_who_may_not_see_it_is_not_responsible_for_its_plan(console: Console) -> None:
    scene = console.scene
    tech, handler = await _team(console)
    anna = scene.visitor("anna")
    anna.say("转人工")
    _serve(scene, tech.who)
    anna.say(ACCUSED)
    scene.act(handler.who, Claim())
    steps = (PlanStep("查清经过", scene.now + timedelta(days=1)),)
    with pytest.raises(Refused, match="closed_to_them"):
        scene.act(handler.who, MakePlan(tech.who.id, steps))
    scene.act(handler.who, MakePlan(handler.who.id, steps))


async def test_a_reopened_complaint_that_complains_again_is_closed_to_who_handled_it(
    console: Console, lead: Seat
) -> None:
    scene = console.scene
    tech, handler = await _team(console)
    anna = scene.visitor("anna")
    anna.say("转人工")
    _serve(scene, tech.who)
    anna.say(ACCUSED)
    complaint = _serve(scene, handler.who)
    anna.say("没解决")
    assert scene.ticket.closed == {tech.who.id}
    anna.say("我要投诉处理投诉的那个人，他威胁我")
    assert scene.ticket.closed == {tech.who.id, handler.who.id}
    assert (await handler.look(f"/console/tickets/{complaint}")).status_code == 403
    assert (await lead.look(f"/console/tickets/{complaint}")).status_code == 200


async def test_where_nobody_else_would_see_it_a_complaint_that_complains_again_stays_as_it_is(
    console: Console,
) -> None:
    scene = console.scene
    tech, handler = await _team(console)
    anna = scene.visitor("anna")
    anna.say("转人工")
    _serve(scene, tech.who)
    anna.say(ACCUSED)
    _serve(scene, handler.who)
    anna.say("没解决，我还要投诉你们处理投诉的人")
    assert scene.ticket.closed == {tech.who.id}
