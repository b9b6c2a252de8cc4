"""Long messages in clauses."""

from __future__ import annotations

import pytest

from knowledge_base.text.clauses import clauses_of


@pytest.mark.parametrize(
    "text", ["打印机卡纸，怎么办", "怎么退货？", "", "，，，，，，，，，，，，，，，，", "打" * 500]
)
def test_a_short_message_or_a_single_clause_has_none(text: str) -> None:
    assert clauses_of(text) == ()


def test_a_story_is_cut_at_its_signs_and_what_is_too_short_to_ask_anything_is_left_out() -> None:
    story = "你好，我上周在你们这买的机器。今天早上发现打印机连不上wifi！急\n麻烦尽快看看"
    assert clauses_of(story) == ("我上周在你们这买的机器", "今天早上发现打印机连不上wifi", "麻烦尽快看看")


def test_spaces_between_han_characters_cut_too_but_not_those_of_latin_words() -> None:
    assert clauses_of("打印机连不上了 怎么重新设置网络 hp laser jet") == (
        "打印机连不上了",
        "怎么重新设置网络 hp laser jet",
    )


def test_the_points_and_commas_of_numbers_cut_nothing() -> None:
    assert clauses_of("一共付了1,299.50元为什么发票只开了1,000.00元") == ()


def test_of_many_clauses_the_longest_stay_in_their_order() -> None:
    clauses = [f"第{number}件事情" + "很重要" * number for number in range(1, 10)]
    assert clauses_of("，".join(clauses)) == tuple(clauses[3:])


def test_the_same_clause_again_and_again_is_no_burden() -> None:
    assert len(clauses_of("打印机连不上，" * 10_000)) <= 6
