"""Homophones and pinyin become the company's own words; what the company or an English speaker wrote stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import Rules
from knowledge_base.matching.index import LONGEST
from knowledge_base.text.correction import correct
from knowledge_base.text.normalise import normalise, strip_fillers
from knowledge_base.text.vocabulary import Vocabulary, learn_vocabulary

WRITING = learn_vocabulary(
    [
        "打印机卡纸怎么办",
        "打印机连不上wifi",
        "墨盒多少钱",
        "怎么开发票",
        "发票抬头写错了",
        "hp m1005能扫描吗",
        "有绿色墨盒吗",
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("打印鸡卡纸怎么办", "打印机卡纸怎么办"),
        ("大音机卡纸怎么办", "打印机卡纸怎么办"),
        ("磨盒多少钱", "墨盒多少钱"),
        ("发票抬投写错了", "发票抬头写错了"),
    ],
)
def test_homophones_are_written_as_the_company_writes_them(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dayinji", "打印机"),
        ("da yin ji ka zhi", "打印机卡纸"),
        ("dayinji kazhi zenme ban", "打印机卡纸怎么办"),
        ("mohe duoshao qian", "墨盒多少钱"),
        ("dayinji lianbushang wifi", "打印机连不上wifi"),
        ("lvse mohe", "绿色墨盒"),
    ],
)
def test_pinyin_joined_or_spaced_is_read(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("打印ji卡纸怎么办", "打印机卡纸怎么办"),
        ("fapiao抬头写错了", "发票抬头写错了"),
        ("墨盒duoshaoqian", "墨盒多少钱"),
    ],
)
def test_one_word_left_in_pinyin_is_read(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


def test_swapped_characters_are_put_right() -> None:
    assert correct("打机印卡纸怎么办", WRITING) == "打印机卡纸怎么办"
    assert correct("怎么开票发", WRITING) == "怎么开发票"


@pytest.mark.parametrize(
    "typed",
    [
        "hello my printer is broken",
        "can you help me with the scanner",
        "thank you very much",
        "please send the fan to me",
        "where is my order",
        "hp laserjet pro mfp",
    ],
)
def test_english_sentences_stay(rules: Rules, typed: str) -> None:
    assert correct(typed, WRITING) == typed
    assert correct(typed, rules.index.writing) == typed


@pytest.mark.parametrize(
    "typed", ["m1005卡纸怎么办", "ji200墨盒多少钱", "打印机型号da3010", "tk1128", "a4", "1020w", "xp", "打印机m7400pro"]
)
def test_model_numbers_stay(rules: Rules, typed: str) -> None:
    assert correct(typed, WRITING) == typed
    assert correct(typed, rules.index.writing) == typed


@pytest.mark.parametrize("typed", ["wifi", "hp", "打印机wifi", "hp打印机"])
def test_latin_words_the_company_writes_stay(typed: str) -> None:
    assert correct(typed, WRITING) == typed


def test_a_word_the_company_writes_stays_though_it_could_be_read_as_pinyin() -> None:
    writing = learn_vocabulary(["打印机连不上lan", "连不上蓝牙", "mac能用吗", "下马上修吗"])
    assert correct("连不上lan", writing) == "连不上lan"
    assert correct("mac", writing) == "mac"


@pytest.mark.parametrize("typed", ["今天天气怎么样", "股票涨了吗", "😭", "привет", "こんにちは", "123456", ""])
def test_what_resembles_nothing_stays(typed: str) -> None:
    assert correct(typed, WRITING) == typed


def test_nothing_to_learn_from_changes_nothing() -> None:
    assert correct("打印鸡", learn_vocabulary([])) == "打印鸡"
    assert correct("dayinji", learn_vocabulary(["", "   "])) == "dayinji"
    assert correct("打印鸡", learn_vocabulary(["how do i pay"])) == "打印鸡"


def test_the_companys_own_phrasings_stay_as_they_are(rules: Rules) -> None:
    plain = [strip_fillers(normalise(entry.phrasing), rules.index.fillers) for entry in rules.index.entries]
    changed = [text for text in plain if correct(text, rules.index.writing) != text]
    assert len(changed) <= 0.01 * len(plain)


def test_a_phrasing_left_out_is_hardly_ever_changed_by_the_others(rules: Rules) -> None:
    """Each tenth of the sample's phrasings, deliberate misspellings too, by the writing of the rest."""
    articles = rules.index.articles
    phrasings = _phrasings(articles)
    changed = []
    for tenth in range(10):
        kept = [text for number, text in phrasings if number % 10 != tenth]
        writing = learn_vocabulary([*kept, *(normalise(article.answer) for article in articles)])
        asked = [text for number, text in phrasings if number % 10 == tenth]
        changed += [text for text in asked if correct(text, writing) != text]
    assert len(changed) <= 0.1 * len(phrasings)


def _phrasings(articles: tuple[object, ...]) -> list[tuple[int, str]]:
    texts = (normalise(phrasing) for article in articles for phrasing in getattr(article, "phrasings", ()))
    return list(enumerate(texts))


@pytest.mark.parametrize("unit", ["打印鸡", "dayinji", "da yin ji ", "a", "ji ", "墨", "a1", "zhuang", "机印"])
def test_five_thousand_characters_are_cut_and_read(rules: Rules, unit: str) -> None:
    assert 0 < len(rules.index.prepare(unit * 5000).key) <= LONGEST
    assert 0 < len(correct((unit * 5000)[:5000].strip(), WRITING)) <= 5000


@given(st.text("打印鸡机卡纸abehijnuvyz 1.'", max_size=30))
def test_any_text_comes_back_no_longer_than_it_was(text: str) -> None:
    plain = normalise(text)
    found = correct(plain, WRITING)
    assert len(found) <= len(plain)
    assert bool(found) == bool(plain)


def test_writing_is_characters_by_sound_pairs_and_words() -> None:
    writing = learn_vocabulary(["墨盒墨hp", "默认"])
    assert isinstance(writing, Vocabulary)
    assert writing.words == {"hp"}
    assert ("墨", "默") in writing.by_sound.values()  # the commoner first
    assert {"墨盒", "盒墨", "默认"} <= writing.pairs.keys()
    assert "墨盒墨" in writing.threes
    assert "认h" not in writing.pairs
