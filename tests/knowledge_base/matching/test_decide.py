"""When a candidate is the answer, when it is a suggestion, when there is none."""

from __future__ import annotations

import math

import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.decide import (
    PROBABLE,
    Answered,
    Presumed,
    Unknown,
    Unsure,
    decide,
    given,
    sure_at,
)
from knowledge_base.matching.ranking import Candidate


def candidate(name: str, confidence: float, *, exact: bool = False) -> Candidate:
    return Candidate(Article(name, "退换", name, (), "好的。"), name, confidence, exact)


def test_sure_enough_is_the_answer() -> None:
    best = candidate("a", 0.94)
    assert decide([best, candidate("b", 0.06)], 0.86, 0.2, 5) == Answered(best)


def test_not_sure_enough_is_suggested_and_what_is_far_off_left_out() -> None:
    near, far = candidate("a", 0.5), candidate("b", 0.19)
    assert decide([near, far], 0.86, 0.2, 5) == Unsure((near,))


def test_what_is_hardly_sure_enough_is_presumed() -> None:
    assert sure_at(0.8) == pytest.approx(0.9)
    for confidence, verdict in ((0.8, Presumed), (0.89, Presumed), (0.91, Answered)):
        best = candidate("a", confidence)
        assert decide([best], 0.8, 0.2, 5) == verdict(best)


def test_nothing_is_presumed_below_the_confidence_for_answering() -> None:
    best = candidate("a", 0.85)
    assert decide([best], 0.86, 0.2, 5) == Unsure((best,))
    assert decide([candidate("a", 0.99)], 1.0, 0.2, 5) == Unsure((candidate("a", 0.99),))
    assert decide([candidate("a", 0.99)], math.inf, 0.2, 5) == Unsure((candidate("a", 0.99),))


def test_nothing_is_suggested_where_probably_none_is_meant() -> None:
    first, second = candidate("a", 0.26), candidate("b", 0.24)
    assert decide([first, second], 0.86, 0.2, 5) == Unsure((first, second))
    assert decide([first, candidate("b", 0.23)], 0.86, 0.2, 5) == Unknown()
    assert decide([candidate("a", PROBABLE - 0.01)], 0.86, 0.2, 5) == Unknown()


def test_only_what_is_listed_counts_towards_being_probable() -> None:
    first, second, third = (candidate(name, 0.2) for name in "abc")
    assert decide([first, second, third], 0.86, 0.2, 5) == Unsure((first, second, third))
    assert decide([first, second, third], 0.86, 0.2, 2) == Unknown()


def test_a_list_leaves_out_what_its_first_stands_far_above() -> None:
    first, near, far = candidate("a", 0.6), candidate("b", 0.3), candidate("c", 0.1)
    assert decide([first, near, far], 0.86, 0.05, 5) == Unsure((first, near))


def test_a_verdict_gives_what_is_answered_be_it_sure_or_presumed() -> None:
    best = candidate("a", 0.84)
    assert given(Answered(best)) == given(Presumed(best)) == best
    assert given(Unsure((best,))) is given(Unknown()) is None


def test_suggestions_are_no_more_than_allowed() -> None:
    many = tuple(candidate(str(n), 0.5) for n in range(8))
    assert decide(many, 0.86, 0.2, 5) == Unsure(many[:5])


def test_an_exact_hit_is_the_answer_whatever_the_thresholds() -> None:
    exact = candidate("a", 1.0, exact=True)
    assert decide([exact, candidate("b", 0.99)], 1.0, 1.0, 5) == Answered(exact)


def test_nothing_near_is_unknown() -> None:
    assert decide([], 0.86, 0.2, 5) == Unknown()
    assert decide([candidate("a", 0.1)], 0.86, 0.2, 5) == Unknown()
