"""A policy of before `outside_chat` keeps what it sends out, and its house is told so once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.delivery.outbox import STAFF_CHAT
from bot.notifications.unstated_policy import tell_of_outside_chat
from escalation.policy.outside_chat import OutsideChat
from tests.bot.scene import Scene

SAID = (
    "政策里没有 outside_chat，客户姓名、单位、等级依据、权益和对话会照旧发到这个群。"
    "如需减少，请在政策里写上 outside_chat，写法见 docs/policy.md。本提示只发一次。"
)


def test_it_is_told_once_in_log_and_chat(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    rules = replace(scene.rules, staff_chat="desk")
    assert scene.write(tell_of_outside_chat, rules, scene.now)
    assert not scene.write(tell_of_outside_chat, rules, scene.now)
    (row,) = scene.posted(STAFF_CHAT)
    assert row.text == SAID
    assert caplog.text.count('The policy has no "outside_chat"') == 1


def test_nothing_is_told_where_it_is_stated_or_nobody_reads(scene: Scene) -> None:
    stated = replace(scene.rules.policy, outside_chat=OutsideChat(is_stated=True))
    assert not scene.write(tell_of_outside_chat, replace(scene.rules, policy=stated, staff_chat="desk"), scene.now)
    assert not scene.write(tell_of_outside_chat, replace(scene.rules, staff_chat=""), scene.now)
    assert scene.posted(STAFF_CHAT) == []
