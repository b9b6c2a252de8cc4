"""In an emergency everything goes to people at once, and nothing is promised that cannot be kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.journal import emergency_mode
from tests.bot.scene import Scene

TAKEN = "已为您转人工并记下您的问题。目前系统处于应急处理中，暂时无法给出准确的联系时间，我们会尽快与您联系。"


@pytest.fixture
def emergency(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, emergency="机房停电")
    return scene


def test_the_first_message_goes_to_a_person_without_an_instant(emergency: Scene) -> None:
    assert emergency.visitor("anna").say("怎么开发票")[0] == TAKEN
    assert emergency.ticket.state == "waiting"


def test_a_danger_hears_its_safety_text_all_the_same(emergency: Scene) -> None:
    said = emergency.visitor("anna").say("打印机冒烟了")
    assert said[0] != TAKEN
    assert emergency.ticket.urgency == "critical"


def test_the_mode_stands_in_the_journal_with_its_reason(scene: Scene) -> None:
    def switch(*, on: bool, reason: str) -> bool:
        done: bool = scene.write(emergency_mode.switch, on=on, reason=reason, by="cli lin", now=scene.now)
        return done

    assert scene.read(emergency_mode.emergency_reason) == ""
    assert switch(on=True, reason="机房停电")
    assert not switch(on=True, reason="又停电")
    assert scene.read(emergency_mode.emergency_reason) == "机房停电"
    assert switch(on=False, reason="恢复")
    assert scene.read(emergency_mode.emergency_reason) == ""
