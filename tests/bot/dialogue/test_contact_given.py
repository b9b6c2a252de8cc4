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


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("发票抬头开错了，转人工", "方便的话，请发一下订单号或发票号码，专人联系您时可以更快处理；手边没有也没关系。"),
        ("打印机卡纸，转人工", "方便的话，请发一下订单号或机身序列号，专人联系您时可以更快处理；手边没有也没关系。"),
        ("账号登录不了，转人工", "方便的话，请发一下登录账号，专人联系您时可以更快处理；手边没有也没关系。"),
    ],
)
def test_a_customer_is_asked_for_the_number_that_fits_their_matter(scene: Scene, text: str, asked: str) -> None:
    assert scene.visitor(customer="C1020").say(text)[-1] == asked


def test_a_stranger_is_asked_for_a_number_only_where_one_helps(scene: Scene) -> None:
    assert scene.visitor().say("发票抬头开错了，转人工")[-1] == (
        "方便留个手机号或邮箱吗？您不在线时，专人也能联系到您；有订单号或发票号码的话，也请一并发来。"
    )
    said = scene.visitor("other").say("我的个人信息被泄露了，转人工")
    assert said[-1] == "方便留个手机号或邮箱吗？您不在线时，专人也能联系到您。"
