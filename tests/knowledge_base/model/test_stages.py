"""Levels of learning: one without encoders, or one for each; what they saw of themselves in rehearsal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import rank
from knowledge_base.model import similarity
from knowledge_base.model.calibration import BY_MEANING, WITHOUT_CLASSIFIER
from knowledge_base.model.stages import best_of, best_shown, combined
from knowledge_base.training import trainer
from tests.fakes.encoders import PaperEncoder

THINGS = (
    "打印机",
    "复印机",
    "扫描仪",
    "投影仪",
    "碎纸机",
    "装订机",
    "考勤机",
    "传真机",
    "交换机",
    "电话机",
    "点钞机",
    "路由器",
)
ASKED = ("{}坏了怎么办", "{}不工作了", "修{}找谁", "我的{}出毛病了", "{}没反应")


def articles(questions: int = len(THINGS), phrasings: int = len(ASKED)) -> list[Article]:
    return [
        Article(
            thing, "故障", ASKED[0].format(thing), tuple(each.format(thing) for each in ASKED[1:phrasings]), "好的。"
        )
        for thing in THINGS[:questions]
    ]


def learned(index: Index) -> list[tuple[int, bool, int]]:
    return [(len(level.meanings), level.classifier is not None, len(level.contradictions)) for level in index.levels]


def test_without_encoders_there_is_one_level_with_a_classifier() -> None:
    index = build(articles())
    assert learned(index) == [(0, True, 0)]
    assert index.encoder is None


def test_each_encoder_adds_a_level_on_top_of_those_before() -> None:
    index = build(articles(), encoders=[PaperEncoder("cheap"), PaperEncoder("costly", seed=7)])
    assert [len(level.meanings) for level in index.levels] == [1, 2]
    assert index.levels[1].meanings[0] is index.levels[0].meanings[0]
    assert index.encoder == "costly"


def test_each_encoder_reads_every_phrasing_once() -> None:
    encoders = [PaperEncoder("cheap"), PaperEncoder("costly", seed=7)]
    index = build(articles(), encoders=encoders)
    for encoder in encoders:
        assert encoder.asked == [entry.phrasing for entry in index.entries]


def test_rehearsal_finds_most_questions_by_their_other_phrasings() -> None:
    accuracy = build(articles()).levels[0].self_accuracy
    assert accuracy is not None
    assert accuracy > 0.9


@pytest.mark.parametrize("encoders", [(), (PaperEncoder(),), (PaperEncoder("cheap"), PaperEncoder("costly", seed=7))])
def test_progress_rises_from_nought_to_one(encoders: tuple[PaperEncoder, ...]) -> None:
    told: list[float] = []
    build(articles(), encoders=encoders, progress=told.append)
    assert told == sorted(told)
    assert told[0] >= 0
    assert len(set(told)) > 20
    assert 0.95 < told[-1] <= 1


def test_rehearsing_only_some_questions_calibrates_on_those(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "REHEARSED", 20)
    calibration = build(articles()).levels[0].calibration
    assert calibration.confidence.size in (0, 40)  # four questions, five phrasings, twice
    assert rank("传真机不能工作", build(articles()))[0].article.id == "传真机"


def test_a_very_large_knowledge_base_does_without_a_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "QUESTIONS", 3)
    plain, meant = build(articles()), build(articles(), encoders=[PaperEncoder()])
    assert learned(plain)[0][1] is False
    for index in (plain, meant):
        best, *others = rank("传真机不能工作", index)
        assert best.article.id == "传真机"
        assert best.confidence > 0.5
        assert all(other.confidence < best.confidence for other in others)


@pytest.mark.parametrize(
    ("encoders", "weights"), [((), WITHOUT_CLASSIFIER), ((PaperEncoder(),), BY_MEANING)], ids=["writing", "meaning"]
)
def test_a_very_large_knowledge_base_of_single_phrasings_answers_all_the_same(
    monkeypatch: pytest.MonkeyPatch, encoders: tuple[PaperEncoder, ...], weights: tuple[float, ...]
) -> None:
    monkeypatch.setattr(trainer, "QUESTIONS", 3)
    index = build(articles(phrasings=1), encoders=encoders)
    assert index.levels[0].calibration.weights.tolist() == list(weights)
    best = rank("传真机坏了咋办", index)[0]
    assert best.article.id == "传真机"
    assert best.confidence > 0.5


def test_the_commonest_words_in_every_phrasing_do_not_keep_a_large_one_from_being_learned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Entries are cut when customers ask, which would leave no kernel to learn from."""
    monkeypatch.setattr(similarity, "POSTINGS", 100)
    heads, tails = ("我想问下", "请帮我看看", "昨天刚买的", "为什么我的"), ("怎么办理", "是什么原因", "要多少钱")
    many = [
        Article(str(n), "", *_split([f"{head}{THINGS[n % 8]}{chr(0x4E00 + n)}{tails[n % 3]}" for head in heads]), "")
        for n in range(60)
    ]
    index = build(many)
    assert index.levels[0].classifier is not None
    assert rank(f"我家的{THINGS[5]}{chr(0x4E00 + 5)}{tails[2]}呢呢", index)[0].article.id == "5"


def _split(phrasings: list[str]) -> tuple[str, tuple[str, ...]]:
    return phrasings[0], tuple(phrasings[1:])


def test_an_empty_knowledge_base_and_a_single_question_have_a_level_too() -> None:
    assert learned(build([], encoders=[PaperEncoder()])) == [(0, False, 0)]
    assert learned(build(articles(1), encoders=[PaperEncoder()])) == [(1, False, 0)]
    assert learned(build(articles(1, 1))) == [(0, False, 0)]


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, -1.0]), max_size=30),
    st.integers(1, 12),
    st.sets(st.integers(0, 29)),
)
def test_the_best_are_the_highest_and_of_those_that_may_be_shown(
    values: list[float], number: int, hidden: set[int]
) -> None:
    scores = np.array(values, np.float32)
    best = best_of(scores, number).tolist()
    assert [values[place] for place in best] == sorted(values, reverse=True)[:number]
    shown = best_shown(scores, number, lambda place: place not in hidden).tolist()
    left = [value for place, value in enumerate(values) if place not in hidden]
    assert not hidden & set(shown)
    assert [values[place] for place in shown] == sorted(left, reverse=True)[:number]


def test_writing_and_meaning_together_are_a_likeness_from_nought_to_one() -> None:
    written = np.array([0.0, 0.5, 1.0], np.float32)
    assert combined(written, []).tolist() == written.tolist()
    both = combined(written, [written, 1 - written])
    assert both.tolist() == pytest.approx([0.375, 0.5, 0.625])
    assert combined(np.ones(1, np.float32), [np.ones(1, np.float32)]).tolist() == pytest.approx([1])
