"""What customers ask and the knowledge base lacks, put together and ranked."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from knowledge_base.articles import Article
from knowledge_base.gaps.clustering import Cluster, Gap, cluster, masked_part, unmasked
from knowledge_base.matching.index import Index, build

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ARTICLES = (
    Article("order-query", "订单", "怎么查订单", ("我的订单在哪儿看",), "点「我的订单」。"),
    Article("invoice-how", "发票", "怎么开发票", ("发票怎么开", "发票在哪里申请"), "点「申请发票」。"),
    Article("invoice-title", "发票", "发票抬头怎么改", ("抬头写错了怎么办",), "点「修改抬头」。"),
    Article("paper-jam", "故障", "打印机卡纸怎么办", ("卡纸了",), "打开后盖。"),
    Article("wifi", "故障", "打印机连不上wifi怎么办", (), "重启路由器。"),
    Article("toner", "耗材", "打印机硒鼓多少钱", (), "见商品页。"),
)


@pytest.fixture(scope="module")
def index() -> Index:
    return build(ARTICLES)


def gaps(*texts: str, **more: Any) -> list[Gap]:
    """One after the other, a minute apart."""
    return [
        Gap(number, MONDAY + timedelta(minutes=number), more.get("reason", "unanswered"), text)
        for number, text in enumerate(texts, 1)
    ]


def found(clusters: tuple[Cluster, ...]) -> list[tuple[str, int]]:
    return [(one.text, one.count) for one in clusters]


def test_no_gaps_are_no_clusters(index: Index) -> None:
    assert cluster([], index) == ()


def test_the_same_words_are_one_question_whatever_their_signs_width_script_and_fillers(index: Index) -> None:
    texts = ("支持分期付款吗", "支持分期付款吗？？", "请问，支持分期付款吗", "支持分期付款嗎", "支 持 分 期 付 款 吗")
    [one] = cluster(gaps(*texts), index)
    assert (one.count, one.examples, one.gaps) == (5, (), (1, 2, 3, 4, 5))


def test_similar_words_and_words_of_the_same_sound_join_the_most_frequent_wording(index: Index) -> None:
    texts = ("你们卖3D打印机吗", "你们卖3D打印机吗", "卖3d打印机吗", "你门卖3D打因机吗", "支持分期付款吗")
    [first, second] = cluster(gaps(*texts), index)
    assert (first.text, first.count) == ("你们卖3D打印机吗", 4)
    assert set(first.examples) == {"卖3d打印机吗", "你门卖3D打因机吗"}
    assert (second.text, second.count) == ("支持分期付款吗", 1)


def test_common_words_alone_bring_nothing_together(index: Index) -> None:
    assert len(cluster(gaps("打印机漏粉怎么办", "打印机发烫怎么办", "打印机掉线怎么办"), index)) == 3


def test_one_stranger_who_sends_the_same_a_thousand_times_counts_once(index: Index) -> None:
    again = [
        Gap(number, MONDAY, "unanswered", "支持分期付款吗", customer="t1", tier="三级") for number in range(1, 1001)
    ]
    two = [
        Gap(2001, MONDAY, "unanswered", "招聘维修工吗", customer="o1", tier="特级"),
        Gap(2002, MONDAY, "unanswered", "招聘维修工么", customer="o2", tier="三级"),
    ]
    [first, second] = cluster([*again, *two], index)
    assert (first.text, first.askers, first.customers) == ("招聘维修工么", 2, {"特级": 1, "三级": 1})
    assert (second.count, second.askers, second.customers) == (1000, 1, {"三级": 1})


def test_a_wording_that_one_customer_repeats_does_not_stand_for_that_of_two(index: Index) -> None:
    said = [("卖3d打印机吗", "t1")] * 5 + [("你们卖3D打印机吗", "o1"), ("你们卖3D打印机吗", "o2")]
    asked = [Gap(number, MONDAY, "unanswered", text, customer=who) for number, (text, who) in enumerate(said, 1)]
    [one] = cluster(asked, index)
    assert (one.text, one.count, one.askers) == ("你们卖3D打印机吗", 7, 3)


def test_who_has_moved_counts_in_the_tier_they_had_last(index: Index) -> None:
    asked = [
        Gap(1, MONDAY, "unanswered", "支持分期付款吗", customer="o1", tier="三级"),
        Gap(2, MONDAY + timedelta(days=1), "unanswered", "支持分期付款吗", customer="o1", tier="一级"),
    ]
    assert cluster(asked, index)[0].customers == {"一级": 1}


def answered(number: int, text: str, days: int = 1) -> Gap:
    """One whose question was published so many days later, as the question "loan"."""
    at = MONDAY + timedelta(days=days)
    return Gap(number, MONDAY, "unanswered", text, customer="o1", answered_at=at, answered_by="loan")


def test_what_was_answered_is_no_gap_until_it_is_asked_again_in_vain_in_whatever_words(index: Index) -> None:
    before = answered(3, "支持分期付款吗")
    assert cluster([before], index) == ()
    again = Gap(9, MONDAY + timedelta(days=2), "rejected", "能支持分期付款吗", customer="o2", tier="二级")
    [one] = cluster([before, again], index)
    assert (one.id, one.text, one.count, one.customers) == (3, "能支持分期付款吗", 1, {"二级": 1})
    assert (one.answered_by, one.answered_at) == ("loan", MONDAY + timedelta(days=1))


def test_what_came_before_the_answer_and_was_left_open_has_not_come_back(index: Index) -> None:
    left = Gap(9, MONDAY, "unanswered", "支持分期付款么", customer="o2")
    [one] = cluster([answered(3, "支持分期付款吗"), left], index)
    assert (one.count, one.answered_by) == (1, None)


def test_an_open_message_whose_words_are_a_phrasing_is_a_gap_where_it_is_known_who_asked(index: Index) -> None:
    [one] = cluster([Gap(1, MONDAY, "human", "发票怎么开", customer="o1")], index)
    assert one.text == "发票怎么开"


@pytest.mark.parametrize("said", ["可以分三期，请联系客户经理。", "点「申请发票」。"])
def test_two_wordings_that_one_reply_solved_need_be_less_alike(index: Index, said: str) -> None:
    asked = gaps("公司换名字了抬头要变", "公司名字换了，改抬头吗")
    [one] = cluster([replace(gap, reply=said) for gap in asked], index)
    assert one.count == 2


def test_a_reply_of_an_article_is_the_same_as_a_tap_on_it(index: Index) -> None:
    first, second = gaps("公司换名字了抬头要变", "公司名字换了，改抬头吗")
    sent = replace(first, reply="点「修改抬头」。")
    [one] = cluster([sent, replace(second, article_id="invoice-title")], index)
    assert one.count == 2


def test_what_an_agent_writes_to_everybody_brings_nothing_together(index: Index) -> None:
    texts = ("支持分期付款吗", "你们卖3D打印机吗", "招聘维修工吗", "可以以旧换新吗", "云盘怎么扩容", "周末有人值班吗")
    assert len(cluster([replace(gap, reply="请稍等，我查一下。") for gap in gaps(*texts)], index)) == 6


def test_what_many_ask_comes_first_then_what_was_asked_last(index: Index) -> None:
    texts = ("可以以旧换新吗", "招聘维修工吗", "支持分期付款吗", "支持分期付款吗")
    assert found(cluster(gaps(*texts), index)) == [("支持分期付款吗", 2), ("招聘维修工吗", 1), ("可以以旧换新吗", 1)]


def test_a_cluster_is_called_by_its_smallest_gap_so_that_others_may_join(index: Index) -> None:
    before = gaps("支持分期付款吗", "支持分期付款么", "支持分期付款吗")
    [one] = cluster(before, index)
    [later] = cluster([*reversed(before), Gap(9, MONDAY + timedelta(days=1), "human", "能支持分期付款吗")], index)
    assert one.id == later.id == 1
    assert later.gaps == (1, 2, 3, 9)
    assert later.newest == MONDAY + timedelta(days=1)


def test_two_wordings_for_which_customers_chose_one_question_need_be_less_alike(index: Index) -> None:
    texts = ("公司换名字了抬头要变", "公司名字换了，改抬头吗")
    apart = gaps(*texts, reason="suggested")
    assert len(cluster(apart, index)) == 2
    tapped = [Gap(gap.id, gap.at, gap.reason, gap.text, article_id="invoice-title") for gap in apart]
    [one] = cluster(tapped, index)
    assert one.tapped == (("invoice-title", 2),)


def test_reasons_taps_and_refused_answers_are_counted(index: Index) -> None:
    text = "开给子公司行吗"
    [one] = cluster(
        [
            Gap(1, MONDAY, "suggested", text, article_id="invoice-how"),
            Gap(2, MONDAY, "suggested", text, article_id="invoice-how"),
            Gap(3, MONDAY, "suggested", text, article_id="invoice-title"),
            Gap(4, MONDAY, "suggested", text),
            Gap(5, MONDAY, "rejected", text, article_id="order-query"),
            Gap(6, MONDAY, "human", text, reply="可以"),
        ],
        index,
    )
    assert dict(one.reasons) == {"suggested": 4, "rejected": 1, "human": 1}
    assert one.tapped == (("invoice-how", 2), ("invoice-title", 1))
    assert one.rejected == (("order-query", 1),)


def test_the_nearest_questions_are_looked_up(index: Index) -> None:
    [one] = cluster(gaps("发票的抬头如何更改"), index)
    assert one.nearest[0].article.id == "invoice-title"
    [unranked] = cluster(gaps("发票的抬头如何更改"), index, ranked=0)
    assert unranked.nearest == ()


def test_what_is_a_phrasing_by_now_is_no_gap_any_more(index: Index) -> None:
    assert cluster(gaps("发票怎么开", "请问发票怎么开？"), index) == ()


def test_an_answer_that_was_no_help_stays_a_gap_though_its_question_is_known(index: Index) -> None:
    [one] = cluster([Gap(1, MONDAY, "rejected", "发票怎么开", article_id="invoice-how")], index)
    assert one.rejected == (("invoice-how", 1),)


def test_the_draft_is_the_newest_reply_that_can_be_given_to_everybody(index: Index) -> None:
    replies = ("可以分三期。", "可以分六期。", "已给138****0001办理。")
    asked = [
        Gap(number, MONDAY + timedelta(hours=number), "human", "支持分期付款吗", reply=reply)
        for number, reply in enumerate(replies, 1)
    ]
    assert cluster(asked, index)[0].reply == "可以分六期。"
    assert cluster(asked[2:], index)[0].reply == "已给138****0001办理。"
    assert cluster(gaps("支持分期付款吗"), index)[0].reply is None


def test_a_wording_without_masked_data_stands_for_the_others(index: Index) -> None:
    texts = ("我叫***，支持分期付款吗", "我叫***，支持分期付款吗", "我叫，支持分期付款吗")
    [one] = cluster(gaps(*texts), index)
    assert one.text == "我叫，支持分期付款吗"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("支持分期吗？", "支持分期吗？"),
        ("我叫***，电话138****0001，支持分期吗", "支持分期吗"),
        ("你好 我叫***，支持分期吗？", "你好，支持分期吗"),
        ("寄到幸福路**号要多久", ""),
        ("***", ""),
    ],
)
def test_clauses_with_masked_data_are_left_out_of_the_wording(text: str, left: str) -> None:
    assert unmasked(text) == left


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("138****0001支持分期吗", "138****0001"),
        ("电话138****0支持分期吗", "138****0"),
        ("幸福路*栋", "*"),
        ("支持分期吗", ""),
    ],
)
def test_masked_data_is_found_though_some_of_it_was_cut_away(text: str, part: str) -> None:
    assert masked_part(text, "我叫***，138****0001，幸福路*栋，支持分期吗") == part


def test_a_star_of_ones_own_is_none() -> None:
    assert masked_part("按 * 键没反应", "138****0001，按键没反应") == ""


def test_texts_without_words_are_left_out(index: Index) -> None:
    assert cluster(gaps("？？", "***", "😀"), index) == ()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("common", ["", "招聘"])
def test_five_thousand_gaps_are_put_together_in_a_moment(index: Index, common: str) -> None:
    letters = random.Random(7)
    signs = "".join(phrasing for article in ARTICLES for phrasing in article.phrasings) + "分期招聘换新租借"
    texts = [common + "".join(letters.choices(signs, k=12)) for _ in range(5_000)]
    clusters = cluster(gaps(*texts), index, ranked=0)
    assert sum(one.count for one in clusters) >= 4_990


def test_order_of_arrival_changes_nothing(index: Index) -> None:
    some = gaps("支持分期付款吗", "卖3d打印机吗", "支持分期付款么", "你们卖3D打印机吗", "招聘吗", "支持分期付款吗")
    shuffled = random.Random(3).sample(some, len(some))
    assert cluster(some, index) == cluster(shuffled, index)
