"""Who has said how to be reached is not asked for it."""

from __future__ import annotations

import pytest

from bot.dialogue.contact_given import gives_contact
from tests.bot.scene import Scene


@pytest.mark.parametrize(
    "text",
    [
        "打我手机13812345678",
        "座机，零二一，六六五五，四四三三",
        "微信同号一三八一二三四五六七八",
        "我姓何，電話 61234567",
        "微信zhang_shop88",
        "邮箱 a.b@example.com",
        "021-55443322 转 12",
        "分机 8123",
    ],
)
def test_a_number_a_mailbox_or_a_messenger_is_a_contact(text: str) -> None:
    assert gives_contact(text)


@pytest.mark.parametrize("text", ["打印机卡纸了", "订单号20261128001", "一二三四楼都停了", "给我打个电话", "12台"])
def test_other_numbers_are_none(text: str) -> None:
    assert not gives_contact(text)


def test_who_gave_a_number_before_the_hand_over_is_not_asked_for_one(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("我的手机是13812345678，打印机有点问题")
    said = anna.say("转人工")
    assert scene.sentence("ask_contact") not in said


def test_who_gave_none_is_asked_once(scene: Scene) -> None:
    anna = scene.visitor()
    assert scene.sentence("ask_contact") in anna.say("转人工")
