"""What a perturbation does to a sentence, and that it does the same every time."""

from __future__ import annotations

import pytest
from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA

from benchmarks.perturbations import CHINESE, ENGLISH, perturbed

pytestmark = pytest.mark.proof  # reads pinyin in a process of its own

TEXTS = ("打印机连不上wifi怎么办？", "我要退货", "你们在银行附近有门店吗", "发票开错了，能重开吗？")
TURNED_INTO = dict[str, list[str]]


@pytest.fixture(scope="module")
def found() -> TURNED_INTO:
    return perturbed(TEXTS, chinese=True)


def test_the_same_seed_gives_the_same_sentences_and_another_one_does_not(found: TURNED_INTO) -> None:
    again, other = (perturbed(TEXTS[:1], chinese=True, seed=seed) for seed in (7, 8))
    assert {name: sentences[:1] for name, sentences in found.items()} == again
    assert other != again


def test_every_perturbation_gives_one_sentence_for_each(found: TURNED_INTO) -> None:
    assert set(found) == set(CHINESE)
    assert all(len(sentences) == len(TEXTS) for sentences in found.values())


def test_three_in_ten_characters_become_others_that_sound_the_same(found: TURNED_INTO) -> None:
    for text, heard in zip(TEXTS, found["30 % homophones"], strict=True):
        assert len(heard) == len(text)
        changed = [place for place, sign in enumerate(text) if heard[place] != sign]
        han = sum("\u4e00" <= sign <= "\u9fff" for sign in text)
        assert len(changed) == max(1, round(0.3 * han))
    assert lazy_pinyin(found["30 % homophones"][1]) == ["wo", "yao", "tui", "huo"]


def test_traditional_script_is_converted(found: TURNED_INTO) -> None:
    assert found["traditional script"][1] == "我要退貨"


def test_one_word_is_typed_in_pinyin_and_the_rest_stays(found: TURNED_INTO) -> None:
    for text, typed in zip(TEXTS, found["one word in pinyin"], strict=True):
        assert typed != text
        assert any("\u4e00" <= sign <= "\u9fff" for sign in typed)
    assert found["one word in pinyin"][2] in {"nimen在银行附近有门店吗", "你们在yinhang附近有门店吗"}


def test_pinyin_only_leaves_no_character_and_reads_each_in_its_word(found: TURNED_INTO) -> None:
    assert found["pinyin only, spaced"][1] == "wo yao tui huo"
    assert found["pinyin only, in one"][1] == "woyaotuihuo"
    assert "yin hang" in found["pinyin only, spaced"][2]


def test_full_width_changes_letters_and_leaves_characters(found: TURNED_INTO) -> None:
    assert found["full-width"][0] == "打印机连不上ｗｉｆｉ怎么办？"
    assert found["full-width"][1] == TEXTS[1]
    assert perturbed(["Is it 2?"], chinese=False)["full-width"] == ["Ｉｓ\u3000ｉｔ\u3000２？"]


def test_fillers_stand_around_the_sentence(found: TURNED_INTO) -> None:
    for text, filled in zip(TEXTS, found["fillers"], strict=True):
        before, after = filled.split(text)
        assert before
        assert after


def test_marks_are_doubled_or_two_are_put_at_the_end(found: TURNED_INTO) -> None:
    assert found["doubled punctuation"][0] == "打印机连不上wifi怎么办？？"
    assert found["doubled punctuation"][3] == "发票开错了，，能重开吗？？"
    assert found["doubled punctuation"][1][:4] == TEXTS[1]
    assert len(found["doubled punctuation"][1]) == 6


def test_one_typo_is_one_slip_of_the_hand() -> None:
    texts = [*TEXTS, "where is my parcel", "cancel it"]
    for text, slipped in zip(texts, perturbed(texts, chinese=False)["one typo"], strict=True):
        assert OSA.distance(text, slipped) == 1


def test_a_single_character_has_no_typo() -> None:
    assert perturbed(["是", "??"], chinese=False)["one typo"] == ["是", "??"]


def test_three_clauses_hold_the_question_once_and_ask_nothing_else(found: TURNED_INTO) -> None:
    assert sorted(found["three clauses"][1].split("，")).count("我要退货") == 1
    assert len(found["three clauses"][1].split("，")) == 3
    assert "？" not in found["three clauses"][0]


def test_english_is_spared_what_only_chinese_can_suffer() -> None:
    assert set(perturbed(["hello there"], chinese=False)) == set(ENGLISH)
    assert set(ENGLISH) < set(CHINESE)
