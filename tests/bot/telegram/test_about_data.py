"""/start, /privacy and /consent: the notice and the consents, by command."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.telegram.customers import run_command
from bot.telegram.parsing.customers import Command
from bot.transcript.notices_shown import shown_to
from escalation.policy.privacy_notice import NOTICE_PARTS, ConsentPurpose, PrivacyNotice
from tests.bot.noticed import with_notice
from tests.bot.scene import Scene, Visitor


@pytest.fixture
def noticed(scene: Scene) -> Scene:
    privacy = PrivacyNotice("1", dict.fromkeys(NOTICE_PARTS, "说明"), {"surveys": ConsentPurpose("接收满意度调查")})
    scene.rules = replace(scene.rules, policy=with_notice(scene.rules.policy, privacy))
    return scene


def send(scene: Scene, name: str) -> tuple[Visitor, str]:
    command = Command("555", f"key {name}", 555, name, "")
    scene.write(run_command, scene.rules, "s" * 32, command, scene.now)
    visitor = scene.visitor("555", "telegram")
    return visitor, "\n".join(visitor.read())


def test_the_greeting_says_where_the_notice_is_and_it_is_not_said_again(noticed: Scene) -> None:
    visitor, said = send(noticed, "start")
    assert said.endswith("我们按《个人信息处理说明》处理您的信息，发送 /privacy 可以查看。")
    assert visitor.conversation is not None
    assert [row.version for row in noticed.read(shown_to, visitor.conversation.id)] == ["1"]
    visitor.say("怎么开发票")
    assert sum("个人信息处理说明" in row.text for row in noticed.posted("telegram")) == 1


def test_privacy_sends_the_whole_notice(noticed: Scene) -> None:
    _, said = send(noticed, "privacy")
    assert said.startswith("个人信息处理说明（版本 1）\n\n【谁在处理您的信息】\n说明\n\n【处理哪些信息】")
    assert said.endswith("【怎样投诉】\n说明")


def test_without_a_notice_privacy_says_so(scene: Scene) -> None:
    assert send(scene, "privacy")[1] == ("我们还没有发布个人信息处理说明。如需了解，请直接写下您的问题，由专人答复。")


def test_consent_lists_what_may_be_agreed_to(noticed: Scene) -> None:
    visitor, said = send(noticed, "consent")
    assert "• 接收满意度调查：还没有表示过" in said
    assert [each["label"] for each in visitor.lines()[-1].meta["buttons"]] == ["同意：接收满意度调查"]


def test_without_purposes_consent_says_so(scene: Scene) -> None:
    assert send(scene, "consent")[1] == "目前没有需要您另行同意的事项。"
