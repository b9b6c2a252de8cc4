"""A wish is a wish only when a message is nothing else."""

from __future__ import annotations

import pytest

from bot.dialogue.intents import LONGEST, Intent, intent_of
from escalation.policy.model import Policy


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("人工", "person"),
        ("转人工 谢谢", "person"),
        ("麻烦帮我转人工，谢谢！", "person"),
        ("轉人工", "person"),
        ("你好，找个真人", "person"),
        ("我要投诉", "complaint"),
        ("我要投诉，转人工", "person"),
        ("你好，我要投诉！！！", "complaint"),
        ("催一下", "urge"),
        ("麻烦催一下，谢谢", "urge"),
        ("没解决", "unsolved"),
        ("还是不行啊", "unsolved"),
        ("好了，谢谢", "solved"),
        ("没有了，谢谢", "no_more"),
        ("谢谢", "thanks"),
        ("謝謝", "thanks"),
        ("thanks", "thanks"),
        ("你好，谢谢", "thanks"),
        ("在吗", "greeting"),
        ("你好 在吗", "greeting"),
        ("Hello!", "greeting"),
    ],
)
def test_what_is_wished_for(policy: Policy, text: str, intent: Intent) -> None:
    assert intent_of(policy, text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "安装人工费多少钱",
        "人工费怎么算",
        "人工客服几点上班",
        "你好，打印机坏了",
        "投诉处理要多久",
        "谢谢，那发票怎么开",
        "没解决卡纸的办法",
        "history",
        "麻烦",
        "",
        "   ",
        "👍👍",
        "\u200b\u200b",
        "<b></b>",
    ],
)
def test_whoever_says_more_than_that_wishes_for_nothing_in_particular(policy: Policy, text: str) -> None:
    assert intent_of(policy, text) is None


def test_a_long_message_is_never_a_bare_wish(policy: Policy) -> None:
    assert intent_of(policy, "人工" * (LONGEST // 2)) == "person"
    assert intent_of(policy, "人工" * (LONGEST // 2) + "啊") is None
    assert intent_of(policy, "人工" * 50_000) is None


def test_no_words_in_the_policy_no_wishes(policy: Policy) -> None:
    from dataclasses import replace

    assert intent_of(replace(policy, words={}), "人工") is None
