"""The ticket with a person's own wish blocks no erasure, and is resolved by it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from bot.agents.actions import Claim
from bot.dialogue import self_service
from bot.messages import Incoming
from bot.privacy.agreeing import RightsRefused
from bot.privacy.carrying_out import carry_out
from bot.wording.privacy import ERASED_AS_WISHED
from escalation.customers.data_requests import find_request
from escalation.tickets import history
from tests.bot.privacy.marked import Marked, ground_of, marked
from tests.bot.scene import Scene, Visitor

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
    assert str(refused.value) == (f"{person.id} still has open tickets (#{number}); nothing is erased before they end.")
