"""Terms stand for what a text says, give nothing of starred values away, and are worth nothing without their key."""

from __future__ import annotations

import pytest

from bot.transcript.search_terms import TermMaker, packed, unpacked

MAKER = TermMaker(b"a key of the search terms")
STARRED = {
    "an ID card": ("身份证 330106198807126641", "330106198807126641"),
    "a bank card": ("卡号 6222 0213 4567 8901", "6222021345678901"),
    "a password": ("密码是 Kx9-utla", "kx9-utla"),
    "a number plate": ("车牌 浙A8K27M", "浙a8k27m"),
    "a WeChat account": ("微信号 wx_dantai_907", "wx_dantai_907"),
}


def finds(text: str, word: str) -> bool:
    """Whether the terms of a text say that it may have the word, as the search asks them."""
    terms = MAKER.of_texts([text])
    return any(way <= terms for way in MAKER.wanted(word).ways)


@pytest.mark.parametrize(("text", "whole"), STARRED.values(), ids=STARRED)
def test_a_value_that_is_starred_gives_no_terms_of_its_middle(text: str, whole: str) -> None:
    assert not finds(text, whole)


@pytest.mark.parametrize("written", ["13912345678", "139 1234 5678", "+86 139-1234-5678", "（139）12345678"])
def test_a_telephone_number_has_one_term_as_a_whole_however_it_is_written(written: str) -> None:
    (way,) = [way for way in MAKER.wanted("13912345678").ways if len(way) == 1]
    assert way <= MAKER.of_texts([f"请打 {written} 找我"])
    assert "（" in written or not finds(f"请打 {written} 找我", "12345678")  # a form that is starred nowhere else


def test_an_email_address_has_one_term_as_a_whole_in_lower_case() -> None:
    (way,) = [way for way in MAKER.wanted("zhou@huaxin.example").ways if len(way) == 1]
    assert way <= MAKER.of_texts(["发到 Zhou@HuaXin.example 即可"])
    assert not way <= MAKER.of_texts(["发到 zhao@huaxin.example 即可"])


@pytest.mark.parametrize("word", ["发票", "重开", "發票", "重開", "票"])
def test_what_was_written_in_either_script_is_found_by_either(word: str) -> None:
    assert finds("發票要重開", word)
    if word not in ("發票", "重開"):
        assert finds("发票要重开", word)


def test_width_and_case_make_no_difference() -> None:
    assert finds("型号 ＬａｓｅｒＪｅｔ", "laserjet")


def test_words_of_one_or_two_characters_are_sure_and_longer_ones_have_to_be_read() -> None:
    sure = {word: MAKER.wanted(word).is_sure for word in ("票", "发票", "p1", "打印机", "a-b", "13912345678")}
    assert sure == {"票": True, "发票": True, "p1": True, "打印机": False, "a-b": False, "13912345678": False}


def test_words_of_signs_alone_have_no_terms() -> None:
    assert MAKER.wanted("……").ways == ()


def test_another_key_makes_other_terms_of_the_same_text() -> None:
    texts = ["打印机漏墨，电话 13900001234"]
    assert MAKER.of_texts(texts) == TermMaker(b"a key of the search terms").of_texts(texts)
    assert not MAKER.of_texts(texts) & TermMaker(b"another key").of_texts(texts)


def test_packed_terms_are_the_same_when_unpacked() -> None:
    for terms in (set(), {0}, {1, 255, 256, 2**40 - 1}, MAKER.of_texts(["打印机漏墨"])):
        assert unpacked(packed(terms)) == terms
