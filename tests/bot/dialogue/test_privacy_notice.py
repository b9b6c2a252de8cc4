"""The privacy notice stands beside the conversation: told once for each version, and never before an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.transcript.notices_shown import shown_to
from escalation.policy.privacy_notice import NOTICE_PARTS, PrivacyNotice
from tests.bot.noticed import with_notice
from tests.bot.scene import Scene, Visitor

SHOWN = "我们按《个人信息处理说明》处理您的信息，发送 /privacy 可以查看。"
CHANGED = "《个人信息处理说明》已更新，发送 /privacy 可以查看。"


def put(scene: Scene, version: str | None) -> None:
    privacy = None if version is None else PrivacyNotice(version, dict.fromkeys(NOTICE_PARTS, "说明"))
    scene.rules = replace(scene.rules, policy=with_notice(scene.rules.policy, privacy))


@pytest.fixture
def noticed(scene: Scene) -> Scene:
    put(scene, "1")
    return scene


def sent(scene: Scene) -> list[str]:
    """What was posted to the messenger, in order."""
    return [row.text for row in scene.posted("telegram")]


def shown(scene: Scene, visitor: Visitor) -> list[tuple[str, str, Any]]:
    assert visitor.conversation is not None
    return [tuple(row) for row in scene.read(shown_to, visitor.conversation.id)]


def test_the_first_question_is_answered_and_then_told_where_the_notice_is(noticed: Scene) -> None:
    visitor = noticed.visitor("555", "telegram")
    answers = visitor.say("怎么开发票")
    assert sent(noticed) == [*answers, SHOWN]
    assert shown(noticed, visitor) == [("1", "telegram", noticed.now)]


def test_a_danger_is_answered_first_without_a_tap(noticed: Scene) -> None:
    answers = noticed.visitor("555", "telegram").say("打印机冒烟了")
    assert sent(noticed) == [*answers, SHOWN]
    assert answers
    assert noticed.ticket.urgency == "critical"


def test_it_is_told_once_and_again_when_it_has_changed(noticed: Scene) -> None:
    visitor = noticed.visitor("555", "telegram")
    visitor.say("怎么开发票")
    visitor.say("怎么查订单")
    assert sent(noticed).count(SHOWN) == 1
    put(noticed, "2")
    visitor.say("硒鼓多少钱")
    visitor.say("租打印机多少钱")
    assert sent(noticed).count(CHANGED) == 1
    assert [row[0] for row in shown(noticed, visitor)] == ["2", "1"]


def test_it_is_no_line_of_the_conversation_so_that_an_offer_stays_the_last_word(noticed: Scene) -> None:
    visitor = noticed.visitor("555", "telegram")
    visitor.say("打印机有点问题")
    assert all(line.text != SHOWN for line in visitor.lines())
    assert visitor.say("第二个")[0].startswith("请打开后盖取出卡住的纸。")


def test_on_the_web_it_stands_below_the_box_and_is_recorded_with_the_first_message(noticed: Scene) -> None:
    visitor = noticed.visitor("anna")
    visitor.say("怎么开发票")
    assert all("个人信息处理说明" not in line.text for line in visitor.lines())
    assert shown(noticed, visitor) == [("1", "web", noticed.now)]


def test_while_a_person_has_the_floor_the_bot_says_nothing_of_it(noticed: Scene) -> None:
    put(noticed, None)
    visitor = noticed.visitor("555", "telegram")
    visitor.say("人工")
    noticed.claimed_by(noticed.staff())
    put(noticed, "1")
    visitor.say("在吗")
    assert sent(noticed).count(SHOWN) == 0


def test_a_policy_without_a_notice_shows_none(scene: Scene) -> None:
    visitor = scene.visitor("555", "telegram")
    answers = visitor.say("怎么开发票")
    assert sent(scene) == answers
    assert shown(scene, visitor) == []
