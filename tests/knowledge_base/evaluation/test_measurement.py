"""Every figure of an evaluation, worked out by hand from a few messages whose ranking is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate, chain
from math import inf

import pytest

from knowledge_base.articles import Article
from knowledge_base.evaluation import measurement
from knowledge_base.evaluation.coverage import ABOVE_ALL
from knowledge_base.evaluation.measurement import Evaluation, RankedMessage, evaluate, outcome, rank_all
from knowledge_base.files.labelled import LabelledMessage
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import Candidate

KNOWLEDGE = (
    Article("return", "", "怎么退货", ("买错了想退",), ""),
    Article("jam", "", "卡纸了怎么办", (), ""),
    Article("hours", "", "几点上班", (), ""),
)
RETURN, JAM, HOURS = KNOWLEDGE

# What is written, the question that answers it, and what the index finds, best first.
ASKED: tuple[tuple[str, str | None, tuple[tuple[Article, float], ...]], ...] = (
    ("answered rightly", "return", ((RETURN, 0.9), (JAM, 0.1))),
    ("answered wrongly", "return", ((JAM, 0.85), (RETURN, 0.3))),
    ("suggested first", "jam", ((JAM, 0.6), (HOURS, 0.3))),
    ("suggested third", "jam", ((HOURS, 0.5), (RETURN, 0.4), (JAM, 0.3))),
    ("too weak", "hours", ((HOURS, 0.1),)),
    ("nothing found", "hours", ()),
    ("out of scope, answered", None, ((RETURN, 0.85), (JAM, 0.2))),
    ("out of scope", None, ((RETURN, 0.1),)),
)
FOUND = {text: found for text, _, found in ASKED}
MESSAGES = tuple(LabelledMessage(text, expected) for text, expected, _ in ASKED)


def candidates(found: Sequence[tuple[Article, float]], *, exact: bool = False) -> tuple[Candidate, ...]:
    return tuple(Candidate(one, one.question, sure, exact=exact) for one, sure in found)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index that finds what the table above says, answers from 0.8 and suggests from 0.2."""
    monkeypatch.setattr(measurement, "rank", lambda text, index: candidates(FOUND[text]))
    monkeypatch.setattr(measurement, "thresholds", lambda index, target: (0.8, 0.2))
    return build(KNOWLEDGE)


def evaluated(
    index: Index, *messages: LabelledMessage, dev: Sequence[LabelledMessage] = (), target: float = 0.95
) -> Evaluation:
    return evaluate(index, messages, dev=dev, target=target)


def test_every_figure_is_what_it_says(index: Index) -> None:
    # Asking takes 1, 2, … 8 ms, and 5 s pass between two messages.
    passing = chain.from_iterable((number / 1e3, 5.0) for number in range(1, 9))
    instants = iter([0.0, *accumulate(passing)])
    found = evaluate(index, MESSAGES, load_s=1.25, timer=lambda: next(instants))
    assert asdict(found.figures) == {
        "questions": 3,
        "phrasings": 4,
        "messages": 8,
        "top1": pytest.approx(3 / 6),
        "recall_at_3": pytest.approx(5 / 6),
        "mrr_at_3": pytest.approx((1 + 1 / 2 + 1 + 1 / 3 + 1 + 0) / 6),
        "oos_auroc": pytest.approx((2 + 4.5) / 12),
        "answered": 3 / 8,
        "precision": pytest.approx(1 / 3),
        "presumed": 2 / 8,
        "presumed_right": 0.0,
        "suggested_hit": 2 / 4,
        "load_s": 1.25,
        "p50_ms": pytest.approx(4),
        "p99_ms": pytest.approx(8),
        "encoder": None,
    }
    assert (found.answer_at, found.suggest_at, found.given, found.right) == (0.8, 0.2, 3, 1)


def test_the_curve_tells_what_other_thresholds_would_have_come_to(index: Index) -> None:
    curve = [(point.threshold, point.given, point.right) for point in evaluated(index, *MESSAGES).curve]
    assert curve[:3] == [(0.9, 1, 1), (0.85, 3, 1), (0.6, 4, 2)]
    assert {point.total for point in evaluated(index, *MESSAGES).curve} == {8}


def test_where_there_is_nothing_to_take_a_share_of_there_is_no_figure(index: Index) -> None:
    inside, outside = evaluated(index, MESSAGES[2]).figures, evaluated(index, MESSAGES[7]).figures
    assert (inside.oos_auroc, inside.answered, inside.precision, inside.suggested_hit) == (None, 0.0, None, 1.0)
    assert (outside.top1, outside.recall_at_3, outside.mrr_at_3, outside.oos_auroc) == (None, None, None, None)
    assert (outside.answered, outside.precision, outside.suggested_hit) == (0.0, None, None)


def test_what_is_presumed_is_answered_and_counts_apart_as_well(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurement, "rank", lambda text, index: candidates([(JAM, 0.82), (HOURS, 0.1)]))
    messages = [LabelledMessage("纸卡住", "jam"), LabelledMessage("几点开门", "hours")]
    figures = evaluated(index, *messages).figures
    assert (figures.answered, figures.precision, figures.suggested_hit) == (1.0, 0.5, None)
    assert (figures.presumed, figures.presumed_right) == (1.0, 0.5)


def test_the_right_question_in_fourth_place_is_not_found(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    fourth = Article("fourth", "", "第四", (), "")
    low = candidates([(RETURN, 0.4), (JAM, 0.35), (HOURS, 0.3), (fourth, 0.25)])
    monkeypatch.setattr(measurement, "rank", lambda text, index: low)
    figures = evaluated(index, LabelledMessage("in fourth place", "fourth")).figures
    assert (figures.top1, figures.recall_at_3, figures.mrr_at_3, figures.suggested_hit) == (0.0, 0.0, 0.0, 1.0)


def test_with_development_messages_the_threshold_is_the_best_one_for_those(index: Index) -> None:
    # On the first three 0.9 keeps 95 %, and 0.6 two in three.
    found = evaluated(index, *MESSAGES, dev=MESSAGES[:3])
    assert (found.answer_at, found.suggest_at, found.given, found.right) == (0.9, 0.2, 1, 1)
    assert found.figures.messages == 8
    lower = evaluated(index, *MESSAGES, dev=MESSAGES[:3], target=0.6)
    assert (lower.answer_at, lower.given, lower.right) == (0.6, 4, 2)


def test_if_no_threshold_keeps_the_target_only_what_is_asked_word_for_word_is_answered(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evaluated(index, *MESSAGES, dev=(MESSAGES[1],))
    assert (found.answer_at, found.given, found.figures.precision) == (ABOVE_ALL, 0, None)
    monkeypatch.setattr(measurement, "rank", lambda text, index: candidates([(JAM, 1.0)], exact=text == "卡纸了怎么办"))
    found = evaluated(
        index,
        LabelledMessage("卡纸了怎么办", "jam"),
        LabelledMessage("卡纸了", "jam"),
        dev=(LabelledMessage("卡纸了", None),),
    )
    assert (found.answer_at, found.given, found.right) == (ABOVE_ALL, 1, 1)


def test_a_message_is_answered_up_to_the_confidence_of_its_answer() -> None:
    assert outcome(RankedMessage("jam", candidates([(JAM, 0.7)]), 0.0)) == (0.7, True)
    assert outcome(RankedMessage("hours", candidates([(JAM, 0.7)]), 0.0)) == (0.7, False)
    assert outcome(RankedMessage(None, candidates([(JAM, 0.7)]), 0.0)) == (0.7, False)
    assert outcome(RankedMessage("jam", candidates([(JAM, 1.0)], exact=True), 0.0)) == (ABOVE_ALL, True)
    assert outcome(RankedMessage("jam", (), 0.0)) == (-inf, False)


def test_progress_counts_development_messages_too(index: Index) -> None:
    told: list[float] = []
    evaluate(index, MESSAGES[:3], dev=MESSAGES[3:4], progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_the_real_index_answers_what_is_asked_word_for_word() -> None:
    messages = [LabelledMessage(phrasing, article.id) for article in KNOWLEDGE for phrasing in article.phrasings]
    real = build(KNOWLEDGE)
    assert [one.place for one in rank_all(real, messages)] == [1, 1, 1, 1]
    figures = evaluate(real, messages).figures
    assert (figures.top1, figures.answered, figures.precision, figures.oos_auroc) == (1.0, 1.0, 1.0, None)
