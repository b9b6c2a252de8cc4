"""Who asked for the erasure themselves is told where they asked, once it is done; then that way is forgotten."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.delivery import outbox as outbox_of
from bot.delivery.outbox import outbox
from bot.dialogue import self_service
from bot.messages import Incoming, Sent
from bot.privacy.carrying_out import carry_out, carry_out_all
from bot.transcript.conversations import find_conversation
from bot.transcript.message_store import messages
from escalation.customers.data_requests import find_request
from tests.bot.privacy.marked import Marked, ground_of, marked
from tests.bot.scene import Scene

_keys = itertools.count(1)
CHAT = "5550417"
PAGE = "f" * 32
TOLD = (
    "您的个人信息已从我们的系统中删除，只留下无法识别您的统计数字。此前如另有备份，由我们的运维按其保存期限删除；"
    "从这些备份恢复时，会重新删除您的信息。聊天软件自己保存的消息，请您在其中删除。"
)


@pytest.fixture
def person(scene_anywhere: Scene) -> Marked:
    return marked(scene_anywhere)


def asked(person: Marked, channel: str, address: str) -> int:
    """The person asks there for the erasure, and two administrators have it done; its number."""
    message = Incoming(channel, address, f"tap:{next(_keys)}", "choice", choice=self_service.FORGET)
    person.scene.write(self_service.decide, person.scene.rules, message, person.scene.now)
    return person.erase().id


def posted(scene: Scene) -> list[tuple[str, str, str]]:
    query = select(outbox.c.text, outbox.c.state, outbox.c.address).where(outbox.c.channel == "telegram")
    return [tuple(row) for row in scene.read(lambda db: db.execute(query).all())]  # type: ignore[misc]


def test_on_a_messenger_it_is_posted_and_the_row_goes_with_its_address_once_it_is_sent(
    person: Marked, tmp_path: Path
) -> None:
    scene, ground = person.scene, ground_of(person.scene, tmp_path / "data")
    number = asked(person, "telegram", CHAT)
    assert carry_out(ground, number)
    assert posted(scene) == [(TOLD, "pending", CHAT)]
    assert scene.read(find_request, number).delivered["told"] == "telegram"
    carry_out_all(ground, at_once=True)
    assert posted(scene) == [(TOLD, "pending", CHAT)], "it waits until it is delivered"
    sent = scene.write(outbox_of.claim, "telegram", scene.now)
    scene.write(outbox_of.conclude, [(each, Sent()) for each in sent], scene.now)
    carry_out_all(ground, at_once=True)
    assert posted(scene) == []
    assert scene.read(find_request, number).progress == {}


def test_on_the_page_it_is_the_only_line_of_a_conversation_of_nobody(person: Marked, tmp_path: Path) -> None:
    scene, ground = person.scene, ground_of(person.scene, tmp_path / "data")
    number = asked(person, "web", PAGE)
    assert carry_out(ground, number)
    here = scene.read(find_conversation, "web", PAGE)
    assert here.contact_id is None
    said = select(messages.c.author, messages.c.text).where(messages.c.conversation_id == here.id)
    assert scene.read(lambda db: [tuple(row) for row in db.execute(said)]) == [("bot", TOLD)]
    assert scene.read(find_request, number).progress == {}


def test_who_did_not_ask_themselves_is_told_by_nobody_but_staff(person: Marked, tmp_path: Path) -> None:
    scene = person.scene
    request = person.erase()
    assert carry_out(ground_of(scene, tmp_path / "data"), request.id)
    assert posted(scene) == []
    assert "told" not in scene.read(find_request, request.id).delivered
