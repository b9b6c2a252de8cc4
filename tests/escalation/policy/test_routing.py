"""Which queue a matter goes to, what it is about and how pressing it is, by the shipped policy."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

import escalation
from escalation.policy.reader import read_policy
from escalation.policy.routing import route, topic_of, urgency_of
from knowledge_base.text.normalise import normalise

POLICY = read_policy(Path(escalation.__file__).with_name("policy.yaml"))


@pytest.mark.parametrize(
    ("tier", "topic", "urgency", "queue"),
    [
        ("特级", None, "normal", "特级专席"),
        ("特级", "投诉", "normal", "特级专席"),
        ("一级", "故障", "urgent", "一级专属"),
        ("一级", "投诉", "normal", "一级专属"),
        ("二级", "投诉", "normal", "二级专员"),
        ("二级", None, "urgent", "二级专员"),
        ("三级", "投诉", "normal", "投诉处理"),
        ("三级", "故障", "normal", "技术支持"),
        ("三级", "安装", "urgent", "技术支持"),
        ("三级", "发票", "normal", "通用客服"),
        ("三级", None, "normal", "通用客服"),
    ],
)
def test_a_matter_goes_to_the_queue_of_its_tier_then_of_its_topic(
    tier: str, topic: str | None, urgency: str, queue: str
) -> None:
    assert route(POLICY, tier, topic, urgency).id == queue


@pytest.mark.parametrize("tier", POLICY.tiers)
def test_a_matter_of_safety_goes_to_the_queue_that_never_closes(tier: str) -> None:
    assert route(POLICY, tier, "投诉", "critical").id == "特级专席"
    assert route(POLICY, tier, None, "critical").calendar == "全天"


def test_every_matter_finds_a_queue_even_of_a_tier_that_is_gone() -> None:
    for tier, topic, urgency in product([*POLICY.tiers, "五级"], [None, *POLICY.topics], POLICY.urgencies):
        assert route(POLICY, tier, topic, urgency).id in POLICY.queues


@pytest.mark.parametrize(
    ("text", "category", "topic"),
    [
        ("打印机卡纸了", None, "故障"),
        ("能开专票吗", None, "发票"),
        ("怎么退货", None, "退换"),
        ("今天天气不错", None, None),
        ("", None, None),
        ("卡纸了怎么办", "耗材", "耗材"),  # the matched question knows better than a word
        ("天气不错", "没有这个分类", None),
        ("硒鼓的发票抬头写错了", None, "发票"),  # equally long words: the policy's order decides
        ("安装驱动的时候报错", None, "安装"),  # the longer word decides
    ],
)
def test_the_topic_is_the_matched_category_or_the_longest_word(
    text: str, category: str | None, topic: str | None
) -> None:
    assert topic_of(POLICY, text, category) == topic


@pytest.mark.parametrize("category", [None, "故障", "发票", "投诉"])
def test_a_complaint_wins_over_every_other_topic(category: str | None) -> None:
    assert topic_of(POLICY, "卡纸修了三次还不行，我要投诉", category) == "投诉"


def test_a_question_of_the_complaint_category_is_a_complaint() -> None:
    assert topic_of(POLICY, "发票开错了", "投诉") == "投诉"


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("打印机冒烟了", "critical"),
        ("机身漏电，把人电到了", "critical"),
        ("我们全线停机了", "critical"),
        ("很急，冒烟了", "critical"),
        ("很急，今天必须修好", "urgent"),
        ("我们等着用", "urgent"),
        ("怎么查订单", "normal"),
        ("这款机器停产了吗", "normal"),  # a discontinued model is no emergency
        ("卡纸卡得我着急", "urgent"),
        ("", "normal"),
    ],
)
def test_the_most_pressing_word_decides_the_urgency(text: str, urgency: str) -> None:
    assert urgency_of(POLICY, text).id == urgency


@pytest.mark.parametrize(
    "text",
    [
        "不急，你们先忙别人的",
        "这个不着急，明天回复也行",
        "不是很急，有空看一下就好",
        "不急用，下周到货都可以",
        "我们不着急用，慢慢来",
        "不是很着急，下周处理也可以",
        "没那么急，你们按顺序来",
        "不用加急，按正常时间发货就行",
        "也不急着用，月底之前就行",
        "不是特别急，方便的时候看看",
    ],
)
def test_who_says_there_is_no_hurry_is_not_taken_to_be_in_a_hurry(text: str) -> None:
    assert urgency_of(POLICY, normalise(text)).id == "low"


@pytest.mark.parametrize(
    "text",
    [
        "很急，今天必须修好",
        "急死了，全部打不了",
        "我很着急，客户等着用",
        "有点着急，麻烦尽快处理",
        "急急急，打印机打不了标书",
        "能不急吗，明天就要开标了",
        "之前说不急，现在很急了",
        "东西不急，急用的是墨盒",  # without its comma it still says both
        "不是不急，是非常急",
        "急不急都给个准话，我们很急",
    ],
)
def test_who_is_in_a_hurry_is_heard_though_a_calm_word_stands_beside_it(text: str) -> None:
    assert urgency_of(POLICY, normalise(text)).id == "urgent"


@pytest.mark.parametrize("text", ["不着急但是机器冒烟", "不急不急，就是有点漏电", "不是很急，机器里有糊味，有空再说"])
def test_danger_is_never_taken_back(text: str) -> None:
    assert urgency_of(POLICY, normalise(text)).id == "critical"
