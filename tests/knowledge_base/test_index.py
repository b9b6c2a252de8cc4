"""A revision of the knowledge base, prepared for matching."""

from __future__ import annotations

import dataclasses

import pytest

from knowledge_base.articles import Article
from knowledge_base.index import LONGEST, build, key_of

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
