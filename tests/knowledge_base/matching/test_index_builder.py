"""How a service prepares its knowledge base: at once as well as it can, then as well as possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.matching.ranking import rank
from tests.fakes.encoders import PaperEncoder

ARTICLES = (
    Article("jam", "故障", "打印机卡纸了怎么办", ("一直卡纸", "纸卡在里面"), "请取出纸张。"),
    Article("toner", "耗材", "墨盒多少钱一个", ("换个硒鼓要多少钱",), "价格见官网。"),
)


@pytest.fixture
def encoder() -> PaperEncoder:
    return PaperEncoder()


@pytest.fixture
def index_builder(encoder: PaperEncoder, tmp_path: Path) -> IndexBuilder:
    return IndexBuilder((encoder,), tmp_path / "learned")


def jam(index: Index) -> str:
    return rank("打印机又卡纸", index)[0].article.id


def test_without_encoders_whatever_is_prepared_is_finished() -> None:
    index_builder = IndexBuilder()
    for index in (index_builder.index(ARTICLES, fillers=()), index_builder.at_once(ARTICLES, fillers=())):
        assert index_builder.is_finished(index)
        assert jam(index) == "jam"
    assert index_builder.encoder is None


def test_at_once_asks_no_encoder_that_has_not_read_everything_before(
    index_builder: IndexBuilder, encoder: PaperEncoder
) -> None:
    index = index_builder.at_once(ARTICLES, fillers=(), revision=7)
    assert encoder.asked == []
    assert (index.encoder, index.revision, jam(index)) == (None, 7, "jam")
    assert not index_builder.is_finished(index)


def test_once_it_was_learned_at_once_is_as_good_as_ever(index_builder: IndexBuilder, encoder: PaperEncoder) -> None:
    best = index_builder.index(ARTICLES, fillers=())
    assert index_builder.is_finished(best)
    encoder.asked.clear()
    again = index_builder.at_once(ARTICLES, fillers=())
    assert encoder.asked == []
    assert again.encoder == index_builder.encoder == "paper 1"
    assert index_builder.is_finished(again)


def test_the_stopgap_is_kept_too(index_builder: IndexBuilder) -> None:
    assert index_builder.folder is not None
    index_builder.at_once(ARTICLES, fillers=())
    index_builder.at_once(ARTICLES, fillers=())
    assert len(list(index_builder.folder.iterdir())) == 1


def test_what_was_learned_with_other_fillers_or_another_encoder_does_not_count(
    index_builder: IndexBuilder, tmp_path: Path
) -> None:
    index_builder.index(ARTICLES, fillers=())
    assert index_builder.at_once(ARTICLES, fillers=("老板",)).encoder is None
    other = IndexBuilder((PaperEncoder("paper 2"),), tmp_path / "learned")
    assert not other.is_finished(index_builder.index(ARTICLES, fillers=()))
    assert other.at_once(ARTICLES, fillers=()).encoder is None


def test_of_two_encoders_the_strongest_tells_whether_it_is_finished(encoder: PaperEncoder) -> None:
    cheap, both = IndexBuilder((encoder,)), IndexBuilder((encoder, PaperEncoder("costly", seed=7)))
    assert both.encoder == "costly"
    assert not both.is_finished(cheap.index(ARTICLES, fillers=()))
    assert both.is_finished(both.index(ARTICLES, fillers=()))


def test_an_empty_knowledge_base_is_finished_from_the_start(index_builder: IndexBuilder) -> None:
    assert index_builder.is_finished(index_builder.at_once((), fillers=()))
    only_signs = (Article("a", "", "？？？", ("……",), ""),)
    assert index_builder.is_finished(index_builder.at_once(only_signs, fillers=()))


def test_articles_and_fillers_may_come_one_by_one(index_builder: IndexBuilder) -> None:
    index = index_builder.at_once(iter(ARTICLES), fillers=iter(("老板",)))
    assert (len(index.articles), index.fillers) == (2, ("老板",))


def test_progress_is_passed_on(index_builder: IndexBuilder) -> None:
    told: list[float] = []
    index_builder.index(ARTICLES, fillers=(), progress=told.append)
    assert told
