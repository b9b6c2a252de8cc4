"""A character of several readings is found by those that are right in its word, and by none that another word has."""

from __future__ import annotations

import pytest

from knowledge_base.text.correction import correct
from knowledge_base.text.normalise import sound_of, syllables_of
from knowledge_base.text.readings import learn_readings, pairs_in_words, sounds_in_use
from knowledge_base.text.vocabulary import learn_vocabulary

WRITING = learn_vocabulary(
    [
        "怎么更换银行卡",
        "打印机型号在哪看",
        "找会计开发票",
        "社会机构怎么收费",
        "等待音乐关掉",
        "便宜一点",
        "方便面能送吗",
        "长途搬运",
        "店长电话",
        "调休那天上班吗",
        "还款日是哪天",
        "我还没收到货",
        "短信重发要多久",
        "重复扣费",
        "中心在哪",
        "重新配网",
        "一共多重",
        "定影薄膜破了",
        "效率太低",
        "率先体验",
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yinhangka", "银行卡"),
        ("yin hang ka", "银行卡"),
        ("kuaiji", "会计"),
        ("shehui", "社会"),
        ("yinyue", "音乐"),
        ("pianyi", "便宜"),
        ("fangbian", "方便"),
        ("changtu", "长途"),
        ("dianzhang", "店长"),
        ("chongfu", "重复"),
        ("chongxin", "重新"),
        ("xiaolv", "效率"),
        ("shuaixian", "率先"),
    ],
)
def test_pinyin_is_read_by_the_reading_that_the_word_has(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("tiaoxiu", "调休"), ("huankuanri", "还款日"), ("duanxinchongfa", "短信重发"), ("bomo", "薄膜")],
)
def test_a_reading_that_the_dictionary_of_words_misses_is_read_too(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("银航卡", "银行卡"), ("音月关掉", "音乐关掉"), ("虫复扣费", "重复扣费"), ("偏宜一点", "便宜一点")],
)
def test_homophones_are_those_of_the_reading_in_the_word(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("xinghao", "型号"), ("zhongxin", "中心"), ("zhongxinzaina", "中心在哪"), ("haimei", "还没")]
)
def test_the_reading_of_another_word_does_not_win_over_a_word_that_has_it(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


def test_a_pair_that_stands_in_a_word_is_known_with_its_sounds_and_speaks_less_for_others() -> None:
    readings = learn_readings("银行型", ["银行", "行型"])
    hang, xing = sound_of("hang"), sound_of("xing")
    assert readings.of("行") == xing + hang
    assert readings.spoken == {"银行": (sound_of("yin") + hang,)}
    assert readings.weight("银", f"行{hang}") > readings.weight("银", f"行{xing}")
    assert readings.weight(f"行{xing}", "型") > readings.weight(f"行{hang}", "型") > readings.weight("银", f"行{xing}")


def test_readings_that_no_word_has_are_not_in_use_and_signs_sound_as_themselves() -> None:
    assert syllables_of("行") == ("xing", "hang", "heng")
    assert sounds_in_use("行") == sound_of("xing") + sound_of("hang")
    assert sounds_in_use("7") == "7"
    assert syllables_of("7") == ()


def test_pairs_of_words_that_the_company_need_not_write_are_known() -> None:
    assert pairs_in_words(["监控", "控摄", "怎么", "a4", "\x02监"]) == {"监控", "怎么"}
    assert pairs_in_words([]) == frozenset()


def test_an_ordinary_word_is_not_made_another_by_a_homophone() -> None:
    writing = learn_vocabulary(["检查一下", "检测报告", "控制面板", "打印机控制"])
    assert correct("监控", writing) == "监控"


def test_a_sound_as_typed_is_preferred_to_one_that_is_confused_with_it() -> None:
    writing = learn_vocabulary(["纸机", "自己", "纸张", "机器"])
    assert correct("ziji", writing) == "自己"
    assert correct("zhiji", writing) == "纸机"


@pytest.mark.parametrize("typed", ["da yin ji zen me lian wang a", "dayinjizenmelianwanga"])
def test_a_syllable_that_nothing_sounds_like_leaves_the_others_to_be_read(typed: str) -> None:
    writing = learn_vocabulary(["打印机怎么连网"])
    assert correct(typed, writing).startswith("打印机怎么连网")


def test_a_syllable_that_begins_with_a_vowel_is_not_cut_from_a_longer_one() -> None:
    writing = learn_vocabulary(["想退货", "西安有店吗", "西安"])
    assert correct("xiangtuihuo", writing) == "想退货"
