"""What two spellings of one question have in common."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import Rules
from knowledge_base.text.normalise import (
    FILLERS,
    is_empty,
    normalise,
    phonetic_key,
    pinyin_of,
    script_of,
    strip_fillers,
    to_traditional,
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("ＷｉＦｉ　连不上！！！", "wifi连不上"),
        ("wi-fi 连不上", "wifi连不上"),
        ("打印机  连不上\n wifi 了~~~😭😭", "打印机连不上wifi了"),
        ("HP M1005 卡纸...", "hp m1005卡纸"),
        ("2.4G 频段。", "2.4g频段"),
        ("发票，开错了？？", "发票开错了"),
        ("\u202e打\u200b印\ud800机\x00", "打印机"),
        ("don't print", "dont print"),
        ("a - b", "a b"),
        ("卡纸\ufe0f", "卡纸"),
        ("", ""),
    ],
)
def test_width_case_signs_emoji_and_invisible_characters_make_no_difference(typed: str, normal: str) -> None:
    assert normalise(typed) == normal


def test_traditional_characters_and_taiwans_words_become_the_mainlands() -> None:
    assert normalise("印表機連不上網路") == "打印机连不上网络"
    assert normalise("請問發票開錯了怎麼辦？") == "请问发票开错了怎么办"


def test_one_traditional_character_in_simplified_text_changes_only_itself() -> None:
    assert normalise("这个打印機的程式有问题吗") == "这个打印机的程式有问题吗"


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_more_that_could_be_seen(text: str) -> None:
    once = normalise(text)
    assert once == once.strip()
    assert "  " not in once
    assert is_empty(once) == (not once)


@pytest.mark.parametrize(
    "typed", ["", " \n", "？！。。。", "😭😭👨‍👩‍👧", "\u200b\u202e\ufeff", "---", "<>", "\u3164", "\x00\x07"]
)
def test_punctuation_emoji_and_invisible_characters_alone_are_empty(typed: str) -> None:
    assert is_empty(typed)


@pytest.mark.parametrize("typed", ["1", "嗯", "ok", "'; DROP TABLE x; --"])
def test_anything_readable_is_not_empty(typed: str) -> None:
    assert not is_empty(typed)


@pytest.mark.parametrize(
    "huge",
    [
        "打" * 100_000,
        "\u202e" * 100_000,
        "😀" * 100_000,
        "<b>" * 33_333,
        "請問" * 50_000,
        "'\"-;" * 25_000,
        "\ud800" * 9,
    ],
)
def test_a_hundred_kilobytes_of_anything_are_normalised(huge: str) -> None:
    assert len(normalise(huge)) <= len(huge)


def test_markup_and_sql_lose_their_signs_but_keep_their_words() -> None:
    assert normalise("<script>alert('x')</script>") == "script alert x script"
    assert normalise("'; DROP TABLE tickets; --") == "drop table tickets"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("请问一下发票怎么开", "发票怎么开"),
        ("你好请问那个打印机连不上呢", "打印机连不上"),
        ("怎么退货啊谢谢", "怎么退货"),
        ("换那个型号要多久", "换那个型号要多久"),
        ("你好", "你好"),
        ("", ""),
    ],
)
def test_fillers_go_from_both_ends_and_never_leave_nothing(text: str, rest: str) -> None:
    assert strip_fillers(text, FILLERS) == rest


def test_a_latin_filler_is_a_whole_word() -> None:
    assert strip_fillers("hi history", ["hi"]) == "history"
    assert strip_fillers("history", ["hi"]) == "history"


def test_fillers_without_words_strip_nothing() -> None:
    assert strip_fillers("打印机", ["", "？"]) == "打印机"
    assert strip_fillers("打印机", []) == "打印机"


def test_very_many_fillers_are_no_burden() -> None:
    assert strip_fillers("x" + "谢谢" * 50_000 + "x", FILLERS).startswith("x谢谢")


def test_pinyin_gives_one_reading_per_character_and_keeps_the_rest() -> None:
    assert pinyin_of("打印机连不上wifi") == "da yin ji lian bu shang wifi"
    assert pinyin_of("女 a") == "nü a"
    assert pinyin_of("") == ""


@pytest.mark.parametrize(
    ("one", "other"), [("打印机", "大英级"), ("什么是", "森么似"), ("墨盒", "磨合"), ("刚刚", "干干")]
)
def test_homophones_and_pairs_that_input_methods_confuse_sound_alike(one: str, other: str) -> None:
    assert phonetic_key(one) == phonetic_key(other)


def test_every_syllable_is_one_character_and_different_ones_differ() -> None:
    assert len(phonetic_key("打印机绿女略二嗯")) == 8
    assert len({phonetic_key(syllable) for syllable in "打印机连不上网"}) == 7


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("打印机连不上", "zh-Hans"),
        ("印表機連不上", "zh-Hant"),
        ("请问發票", "zh-Hans"),
        ("你好", "zh-Hans"),
        ("喆", "zh-Hans"),
        ("我要退貨 please", "zh-Hant"),
        ("hello, my printer is broken", "en"),
        ("OK", "en"),
        ("A12345", "zh-Hans"),
        ("M1005 E3", "zh-Hans"),
        ("12345", "zh-Hans"),
        ("😭", "zh-Hans"),
        ("", "zh-Hans"),
    ],
)
def test_the_script_is_the_one_whose_own_characters_prevail(text: str, script: str) -> None:
    assert script_of(text) == script


def test_answers_in_traditional_script_use_the_words_of_their_readers() -> None:
    assert to_traditional("打印机连不上网络，请联系客服。") == "印表機連不上網路，請聯絡客服。"
    assert to_traditional("发票开好后发送给您，里面有头发和面条") == "發票開好後傳送給您，裡面有頭髮和麵條"
    assert to_traditional("\ud800发票") == "發票"


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("转账", "轉帳"),
        ("账号", "帳號"),
        ("帐号", "帳號"),
        ("账单", "帳單"),
        ("对公账户", "對公帳戶"),
        ("到账", "到帳"),
        ("对账", "對帳"),
        ("入账", "入帳"),
        ("账期", "帳期"),
        ("坏账", "壞帳"),
        ("帐篷", "帳篷"),
    ],
)
def test_words_of_accounts_are_written_as_in_taiwan(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional


def test_no_answer_of_the_sample_keeps_a_character_that_taiwan_does_not_write(rules: Rules) -> None:
    texts = [text for article in rules.index.articles for text in (article.question, article.answer)]
    converted = [to_traditional(text) for text in texts]
    assert any("帳" in text for text in converted)
    assert not [text for text in converted if set(text) & set("賬裏綫麽着牀羣峯")]


@pytest.mark.proof
def test_importing_the_text_module_loads_no_dictionary() -> None:
    code = "import sys, knowledge_base.text.normalise; print('opencc' in sys.modules, 'pypinyin' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("您不在线时也会收到", "您不在線上時也會收到"),
        ("已记下并为您催办", "已記下並為您催辦"),
        ("审核通过后退款", "審核通過後退款"),
        ("支持无理由退货", "支持無理由退貨"),
        ("到货质量问题", "到貨品質問題"),
        ("两张工单合并处理", "兩張工單合併處理"),
    ],
)
def test_service_sentences_mean_in_taiwan_what_they_mean(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional
