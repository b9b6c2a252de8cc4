"""Colleagues of one organisation: what staff may see of their matters, and lines linked from one ticket to another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.agents.actions import Claim
from bot.agents.linking import Colleagues, link_line, read_colleagues
from bot.tickets.tier_changes import save_and_reroute
from escalation.customers.model import CustomerRecord
from escalation.staff import Staff
from escalation.tickets import history
from escalation.tickets.lifecycle import Refused, Ticket
from tests.bot.scene import Scene

HOUSE = "望岳重工"
ANNA = CustomerRecord("W1", HOUSE, "安娜", 0, 0, 1, 1)


@pytest.fixture
def house(scene: Scene) -> Scene:
    for contact, name in (("W1", "安娜"), ("W2", "白杨")):
        record = replace(ANNA, id=contact, contact=name)
        scene.write(save_and_reroute, scene.rules, record, scene.now, "cli")
    return scene


def ticket_of(scene: Scene, contact: str, words: str) -> Ticket:
    visitor = scene.visitor(contact, customer=contact)
    visitor.say("转人工")
    visitor.say(words)
    return scene.ticket


def colleagues(scene: Scene, who: Staff, ticket: Ticket) -> Colleagues:
    found: Colleagues = scene.read(read_colleagues, scene.rules, who, ticket.id, scene.now)
    return found


def line_of(scene: Scene, who: Staff, ticket: Ticket) -> Any:
    return colleagues(scene, who, ticket).matters[0].lines[-1]


def test_a_colleagues_open_matter_is_shown_and_its_line_can_be_linked_once(house: Scene) -> None:
    first, second = ticket_of(house, "W1", "三号机不转了"), ticket_of(house, "W2", "三号机又响了")
    li = house.staff()
    house.act(li, Claim(), second.id)
    (matter,) = colleagues(house, li, second).matters
    assert (matter.ticket.id, matter.name, matter.lines[-1].text) == (first.id, "安娜", "三号机不转了")
    for _ in range(2):
        house.write(link_line, li, second.id, matter.lines[-1].id, house.now)
    (linked,) = colleagues(house, li, second).linked
    assert (linked.line.text, linked.author, linked.by) == ("三号机不转了", "安娜", li.name)
    told = [row for row in house.read(history.history_of, second.id) if row.kind == "line_linked"]
    assert [(row.staff_id, row.data) for row in told] == [(li.id, {"line": linked.line.id, "ticket": first.id})]


def test_whoever_may_not_see_the_colleagues_ticket_sees_none_of_it_and_links_nothing(house: Scene) -> None:
    first, second = ticket_of(house, "W1", "三号机不转了"), ticket_of(house, "W2", "三号机又响了")
    everywhere = house.staff("everywhere")
    line = line_of(house, everywhere, second)
    house.act(everywhere, Claim(), second.id)
    elsewhere = house.staff("elsewhere", queues=("没有这个队列",))
    assert colleagues(house, elsewhere, second).matters == ()
    for ticket, code in ((second, "forbidden"), (first, "forbidden")):
        with pytest.raises(Refused) as refused:
            house.write(link_line, elsewhere, ticket.id, line.id, house.now)
        assert refused.value.code == code


def test_only_what_a_colleague_said_can_be_linked(house: Scene) -> None:
    house.know("C1001")
    second, other = ticket_of(house, "W2", "三号机又响了"), ticket_of(house, "C1001", "打印机又响了")
    li = house.staff()
    own = house.visitor("W2").lines()[-1].id
    foreign = next(line.id for line in house.visitor("C1001").lines() if line.author == "customer")
    assert other.id != second.id
    for line in (own, foreign, 10**6, 0):
        with pytest.raises(Refused, match="no_such_line"):
            house.write(link_line, li, second.id, line, house.now)
