"""Feedback is graded and answered by one rule, and ends only once its customer was answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Claim, Record, Reply, Resolve, SendStep
from bot.wording.refusals import REFUSALS
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene, Visitor

END = Resolve(None, "当场解决")


@pytest.mark.parametrize(
    "answer",
    [Reply("谢谢您的建议，下月改。", "12345678"), Record("called"), SendStep("result", "已采纳。", "result-1-key")],
)
def test_feedback_ends_once_it_is_answered(scene: Scene, anna: Visitor, answer: Reply | Record | SendStep) -> None:
    anna.say("我有个建议，希望你们改进送货通知，转人工")
    assert scene.ticket.topic == "建议"
    assert scene.clock_of("feedback_answered").state == "open"
    li = scene.staff()
    scene.act(li, Claim())
    with pytest.raises(Refused) as why:
        scene.act(li, END)
    assert REFUSALS[why.value.code] == "意见建议要先答复客户，再标记为已解决。"
    scene.act(li, answer)
    assert scene.clock_of("feedback_answered").state == "met"
    scene.act(li, END)


@pytest.mark.parametrize(
    ("words", "grade", "label"),
    [
        ("我有个建议，希望你们改进送货通知，转人工", "normal", "普通"),
        ("我有个建议，希望你们改进送货通知，转人工，很急", "urgent", "紧急"),
        ("我有个建议，希望你们改进送货通知，转人工，不着急", "low", "非紧急"),
    ],
)
def test_feedback_is_graded_and_of_every_grade_answered_within_a_day(
    scene: Scene, anna: Visitor, words: str, grade: str, label: str
) -> None:
    anna.say(words)
    assert (scene.ticket.topic, scene.ticket.urgency) == ("建议", grade)
    assert scene.policy.urgency_of(grade).label == label
    clock = scene.clock_of("feedback_answered")
    assert clock.due_at - clock.started_at == timedelta(hours=24)
