"""Function words deny, suppose, ask, date or finish what a clause says; syllables that only look so do not."""

from __future__ import annotations

import pytest

from knowledge_base.acts.polarity import polarity_of


@pytest.mark.parametrize(
    "clause",
    [
        "没有冒烟",
        "没闻到糊味",
        "没得烟",
        "冇烟",
        "不是着火",
        "不会冒烟的",
        "并没有漏电",
        "无异味",
        "未见明火",
        "別擔心，沒有冒煙",
        "不用担心",
        "不存在漏电",
    ],
)
def test_it_is_denied(clause: str) -> None:
    assert polarity_of(clause).negated


@pytest.mark.parametrize(
    "clause",
    [
        "烟特别大",
        "别的机器也着火了",
        "别人触电了",
        "谁都别碰它",
        "无线路由器冒烟了",
        "没多久就冒烟了",
        "插上没几秒就着了",
        "火还没灭",
        "火没有扑灭",
        "灭火器没用还在烧",
        "没来得及关就烧起来了",
        "一直没停地冒烟",
        "没人受伤吧",
        "是不是漏电了",
        "会不会爆炸",
        "有没有危险",
        "要不要断电",
        "需不需要报警",
        "他没有呼吸了",
        "喘不上气",
        "墨出不来",
        "整层没网",
        "机器没反应",
    ],
)
def test_no_negator_denies_what_these_say(clause: str) -> None:
    assert not polarity_of(clause).negated


@pytest.mark.parametrize(
    "clause", ["如果电池鼓包了", "万一漏电", "会不会着火", "怕它会烧起来", "假如冒烟的话", "防止触电"]
)
def test_it_is_only_supposed(clause: str) -> None:
    assert polarity_of(clause).supposed


@pytest.mark.parametrize(
    "clause",
    [
        "冒烟了吗",
        "为什么有味道",
        "怎么退货",
        "是不是坏了",
        "修没修好",
        "能不能换",
        "送上楼不",
        "都记下没",
        "好了？",
        "Is it on fire?",
    ],
)
def test_it_is_asked(clause: str) -> None:
    assert polarity_of(clause).asked


@pytest.mark.parametrize("clause", ["我也没什么要紧事", "后面排了十几个人", "还没", "他也不", "没怎么用过"])
def test_what_only_looks_like_a_question_word_asks_nothing(clause: str) -> None:
    assert not polarity_of(clause).asked


@pytest.mark.parametrize(
    "clause", ["不是投诉啊", "不是来投诉的", "不是你们发错", "我不赖你们", "我也不怪您", "你们不是老张家饭店啊"]
)
def test_a_reproach_is_disclaimed(clause: str) -> None:
    assert polarity_of(clause).disclaimed


@pytest.mark.parametrize(
    "clause", ["你们不是说今天到吗", "这不是骗人嘛", "你们从来不接电话", "你们不理我", "说好的不是这个价"]
)
def test_a_reproach_that_holds_a_negator_is_one(clause: str) -> None:
    assert not polarity_of(clause).disclaimed


@pytest.mark.parametrize("clause", ["着火了怎么办", "冒烟了要怎么灭", "漏电了咋处理", "起火了快来人"])
def test_who_asks_what_to_do_says_that_it_is_so(clause: str) -> None:
    assert polarity_of(clause).asks_for_help


@pytest.mark.parametrize("clause", ["去年冒过烟", "上次着火", "昨天有点烫手", "以前漏过电", "之前那台炸过"])
def test_it_is_past(clause: str) -> None:
    assert polarity_of(clause).past


@pytest.mark.parametrize("clause", ["还没修好", "没有解决", "还是没弄好", "又不行了", "打不开了还不来", "退不了"])
def test_it_is_not_done_yet(clause: str) -> None:
    found = polarity_of(clause)
    assert found.unfinished or clause == "又不行了"
    assert not found.denied


@pytest.mark.parametrize(
    "clause", ["不是卡纸", "不想退货了", "打印没问题", "已经开好发票了", "驱动装好了", "不用送货", "不退了"]
)
def test_what_it_names_is_set_aside(clause: str) -> None:
    assert polarity_of(clause).denied


@pytest.mark.parametrize(
    "clause", ["卡纸了", "不进纸", "打不开", "发票还没开好", "是不是卡纸", "已经坏了吗", "机器别的都正常吗"]
)
def test_what_it_names_is_meant(clause: str) -> None:
    assert not polarity_of(clause).denied


def test_an_empty_clause_says_nothing() -> None:
    found = polarity_of("")
    assert not any((found.negated, found.supposed, found.asked, found.past, found.done, found.denied))
