"""A classifier, and how it would have done without what it was told: as if trained again, only sooner."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.index import build
from knowledge_base.matching.ranking import rank
from knowledge_base.model import classifier
from knowledge_base.model.classifier import Doubles, choose_landmarks, train
from knowledge_base.model.similarity import Floats, Ints

QUESTION_OF = np.repeat(np.arange(5), [4, 1, 3, 2, 6]).astype(np.int32)
ALL = np.arange(len(QUESTION_OF), dtype=np.int32)


def kernel(size: int = len(ALL)) -> Floats:
    """Likenesses of points that lie near their question's."""
    random = np.random.default_rng(5)
    points = random.random((5, 12))[QUESTION_OF[:size]] + 0.6 * random.random((size, 12))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray((points @ points.T) ** 4, np.float32)


def labels(rows: Ints) -> Doubles:
    found = np.zeros((len(rows), 5))
    found[np.arange(len(rows)), QUESTION_OF[rows]] = 1
    return found


def trained_on(rows: Ints, asked: Ints) -> Doubles:
    """Kernel ridge regression by the book, on these phrasings alone: the scores of those asked."""
    whole = kernel().astype(np.float64)
    ridge = classifier.RIDGE * np.eye(len(rows))
    found: Doubles = whole[np.ix_(asked, rows)] @ np.linalg.solve(whole[np.ix_(rows, rows)] + ridge, labels(rows))
    return found


def trained_over(landmarks: Ints, rows: Ints, asked: Ints) -> Doubles:
    """The same, in the space that these landmarks span."""
    whole = kernel().astype(np.float64)
    middle = whole[np.ix_(landmarks, landmarks)] + 1e-4 * np.eye(len(landmarks))
    basis = whole[:, landmarks] @ np.linalg.inv(np.linalg.cholesky(middle)).T
    inner = basis[rows].T @ basis[rows] + classifier.RIDGE * np.eye(len(landmarks))
    found: Doubles = basis[asked] @ np.linalg.solve(inner, basis[rows].T @ labels(rows))
    return found


def test_with_every_phrasing_a_landmark_it_is_exact() -> None:
    learned, _ = train(kernel(), QUESTION_OF, ALL, ALL)
    scores = np.stack([learned.scores(row) for row in kernel()])
    assert scores == pytest.approx(trained_on(ALL, ALL), abs=5e-3)


def test_without_one_phrasing_it_says_what_it_would_have_said_had_it_never_known_it() -> None:
    _, rehearsal = train(kernel(), QUESTION_OF, ALL, ALL)
    for row in ALL:
        expected = trained_on(np.delete(ALL, row), ALL[row : row + 1])
        assert rehearsal.without_phrasing[row] == pytest.approx(expected[0], abs=5e-3)


def test_without_a_whole_question_it_says_what_it_would_have_said_had_it_never_known_it() -> None:
    _, rehearsal = train(kernel(), QUESTION_OF, ALL, ALL)
    for question in range(5):
        own = np.flatnonzero(question == QUESTION_OF).astype(np.int32)
        expected = trained_on(np.delete(ALL, own), own)
        assert rehearsal.without_question[own] == pytest.approx(expected, abs=5e-3)
        assert rehearsal.without_question[own, question] == pytest.approx(0, abs=5e-3)


def test_with_fewer_landmarks_both_are_exact_among_what_the_landmarks_can_tell_apart() -> None:
    landmarks = np.array([0, 4, 5, 8, 10, 12], np.int32)
    learned, rehearsal = train(kernel()[:, landmarks].copy(), QUESTION_OF, landmarks, ALL)
    scores = np.stack([learned.scores(row[landmarks]) for row in kernel()])
    assert scores == pytest.approx(trained_over(landmarks, ALL, ALL), abs=5e-3)
    for row in ALL:
        expected = trained_over(landmarks, np.delete(ALL, row), ALL[row : row + 1])
        assert rehearsal.without_phrasing[row] == pytest.approx(expected[0], abs=5e-3)
    for question in range(5):
        own = np.flatnonzero(question == QUESTION_OF).astype(np.int32)
        expected = trained_over(landmarks, np.delete(ALL, own), own)
        assert rehearsal.without_question[own] == pytest.approx(expected, abs=5e-3)


def test_some_questions_rehearsed_are_as_if_all_were() -> None:
    some = np.flatnonzero(np.isin(QUESTION_OF, (1, 4))).astype(np.int32)
    _, whole = train(kernel(), QUESTION_OF, ALL, ALL)
    _, part = train(kernel(), QUESTION_OF, ALL, some)
    assert part.without_phrasing == pytest.approx(whole.without_phrasing[some], abs=1e-4)
    assert part.without_question == pytest.approx(whole.without_question[some], abs=1e-4)


def test_scores_of_some_questions_are_those_of_all() -> None:
    learned, _ = train(kernel(), QUESTION_OF, ALL, ALL)
    scores = learned.scores(kernel()[3])
    assert learned.scores(kernel()[3], np.array([4, 1], np.int32)) == pytest.approx(scores[[4, 1]], abs=1e-5)


def test_the_same_words_under_two_questions_can_be_learned_all_the_same() -> None:
    ones = np.ones((4, 4), np.float32)
    question_of = np.array([0, 0, 1, 1], np.int32)
    learned, rehearsal = train(ones, question_of, np.arange(4, dtype=np.int32), np.arange(4, dtype=np.int32))
    assert learned.scores(np.ones(4, np.float32)) == pytest.approx([0.5, 0.5], abs=0.05)
    assert np.isfinite(rehearsal.without_question).all()


def test_few_phrasings_are_all_landmarks() -> None:
    assert choose_landmarks(QUESTION_OF).tolist() == ALL.tolist()


def test_landmarks_cover_every_question_before_any_has_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "LANDMARKS", 5)
    monkeypatch.setattr(classifier, "PER_LANDMARK", 100)
    assert QUESTION_OF[choose_landmarks(QUESTION_OF)].tolist() == [0, 1, 2, 3, 4]
    monkeypatch.setattr(classifier, "LANDMARKS", 7)
    assert QUESTION_OF[choose_landmarks(QUESTION_OF)].tolist() == [0, 0, 1, 2, 2, 3, 4]


def test_many_phrasings_have_a_landmark_for_each_few_and_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "LANDMARKS", 2)
    monkeypatch.setattr(classifier, "PER_LANDMARK", 2)
    assert len(choose_landmarks(QUESTION_OF)) == 8
    monkeypatch.setattr(classifier, "MOST_LANDMARKS", 3)
    assert len(choose_landmarks(QUESTION_OF)) == 3


def test_a_knowledge_base_of_more_phrasings_than_landmarks_still_finds_its_questions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(classifier, "LANDMARKS", 12)
    monkeypatch.setattr(classifier, "PER_LANDMARK", 1_000)
    things = ["打印机", "复印机", "扫描仪", "投影仪", "碎纸机", "装订机", "过塑机", "考勤机", "传真机", "交换机"]
    asked = ("{}坏了怎么办", "{}不工作了", "修{}找谁", "我的{}出毛病了")
    articles = [Article(thing, "故障", asked[0].format(thing), tuple(a.format(thing) for a in asked[1:]), "好的。")
                for thing in things]  # fmt: skip
    index = build(articles)
    learned = index.levels[0].classifier
    assert learned is not None
    assert learned.weights.shape == (10, 12)
    for thing in things:
        assert rank(f"{thing}不能工作", index)[0].article.id == thing
