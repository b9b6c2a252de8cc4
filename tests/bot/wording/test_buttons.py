"""What buttons carry."""

from __future__ import annotations

from bot.wording import buttons
from escalation.policy.model import Policy


def test_buttons_carry_the_article_they_judge(policy: Policy) -> None:
    assert [button.choice for button in buttons.answer_buttons(policy, "a1", "zh-Hans")] == [
        "helpful:a1",
        "unhelpful:a1",
        "person",
    ]
    assert [(button.choice, button.label) for button in buttons.presumed_buttons(policy, "a1", "zh-Hans")] == [
        ("notmeant:a1", "不是"),
        ("helpful:a1", "有帮助"),
        ("unhelpful:a1", "没帮助"),
        ("person", "转人工"),
    ]
    assert [(button.choice, button.label) for button in buttons.asked_back_buttons(policy, "a1", "zh-Hant")] == [
        ("meant:a1", "是的"),
        ("notmeant:a1", "不是"),
        ("person", "轉人工"),
    ]
    assert [button.as_json() for button in buttons.rating_buttons(12, 2)] == [
        {"choice": f"rate:{score}:12:2", "label": str(score)} for score in range(1, 6)
    ]
