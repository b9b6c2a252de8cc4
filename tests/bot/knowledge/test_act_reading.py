"""The reader of acts is learned once per installation, and fitted to whatever is published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.settings import Settings
from bot.knowledge.act_reading import act_builder_of, is_learned, phrasings_of, reader_for
from knowledge_base.acts import act_files, topic_reader
from knowledge_base.acts.builder import ActReaderBuilder
from knowledge_base.acts.reader import ActReader
from knowledge_base.articles import Article
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.index_builder import IndexBuilder
from tests.tiny_acts import write_tiny_acts


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ActReaderBuilder:
    monkeypatch.setattr(act_files, "SHIPPED", write_tiny_acts(tmp_path / "shipped"))
    monkeypatch.setattr(topic_reader, "topic_files", lambda: act_files.read_acts(tmp_path / "shipped"))
    return ActReaderBuilder(None, tmp_path / "learned", write_tiny_acts(tmp_path / "acts"))


def index_of(*phrasings: str) -> Index:
    return build([Article("one", "订单", phrasings[0], tuple(phrasings[1:]), "好的。")])


FEES = tuple(f"工程师{n}号的上门费" for n in range(20))


def test_it_is_learned_and_fitted_to_the_phrasings(builder: ActReaderBuilder) -> None:
    index = index_of(*FEES)
    reader = reader_for(builder, index)
    assert is_learned(reader)
    assert phrasings_of(index) == FEES
    assert not any("person" in reader.read(each).heard for each in FEES)
    assert "person" in reader.read("我要找工程师").heard


def test_at_once_only_what_is_kept_counts(builder: ActReaderBuilder) -> None:
    index = index_of("怎么退货")
    assert not is_learned(reader_for(builder, index, at_once=True))
    learned = reader_for(builder, index)
    again = reader_for(builder, index, at_once=True)
    assert is_learned(again)
    assert again.raised == learned.raised
    assert reader_for(builder, index_of("怎么换货"), at_once=True).raised is None


def test_a_publication_fits_it_again_and_learns_nothing(builder: ActReaderBuilder) -> None:
    first = reader_for(builder, index_of("怎么退货"))
    second = reader_for(builder, index_of(*FEES), known=first)
    assert second.head is first.head
    assert second.raised != first.raised
    assert reader_for(builder, index_of("怎么退货"), known=second).raised == first.raised


def test_a_fault_in_an_act_file_keeps_no_revision_back(builder: ActReaderBuilder) -> None:
    first = reader_for(builder, index_of("怎么退货"))
    (builder.files / "person.yaml").write_text("id: person\nlabel: 找人工\nuterances: {}\n", encoding="utf-8")
    assert is_learned(reader_for(builder, index_of(*FEES), known=first))
    with pytest.raises(CatalogueFaults) as refused:
        reader_for(builder, index_of(*FEES), known=ActReader())
    assert str(refused.value) == (
        'person.yaml:1: The field "utterances" is missing.\n'
        'person.yaml:3: The field "uterances" is unknown; did you mean "utterances"?'
    )


def test_the_settings_name_the_act_files(tmp_path: Path) -> None:
    assert act_builder_of(Settings(acts="none"), IndexBuilder()) is None
    usual = act_builder_of(Settings(data=tmp_path), IndexBuilder())
    assert usual == ActReaderBuilder(None, tmp_path / "learned", act_files.SHIPPED)
    assert act_builder_of(Settings(data=tmp_path, acts="mine"), IndexBuilder()) == replace(usual, files=Path("mine"))
    assert reader_for(None, index_of("怎么退货")) == ActReader()
