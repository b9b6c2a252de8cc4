"""The ticket with a person's own wish blocks no erasure, and is resolved by it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.agents.actions import Claim, Resolve
from bot.dialogue import self_service
from bot.messages import Incoming
from bot.privacy.agreeing import RightsRefused
from bot.privacy.carrying_out import carry_out
from bot.wording.privacy import ERASED_AS_WISHED
from escalation.customers.data_requests import find_request, requests_of
from escalation.tickets import history
from escalation.tickets.ticket_store import tickets
from tests.bot.privacy.marked import Marked, ground_of, marked
from tests.bot.scene import Scene, Visitor

BLOCKS = (
    "{id} still has open tickets about something else (#{number}); nothing is erased before they end. Whoever holds "
    "them resolves them, or transfers them to somebody who does."
)
_keys = itertools.count(1)


@pytest.fixture
def person(scene_anywhere: Scene) -> Marked:
    return marked(scene_anywhere)


def wish(person: Marked, choice: str = self_service.FORGET) -> Visitor:
    scene, who = person.scene, person.scene.visitor("f" * 32)
    message = Incoming(who.channel, who.address, f"tap:{next(_keys)}", "choice", choice=choice)
    scene.write(self_service.decide, scene.rules, message, scene.now)
    return who


@pytest.mark.parametrize("choice", [self_service.FORGET, self_service.EXPORT])
def test_the_ticket_of_the_wish_is_resolved_by_the_act(person: Marked, tmp_path: Path, choice: str) -> None:
    scene, who = person.scene, wish(person, choice)
    opened = scene.tickets[0]
    assert (opened.state, opened.reason) == ("waiting", "forget" if choice == self_service.FORGET else "export")
    request, said = person.erase(), len(who.lines())
    ended = scene.tickets[0]
    assert (ended.id, ended.state, ended.holder_id) == (opened.id, "resolved", person.wang.id)
    assert len(who.lines()) == said, "nobody is told that their matter is dealt with before it is"
    assert carry_out(ground_of(scene, tmp_path / "data"), request.id)
    assert scene.read(find_request, request.id).state == "done"


def test_whoever_holds_it_it_ends_with_its_reason(person: Marked) -> None:
    scene = person.scene
    wish(person)
    number = scene.tickets[0].id
    scene.act(person.lin, Claim(), number)
    person.erase()
    told = scene.read(history.history_of, number)[-1]
    assert told.kind == "resolved"
    assert told.data.get("reason", ERASED_AS_WISHED) == "已按要求删除个人信息"


def test_another_open_ticket_still_blocks(scene_anywhere: Scene) -> None:
    person = marked(scene_anywhere, ended=False)
    number = scene_anywhere.tickets[0].id
    wish(person)
    with pytest.raises(RightsRefused) as refused:
        person.erase()
    assert str(refused.value) == BLOCKS.format(id=person.id, number=number)


def test_a_wish_said_in_a_ticket_about_something_else_waits_for_that_and_then_for_nothing(
    scene_anywhere: Scene, tmp_path: Path
) -> None:
    scene, person = scene_anywhere, marked(scene_anywhere, ended=False)
    [other] = scene.tickets
    wish(person)
    [asked] = scene.read(requests_of, person.id, "erase")
    assert (asked.ticket_id, [each.id for each in scene.tickets]) == (other.id, [other.id]), "it is part of that ticket"
    with pytest.raises(RightsRefused) as refused:
        person.erase()
    assert str(refused.value) == BLOCKS.format(id=person.id, number=other.id)
    scene.act(person.lin, Resolve())
    request = person.erase()
    assert request.id == asked.id
    assert carry_out(ground_of(scene, tmp_path / "data"), request.id)
    assert scene.read(find_request, request.id).state == "done"


def test_a_ticket_that_free_words_opened_for_the_wish_blocks_nothing(person: Marked) -> None:
    scene = person.scene
    wish(person)
    number = scene.tickets[0].id
    said = update(tickets).where(tickets.c.id == number).values(reason="delete_data")
    scene.write(lambda db: db.execute(said))
    person.erase()
    assert scene.tickets[0].state == "resolved"
