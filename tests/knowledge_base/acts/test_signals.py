"""Numbers, choices, scores, phones and bare signs are found by rules, in every script."""

from __future__ import annotations

import pytest

from knowledge_base.acts.ordinals import ordinal_of
from knowledge_base.acts.signals import affirms_existence, contact_of, is_bare_sign, normal_signs, score_of


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("第一个", 1),
        ("2", 2),
        ("二", 2),
        ("两", 2),
        ("我选第3个", 3),
        ("就第三个吧", 3),
        ("最后一个", 5),
        ("倒数第二个", 4),
        ("最上面的", 1),
        ("打头那个", 1),
        ("中间那个", 3),
        ("最下面那个", 5),
        ("第四項", 4),
        ("第一條", 1),
        ("裡面第二個", 2),
        ("2️⃣", 2),
        ("③", 3),
        ("（4）", 4),
        ("５", 5),
        ("the first one", 1),
        ("No.3", 3),
        ("the 2nd", 2),
        ("last one", 5),
        ("Option two please", 2),
    ],
)
def test_a_short_text_chooses_one_of_five(text: str, place: int) -> None:
    assert ordinal_of(text, 5) == place


@pytest.mark.parametrize(
    "text",
    [
        "第六个",
        "0",
        "都不是",
        "第二天",
        "我要2台",
        "一个都不是",
        "两个都要",
        "第一第二都要",
        "3楼",
        "no one",
        "10分钟",
        "上面说的没用",
        "",
    ],
)
def test_what_chooses_none_of_five_is_no_choice(text: str) -> None:
    assert ordinal_of(text, 5) is None


def test_a_place_beyond_what_was_offered_is_none() -> None:
    assert [ordinal_of("3", offered) for offered in (0, 1, 2, 3)] == [None, None, None, 3]
    assert ordinal_of("最后一个", 2) == 2
    assert ordinal_of("倒数第三个", 2) is None


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5", 5),
        ("5！", 5),
        ("五", 5),
        ("两分", 2),
        ("打4分", 4),
        ("我给3分，来得慢", 3),
        ("三分吧一般", 3),
        ("1-2分", 1),
        ("三到四星", 3),
        ("5/5", 5),
        ("五颗星", 5),
        ("四顆星", 4),
        ("滿分給你們", 5),
        ("最高分", 5),
        ("最低分", 1),
        ("⭐⭐⭐⭐", 4),
        ("3⭐", 3),
        ("4⭐️", 4),
        ("five stars", 5),
        ("2 points", 2),
    ],
)
def test_a_score_stands_alone_or_before_its_unit(text: str, score: int) -> None:
    assert score_of(text) == score


@pytest.mark.parametrize(
    "text",
    [
        "5分钟后打给我",
        "一分钟就好",
        "五分鐘",
        "5分之一",
        "一分货",
        "12分",
        "2.5分",
        "9分",
        "给0分",
        "100分",
        "扣1分",
        "不给5分",
        "买5个",
        "123",
        "星期二",
        "打5折",
        "",
    ],
)
def test_no_other_number_is_a_score(text: str) -> None:
    assert score_of(text) is None


def test_two_different_scores_are_none() -> None:
    assert score_of("师傅5分，客服1分") is None
    assert score_of("5分5分") == 5


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("打我手机13800138000", "13800138000"),
        ("138 0013 8000 找王工", "13800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("座机010-12345678", "01012345678"),
        ("0571 8888 6666", "057188886666"),
        ("發到 a.b@example.com 就好", "a.b@example.com"),
        ("my number is 13900139000", "13900139000"),
    ],
)
def test_a_phone_or_an_address_is_found(text: str, contact: str) -> None:
    assert contact_of(text) == contact


@pytest.mark.parametrize(
    "text",
    ["订单号202611231380013800012", "身份证11010119900101123X", "卡号6222021234567890123", "12345", "110", "没有电话"],
)
def test_no_other_number_is_a_phone(text: str) -> None:
    assert contact_of(text) is None


@pytest.mark.parametrize("text", ["👍", "❤️🙏", "。。。", "？", "😀 😀"])
def test_signs_alone_say_no_word(text: str) -> None:
    assert is_bare_sign(text)


@pytest.mark.parametrize("text", ["好👍", "3", "", "  ", "ok"])
def test_a_word_or_nothing_is_no_bare_sign(text: str) -> None:
    assert not is_bare_sign(text)


@pytest.mark.parametrize(
    "text",
    [
        "有",
        "有的！",
        "是的，有一点",
        "好的，有烟",
        "是",
        "嗯，是的",
        "对。",
        "对，对",
        "嗯嗯",
        "没错",
        "沒錯！",
        "没有烟，有焦味",
        "Yes, a little",
        "there is",
    ],
)
def test_what_was_asked_for_is_said_to_be_there(text: str) -> None:
    assert affirms_existence(text)


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "可以",
        "行",
        "ok",
        "没有",
        "嗯对是租的合同上的名字是光明广告",
        "好的，我们等",
        "沒有啊",
        "有没有",
        "有沒有",
        "不是",
        "是不是",
        "有时候",
        "有空",
        "数量有限",
        "no",
        "",
    ],
)
def test_a_mere_assent_or_a_denial_does_not_say_so(text: str) -> None:
    assert not affirms_existence(text)


@pytest.mark.parametrize(("text", "signs"), [("？", "?"), (" ？！\n", "?!"), ("👌", "👌")])
def test_signs_are_read_in_half_width(text: str, signs: str) -> None:
    assert normal_signs(text) == signs
