"""One number under several contacts: nobody is guessed, everybody is told, and a better proof stays the better one."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Claim, Resolve
from bot.auth import one_time_codes
from bot.dialogue import intake
from bot.messages import Incoming
from bot.telegram.customers import acknowledge_contact, run_command
from bot.telegram.parsing.customers import Command
from escalation.customers.customer_store import find_all_by_phone
from escalation.staff import all_staff
from tests.bot.scene import UNKNOWN, Visitor
from tests.bot.web.console.console_scene import Console, Seat
from tests.neighbours.crm import BY_HAND, FIGURES, Crm

HEAVY, LIGHT = "望岳重工", "启明电气"
JIA = {"id": "C9101", "organisation": HEAVY, "contact": "高甲明", **FIGURES, **BY_HAND, "agent": "lintao"}
YI = {
    "id": "C9102",
    "organisation": LIGHT,
    "contact": "苏乙文",
    **FIGURES,
    "tier": "一级",
    "reason": "重点培育",
    "expires": "2027-06-30",
    "agent": "hanmei",
}
BING = JIA | {"id": "C9103", "contact": "孙丙生"}
UNTRUE = "客户资料里暂时没有这个号码"

_numbers = itertools.count(1)


def share(visitor: Visitor, number: str) -> list[str]:
    """The customer shares the number of the account in Telegram; what they read."""
    scene = visitor.scene
    key = f"shared-{next(_numbers)}"
    message = Incoming("telegram", visitor.address, key, "contact", text=f"名片 {number}", phone=number)
    scene.write(intake.receive, scene.rules, message, None, scene.now)
    scene.write(acknowledge_contact, scene.rules, message, scene.now)
    return visitor.read()


def open_link(crm: Crm, visitor: Visitor, contact: str) -> list[str]:
    """The customer opens a one-time link that was made for this contact."""
    scene, secret = crm.scene, crm.doors.service.token_secret
    code = scene.write(one_time_codes.issue, secret, "customer", contact, scene.now)
    command = Command(visitor.address, f"start-{next(_numbers)}", 77, "start", f"c_{code}")
    scene.write(run_command, scene.rules, secret, command, scene.now)
    return visitor.read()


def hand_off(visitor: Visitor) -> list[str]:
    return [*visitor.say(UNKNOWN), *visitor.say("转人工")]


def due(crm: Crm) -> Any:
    return crm.scene.clock_of("first_contact").due_at


async def card(console: Console, number: int | None = None) -> str:
    """The page of a ticket as a manager reads it."""
    guan = next((each for each in console.scene.read(all_staff) if each.login == "guan"), None)
    seat = Seat(console.browser(), guan) if guan is not None else await console.sits("guan", "manager")
    await seat.sign_in()
    page = await seat.look(f"/console/tickets/{number or console.scene.ticket.id}")
    assert page.status_code == 200
    return page.text


@pytest.fixture
def anna(crm: Crm) -> Visitor:
    return crm.scene.visitor("4711", "telegram")


def stock(crm: Crm, *rows: dict[str, Any]) -> None:
    crm.take(*rows)
    crm.approve()


async def test_of_three_contacts_two_of_one_organisation_nobody_is_guessed(
    crm: Crm, console: Console, anna: Visitor
) -> None:
    number = "13900091000"
    stock(crm, *(row | {"phone": number} for row in (JIA, BING, YI)))
    told = share(anna, number)
    told += hand_off(anna)
    assert not any(UNTRUE in line for line in told)
    assert not any(name in line for line in told for name in (HEAVY, LIGHT, "高甲明", "苏乙文", "孙丙生"))
    ticket = crm.scene.ticket
    assert (ticket.tier, ticket.contact_id) == ("三级", None)
    assert due(crm) <= crm.scene.now + timedelta(hours=2)
    page = await card(console)
    assert all(name in page for name in ("高甲明", "孙丙生", "苏乙文", HEAVY, LIGHT))


async def test_the_same_number_written_differently_is_the_same_in_every_place(crm: Crm, anna: Visitor) -> None:
    stock(crm, JIA | {"phone": "+86 139-0009-1000"})
    stock(crm, BING | {"id": "C9104", "phone": "0571-88880000"})
    told = crm.take(YI | {"phone": "13900091000"}, YI | {"id": "C9105", "phone": "(0571) 8888 0000"})
    assert any("C9102" in line and "C9101" in line for line in told)
    assert any("C9105" in line and "C9104" in line for line in told)
    again = await crm.put("C9102", organisation=LIGHT, contact="苏乙文", phone="13900091000")
    assert again["same_number"] == [{"field": "phone", "id": "C9101"}]
    other = await crm.put("C9105", phone="(0571) 8888 0000")
    assert other["same_number"] == [{"field": "phone", "id": "C9104"}]
    assert not any(UNTRUE in line for line in share(anna, "+8613900091000"))
    hand_off(anna)
    assert (crm.scene.ticket.tier, crm.scene.ticket.contact_id) == ("三级", None)


def test_three_of_one_new_file_are_all_named_before_and_when_it_is_saved(crm: Crm) -> None:
    rows = [
        {"id": contact, "organisation": house, "contact": name, "phone": "13900092000", **FIGURES}
        for contact, house, name in (("C9201", "甲厂", "张三"), ("C9202", "乙厂", "李四"), ("C9203", "甲厂", "王五"))
    ]
    tried, done = crm.take(*rows, dry_run=True), crm.take(*rows)
    for told in (tried, done):
        lines = [line for line in told if "same phone" in line]
        assert all(any(row["id"] in line for line in lines) for row in rows), told
    assert [line for line in tried if "same phone" in line] == [line for line in done if "same phone" in line]


async def test_an_update_that_brings_a_colleagues_number_is_named_and_no_proof_moves(crm: Crm, anna: Visitor) -> None:
    stock(crm, JIA | {"phone": "13900091001"}, YI | {"phone": "13900091002"})
    share(anna, "13900091002")
    answer = await crm.put("C9102", phone="13900091001")
    assert (answer["created"], answer["same_number"]) == (False, [{"field": "phone", "id": "C9101"}])
    hand_off(anna)
    assert (crm.scene.ticket.contact_id, crm.scene.ticket.tier) == ("C9102", "一级")
    other = crm.scene.visitor("4712", "telegram")
    assert not any(UNTRUE in line for line in share(other, "13900091001"))
    hand_off(other)
    assert (crm.scene.ticket.contact_id, crm.scene.ticket.tier) == (None, "三级")


async def test_who_was_proven_first_stays_so_when_a_number_becomes_shared(crm: Crm, anna: Visitor) -> None:
    number = "13900091003"
    stock(crm, JIA | {"phone": number})
    share(anna, number)
    hand_off(anna)
    scene = crm.scene
    lintao = next(who for who in scene.read(all_staff) if who.login == "lintao")
    first = scene.ticket
    assert (first.tier, first.contact_id) == ("特级", "C9101")
    scene.act(lintao, Claim())
    told = crm.take(YI | {"id": "C9106", "contact": "丁", "phone": number})
    assert any("C9106" in line and "C9101" in line for line in told)
    anna.say("还有一点")
    assert (scene.ticket.id, scene.ticket.tier, scene.ticket.contact_id) == (first.id, "特级", "C9101")
    scene.act(lintao, Resolve(why="当场解决"))
    scene.pass_time(days=1)
    hand_off(anna)
    assert scene.ticket.id != first.id
    assert (scene.ticket.tier, scene.ticket.contact_id) == ("特级", "C9101")


@pytest.mark.parametrize("how", ["DELETE", "PUT"])
async def test_once_only_one_contact_has_the_number_sharing_it_again_proves_it(
    crm: Crm, console: Console, anna: Visitor, how: str
) -> None:
    number = "13900091004"
    stock(crm, JIA | {"phone": number}, YI | {"phone": number})
    share(anna, number)
    hand_off(anna)
    ticket, promised = crm.scene.ticket, due(crm)
    assert "苏乙文" in await card(console)
    crm.scene.clock.now += timedelta(minutes=20)
    answer = await crm.call(how, "C9102", **({"phone": "13900099004"} if how == "PUT" else {}))
    assert answer.is_success
    assert "苏乙文" not in await card(console)
    anna.say("还在吗")
    assert crm.scene.ticket.id == ticket.id
    assert due(crm) <= promised
    crm.scene.clock.now += timedelta(minutes=5)
    assert not any(UNTRUE in line for line in share(anna, number))
    assert (crm.scene.ticket.id, crm.scene.ticket.tier, crm.scene.ticket.contact_id) == (ticket.id, "特级", "C9101")
    assert due(crm) <= promised


async def test_a_number_shared_after_the_hand_off_is_on_the_card(crm: Crm, console: Console, anna: Visitor) -> None:
    number = "13900091005"
    stock(crm, JIA | {"phone": number}, YI | {"phone": number})
    hand_off(anna)
    promised = due(crm)
    li = crm.scene.staff("li")
    crm.scene.act(li, Claim())
    before = await card(console)
    assert "苏乙文" not in before
    crm.scene.clock.now += timedelta(minutes=30)
    assert not any(UNTRUE in line for line in share(anna, number))
    page = await card(console)
    assert all(name in page for name in ("高甲明", "苏乙文", HEAVY, LIGHT))
    assert due(crm) <= promised
    assert crm.scene.ticket.holder_id == li.id


async def test_the_number_of_a_reception_gives_the_tier_and_no_name(crm: Crm, console: Console, anna: Visitor) -> None:
    number = "13900091006"
    wu = JIA | {"id": "C9107", "contact": "钱戊强", "phone": number}
    stock(crm, JIA | {"phone": number}, wu)
    own = crm.customer("C9101")
    own.say("我的私人事情请保密")
    told = [*share(anna, number), *anna.say("我们的保修到什么时候"), *hand_off(anna)]
    assert not any(name in line for line in told for name in ("高甲明", "钱戊强", UNTRUE, "私人事情"))
    ticket = crm.scene.ticket
    assert (ticket.tier, ticket.contact_id) == ("特级", None)
    assert due(crm) <= crm.scene.now + timedelta(minutes=15)
    page = await card(console)
    assert all(name in page for name in ("高甲明", "钱戊强", HEAVY))
    guan = await console.sits("zhuguan", "manager")
    assert f"/console/tickets/{ticket.id}" in (await guan.look(f"/console?q={HEAVY}")).text


async def test_two_organisations_of_one_tier_are_both_named_and_no_agent_is_taken_for_sure(
    crm: Crm, console: Console, anna: Visitor
) -> None:
    rows = [
        {"id": f"C930{at}", "organisation": house, "contact": name, "phone": "13900093000", **FIGURES, "agent": agent}
        for at, house, name, agent in ((1, "甲厂", "赵一凡", "lintao"), (2, "乙厂", "钱二妮", "hanmei"))
    ]
    crm.take(*rows)
    told = [*share(anna, "13900093000"), *hand_off(anna)]
    assert not any(UNTRUE in line for line in told)
    ticket = crm.scene.ticket
    assert ticket.tier in ("二级", "三级")
    assert (ticket.contact_id, ticket.assignee_id) == (None, None)
    page = await card(console)
    assert all(name in page for name in ("赵一凡", "钱二妮", "甲厂", "乙厂"))


@pytest.mark.parametrize("link_first", [True, False])
def test_a_link_is_the_better_proof_in_either_order(crm: Crm, anna: Visitor, link_first: bool) -> None:
    number = "13900091008"
    stock(crm, JIA | {"phone": number}, YI | {"phone": number})
    if link_first:
        open_link(crm, anna, "C9102")
        hand_off(anna)
        share(anna, number)
    else:
        share(anna, number)
        open_link(crm, anna, "C9102")
        hand_off(anna)
    assert (crm.scene.ticket.contact_id, crm.scene.ticket.tier) == ("C9102", "一级")
    found = anna.conversation
    assert found is not None
    assert found.contact_id == "C9102"
    anna.say("还有一个问题")
    assert crm.scene.ticket.contact_id == "C9102"


async def test_a_contacts_own_number_is_no_collision(crm: Crm) -> None:
    number = "13900091009"
    row = JIA | {"phone": number}
    for told in (crm.take(row), crm.take(row)):
        assert not any("same phone" in line for line in told)
    for written in (number, "+86 139 0009 1009"):
        assert (await crm.put("C9101", phone=written))["same_number"] == []
    assert (await crm.call("DELETE", "C9101")).status_code == 204
    answer = await crm.put("C9108", organisation=HEAVY, contact="新人", phone=number)
    assert answer["same_number"] == []
    blank = [{"id": f"C91{at}", "organisation": "空白厂", "contact": f"某{at}", **FIGURES} for at in (21, 22, 23)]
    assert not any("same" in line for line in crm.take(*blank))
    scene = crm.scene
    found = scene.read(find_all_by_phone, scene.vault, scene.policy, number, scene.now)
    assert [each.contact.id for each in found] == ["C9108"]


async def test_an_address_of_two_contacts_finds_the_tickets_of_both_and_hinders_no_number(
    crm: Crm, console: Console
) -> None:
    shared = "info@shared.example"
    stock(crm, JIA | {"phone": "13900091011", "email": shared})
    told = crm.take(YI | {"phone": "13900091012", "email": shared})
    crm.approve()
    assert any("C9102" in line and "C9101" in line and "e-mail" in line for line in told)
    made = []
    for at, (number, contact, tier) in enumerate((("13900091011", "C9101", "特级"), ("13900091012", "C9102", "一级"))):
        visitor = crm.scene.visitor(f"48{at}", "telegram")
        share(visitor, number)
        hand_off(visitor)
        assert (crm.scene.ticket.contact_id, crm.scene.ticket.tier) == (contact, tier)
        made.append(crm.scene.ticket.id)
    guan = await console.sits("guan", "manager")
    page = (await guan.look(f"/console?q={shared}")).text
    assert all(f"/console/tickets/{number}" in page for number in made)
