"""Knowledge bases out of proportion: copied answers, one huge question, several languages, a model, a negation."""

from __future__ import annotations

from itertools import product

import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.decide import Answered, Presumed, decide, given
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import rank

PLACES = "京沪穗深杭宁苏渝蓉汉津青岛连厦福泉合昌郑济烟潍徐锡常温州台绍嘉湖金衢丽舟芜蚌宿阜滁池赣吉萍余鹰景抚饶"
THINGS = ("发票", "订单", "墨盒", "硒鼓", "地址", "密码", "积分", "退款", "换货", "保修", "租赁", "安装")
ASKED = (
    "怎么查{}",
    "{}在哪里看",
    "我想看一下{}",
    "{}查询",
    "帮我找一下{}",
    "{}到哪一步了",
    "{}的情况",
    "看看{}",
    "{}呢",
)


def about(things: tuple[str, ...], answer: str = "请在我的账户里点{}。") -> list[Article]:
    return [
        Article(thing, "", ASKED[0].format(thing), tuple(one.format(thing) for one in ASKED[1:]), answer.format(thing))
        for thing in things
    ]


def answered(index: Index, text: str) -> str | None:
    at = index.thresholds()
    found = given(decide(rank(text, index), at.answer_at, at.suggest_at, 5))
    return found.article.id if found is not None else None


def test_copied_answers_cover_alike_and_the_phrasings_decide() -> None:
    copied = [*about(THINGS[:6], "请联系在线客服处理。"), *about(THINGS[6:])]
    index = build(copied)
    for thing in THINGS:
        assert rank(f"请问{thing}怎么查", index)[0].article.id == thing


def test_one_question_of_five_thousand_phrasings_does_not_swallow_fifty_of_one() -> None:
    devices = [f"{brand}{number}" for brand, number in product(("甲", "乙", "丙", "丁", "戊"), range(100))]
    phrasings = [f"{device}{trouble}" for device, trouble in product(devices, ASKED)] + [
        f"我的{device}坏了" for device in devices
    ]
    single = [f"{place}门店几点开门" for place in PLACES]
    articles = [Article("device", "", "设备坏了怎么办", tuple(phrasings), "请报修。")]
    articles += [Article(one, "", one, (), "九点开门。") for one in single]
    index = build(articles)
    assert len(index.entries) == 5_051
    assert [rank(f"请问{one}", index)[0].article.id for one in single] == single
    assert rank("甲3坏了", index)[0].article.id == "device"


def test_three_languages_stand_beside_each_other() -> None:
    articles = [
        Article("refund", "", "how do i get a refund", ("i want my money back", "refund please"), "Within 7 days."),
        Article("退款", "", "怎么退款", ("我要退钱", "退款流程"), "七天内。"),
        Article("henkin", "", "返金はどうすればいいですか", ("お金を返してほしい", "返金の手続き"), "七日以内です。"),
    ]
    index = build(articles)
    found = [rank(text, index)[0].article.id for text in ("refund my money", "退款要怎么弄", "返金してほしい")]
    assert found == ["refund", "退款", "henkin"]


def test_a_question_that_is_only_a_model_is_found_by_it_and_takes_no_other() -> None:
    articles = [*about(THINGS), Article("m136", "", "136nw", (), "136nw 支持无线打印。")]
    index = build(articles)
    assert answered(index, "136nw") == "m136"
    assert rank("136NW", index)[0].exact
    assert rank("136 nw", index)[0].article.id == "m136"
    assert answered(index, "137nw") is None


@pytest.mark.parametrize("text", ["能退", "不能退", "能退吗", "不能退怎么办"])
def test_phrasings_that_negate_one_another_are_told_apart_word_for_word_and_never_guessed(text: str) -> None:
    yes = Article("yes", "", "哪些东西能退", ("能退", "可以退的有哪些", "支持退"), "未拆封的。")
    no = Article("no", "", "哪些东西不能退", ("不能退", "不可以退的有哪些", "不支持退"), "定制的。")
    index = build([*about(THINGS), yes, no])
    at = index.thresholds()
    verdict = decide(rank(text, index), at.answer_at, at.suggest_at, 5)
    meant = "no" if "不" in text else "yes"
    if isinstance(verdict, Answered | Presumed):
        assert verdict.candidate.article.id == meant
    if text in ("能退", "不能退"):
        assert isinstance(verdict, Answered)
