"""Models of the company are recognised however they are spaced, and no correction reads them as pinyin."""

from __future__ import annotations

import pytest

from bot.rules import Rules
from knowledge_base.articles import Article
from knowledge_base.matching.index import build
from knowledge_base.text.correction import correct
from knowledge_base.text.models import learn_models, spell_models
from knowledge_base.text.normalise import normalise
from knowledge_base.text.vocabulary import learn_vocabulary

WRITING = learn_vocabulary(
    normalise(text)
    for text in (
        "L3255卡纸怎么办",
        "136nw连不上网",
        "报错E05",
        "M1005能扫描吗",
        "285a硒鼓",
        "耳机坏了",
        "阿姨",
        "订单满500元包邮",
    )
)


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("L3255卡纸", "l3255卡纸"),
        ("L 3255 卡纸", "l3255卡纸"),
        ("l-3255卡纸", "l3255卡纸"),
        ("3255卡纸", "l3255卡纸"),
        ("136 NW 连不上", "136nw连不上"),
        ("136-nw连不上", "136nw连不上"),
        ("136连不上", "136nw连不上"),
        ("报错E 05", "报错e05"),
        ("报错e-05", "报错e05"),
        ("M 1005", "m1005"),
    ],
)
def test_a_model_is_written_in_one_with_or_without_a_space_a_hyphen_or_its_letters(typed: str, spelled: str) -> None:
    assert correct(normalise(typed), WRITING) == spelled


@pytest.mark.parametrize(
    "typed", ["e05", "285a", "285a多少钱", "136nw", "l3255", "k7", "da3010", "ji200", "a4", "b5 a4"]
)
def test_letters_beside_digits_are_not_read_as_pinyin(rules: Rules, typed: str) -> None:
    assert correct(typed, WRITING).startswith(typed[:2])
    assert correct(typed, rules.index.writing).startswith(typed[:2])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("l3255 kazhi zenmeban", "l3255卡纸怎么办"),
        ("l3255kazhi", "l3255卡纸"),
        ("136nwlianbushangwang", "136nw连不上网"),
        ("baocuoe05", "报错e05"),
        ("baocuo e 05", "报错e05"),
    ],
)
def test_pinyin_around_a_model_is_read_and_the_model_stays(typed: str, meant: str) -> None:
    assert correct(typed, WRITING) == meant


@pytest.mark.parametrize("typed", ["32550", "500", "2.3255", "订单3255001", "l 32551"])
def test_another_number_is_no_model(typed: str) -> None:
    assert spell_models(typed, WRITING.models) == typed


def test_a_number_of_two_models_or_of_its_own_means_none() -> None:
    models = learn_models(["l3255", "m3255", "136nw", "满136包邮"])
    assert spell_models("3255", models) == "3255"
    assert spell_models("136", models) == "136"
    assert spell_models("m 3255", models) == "m3255"


def test_nothing_is_learned_of_texts_without_models() -> None:
    assert learn_models(["打印机", "", "wifi", "2.4g"]) == {}
    assert spell_models("l 3255", {}) == "l 3255"


def test_a_phrasing_with_a_space_in_its_model_is_compared_as_one_without() -> None:
    spaced = Article("spaced", "故障", "L 3255 卡纸", (), "好的")
    joined = build([spaced, Article("other", "故障", "M1005 卡纸", (), "好的")])
    vector = joined.inverted.vector(joined.prepare("l3255卡纸").parts)
    likeness = joined.inverted.likeness(vector)
    assert likeness[0] == pytest.approx(1.0, abs=1e-3)
    assert likeness[0] > likeness[1]


def test_what_else_the_company_deals_in_is_told_from_slips_and_teaches_no_characters() -> None:
    known = learn_vocabulary(["耳机坏了", "阿姨"], names=[normalise("爱普生 L3255"), normalise("Pantum 打印机")])
    assert known.models["l3255"] == "l3255"
    assert known.words >= {"pantum"}
    assert not known.characters & set("爱普生打印")
    index = build([Article("ear", "", "耳机坏了怎么办", (), "请报修。")], names=("佳能 TR4580",))
    assert index.prepare("TR 4580 坏了").key.startswith("tr4580")
