"""A sentence is tried as a customer's first message would be taken, and nothing is written."""

from __future__ import annotations

import pytest

from bot.dialogue.sentence_trial import try_sentence
from bot.wording import knowledge_pages
from tests.bot.scene import ORDER, UNKNOWN, WIFI, Scene


@pytest.mark.parametrize(
    ("said", "decision", "says"),
    [
        ("怎么查订单", "answer", ORDER.answer),
        ("纸卡在里面出不来", "answer", "请打开后盖取出卡住的纸。"),
        ("打印机有点问题", "suggest", ""),
        ("转人工", "hand_off", ""),
        (UNKNOWN, "other", ""),
    ],
)
def test_it_is_decided_as_for_a_customer(scene: Scene, said: str, decision: str, says: str) -> None:
    found = try_sentence(scene.rules, said, scene.policy.default_tier, scene.now)
    assert (found.decision, found.says) == (decision, says)


def test_what_is_listed_and_heard_is_told(scene: Scene) -> None:
    tier = scene.policy.default_tier
    assert try_sentence(scene.rules, "打印机有点问题", tier, scene.now).listed[0].article == WIFI
    wished = try_sentence(scene.rules, "转人工", tier, scene.now)
    assert (wished.heard, wished.reason) == (("person",), "asked_for_person")
    thanks = try_sentence(scene.rules, "谢谢", tier, scene.now)
    assert thanks.decision == "say"
    assert thanks.says


@pytest.mark.parametrize(
    ("decision", "best", "said"),
    [
        ("answer", 0.99, "把握 99%，达到直接回答的 92%。"),
        ("presume", 0.9, "把握 90%，达到回答的 85%，但不到 92%，所以先说明理解成了哪个问题。"),
        ("ask_back", 0.6, "把握 60%，不到回答的 85%；可能的问题合起来值得问一句（从 25% 起）。"),
        ("hand_off", 0.3, "最接近的问题把握 30%（回答要 85%），按规则转人工。"),
        ("other", 0.3, "最接近的问题把握 30%，可能的问题加起来也不到一半，问了多半不是。"),
        ("other", 0.1, "最接近的问题把握 10%，不到值得一问的 25%。"),
        ("say", 0.1, "客户没有在提问。"),
    ],
)
def test_why_is_told_by_the_confidence(decision: str, best: float, said: str) -> None:
    levels = {"answer_at": 0.85, "sure_at": 0.92, "suggest_at": 0.25}
    assert knowledge_pages.why(decision=decision, best=best, exact=False, **levels) == said
