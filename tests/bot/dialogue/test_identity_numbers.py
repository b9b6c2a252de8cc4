"""What a customer sends of an identity or a card is starred before anything is kept of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.dialogue import edits
from bot.messages import Edited, File, Incoming
from bot.storage.tables import metadata
from tests.bot.scene import Scene

IDENTITY, CARD = "11010519491231002X", "6222021234567890128"


def everything(scene: Scene) -> str:
    """Every value of every table."""
    rows = (
        row for table in metadata.sorted_tables for row in scene.read(lambda db, t=table: db.execute(select(t)).all())
    )
    return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize("number", [IDENTITY, CARD])
def test_a_number_is_nowhere_in_clear(scene_anywhere: Scene, number: str) -> None:
    anna = scene_anywhere.visitor()
    told = anna.say(f"我的号是{number} 帮我查一下实名")
    assert scene_anywhere.sentence("no_identity_numbers") in told
    anna.say("转人工")
    assert number[3:-4] not in everything(scene_anywhere)
    assert "*" in anna.lines()[0].text


def test_the_customer_is_asked_once(scene: Scene) -> None:
    anna, asked = scene.visitor(), scene.sentence("no_identity_numbers")
    said = [line for text in (f"我是{IDENTITY}", f"卡{CARD}", f"还有{IDENTITY}") for line in anna.say(text)]
    assert said.count(asked) == 1


def test_nothing_is_asked_for_an_order_or_a_telephone(scene: Scene) -> None:
    anna = scene.visitor()
    said = [*anna.say("订单号2026112800123456"), *anna.say("我电话13800138000")]
    assert scene.sentence("no_identity_numbers") not in said


def test_once_claimed_the_number_is_starred_in_silence(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("转人工")
    scene.claimed_by(scene.staff())
    assert anna.say(f"我身份证{IDENTITY}") == []
    assert IDENTITY not in everything(scene)


def test_the_name_of_a_file_and_an_edit_are_starred(scene: Scene) -> None:
    anna = scene.visitor("7", "telegram")
    anna.send("file", file=File(f"身份证{IDENTITY}.jpg", "image/jpeg", 3, b"abc"), text=f"卡号{CARD}")
    anna.send("text", text="打印机有点问题", key="first")
    edited = Edited("telegram", "7", "edit", "7:first", 1, f"打印机有点问题 {IDENTITY}", order=(1, 1))
    scene.write(edits.revise, scene.rules, edited, None, scene.now)
    never_received = Incoming("telegram", "7", "7:lost", "text", f"卡号{CARD}")
    lost = Edited("telegram", "7", "edit-2", "7:lost", 2, f"卡号{CARD}", never_received, (2, 2))
    scene.write(edits.revise, scene.rules, lost, None, scene.now)
    kept = everything(scene)
    assert IDENTITY not in kept
    assert CARD not in kept
