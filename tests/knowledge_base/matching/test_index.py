"""A revision of the knowledge base, prepared for matching."""

from __future__ import annotations

import dataclasses

import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.index import LONGEST, build, key_of
from knowledge_base.model.calibration import Thresholds
from knowledge_base.text.normalise import FILLERS
from tests.fakes.encoders import PaperEncoder

WIFI = Article("wifi", "故障", "打印机连不上wifi怎么办", ("打印机掉线了", "？？"), "请重启路由器。")
JAM = Article("jam", "故障", "打印机卡纸了怎么办", (), "请关机后取出纸张。")


def test_every_phrasing_with_words_becomes_an_entry_that_knows_its_article() -> None:
    index = build([WIFI, JAM], revision=7)
    assert [(entry.article.id, entry.phrasing) for entry in index.entries] == [
        ("wifi", "打印机连不上wifi怎么办"),
        ("wifi", "打印机掉线了"),
        ("jam", "打印机卡纸了怎么办"),
    ]
    assert index.revision == 7
    assert index.articles == (WIFI, JAM)


def test_an_index_cannot_be_changed() -> None:
    index = build([WIFI])
    with pytest.raises(dataclasses.FrozenInstanceError):
        index.revision = 2  # type: ignore[misc]
    with pytest.raises(TypeError):
        index.exact["x"] = (1,)  # type: ignore[index]


def test_a_knowledge_base_without_articles_is_an_index_too() -> None:
    assert build([]).entries == ()


def test_a_key_is_what_is_left_of_a_question_without_fillers_spaces_and_signs() -> None:
    assert key_of("请问，HP M1005 卡纸了？", ("请问",)) == "hpm1005卡纸了"
    assert len(key_of("打" * 5000, ())) == LONGEST


def test_a_question_is_an_article_with_words_numbered_without_gaps() -> None:
    index = build([Article("signs", "故障", "？？", ("……",), "好的。"), WIFI, JAM])
    assert [entry.article.id for entry in index.entries] == ["wifi", "wifi", "jam"]
    assert index.question_of.tolist() == [0, 0, 1]
    assert index.firsts.tolist() == [0, 2]
    assert index.entries[2].place == 2


def test_the_same_words_lead_to_every_question_they_stand_under() -> None:
    index = build([WIFI, Article("other", "故障", "打印机掉线了！", (), "好的。")])
    assert index.exact["打印机掉线了"] == (1, 2)


def test_a_message_is_mended_for_comparing_but_its_key_is_what_was_typed() -> None:
    index = build([WIFI, JAM])
    asked = index.prepare("打印ji卡纸了怎么办？")
    assert asked.key == "打印ji卡纸了怎么办"
    assert asked.sentence == "打印机卡纸了怎么办"


def test_an_encoder_reads_a_message_with_its_capitals_but_without_fillers_and_signs() -> None:
    index = build([WIFI, JAM], fillers=FILLERS, encoders=[PaperEncoder()])
    assert index.prepare("请问，打印机连不上WiFi怎么办？谢谢").sentence == "打印机连不上WiFi怎么办"


def test_what_is_compared_is_never_longer_than_a_question_can_be() -> None:
    asked = build([WIFI], encoders=[PaperEncoder()]).prepare("打印机" * 2_000)
    assert len(asked.key) == len(asked.sentence) == LONGEST


def test_warming_an_index_asks_its_encoders_once() -> None:
    encoders = [PaperEncoder("cheap"), PaperEncoder("costly", seed=7)]
    index = build([WIFI, JAM], encoders=encoders)
    for encoder in encoders:
        encoder.asked.clear()
    index.warm()
    assert [len(encoder.asked) for encoder in encoders] == [1, 1]
    build([WIFI, JAM]).warm()


def test_thresholds_without_anything_learned_are_careful() -> None:
    assert build([WIFI, JAM]).thresholds() == Thresholds(pytest.approx(0.85), 0.25)


def test_articles_without_answers_and_answers_of_ten_megabytes_are_built() -> None:
    answer = "打印机卡纸了怎么办，请联系客服。" * 220_000
    assert len(answer.encode()) > 10_000_000
    index = build(
        [Article("empty", "故障", "怎么退货", (), ""), Article("long", "故障", "卡纸了", ("一直卡纸",), answer)]
    )
    assert index.articles[1].answer == answer
    assert "机卡" in index.writing.pairs


def test_fillers_are_words_of_the_company_and_are_not_read_as_others() -> None:
    index = build([Article("cancel", "订单", "能取消吗", (), "能吗")], fillers=("麻烦", "请问"))
    assert index.prepare("能取消吗，麻烦了").sentence.replace(" ", "") == "能取消吗麻烦了"
    assert index.prepare("qingwennengquxiaoma").sentence == "请问能取消吗"
