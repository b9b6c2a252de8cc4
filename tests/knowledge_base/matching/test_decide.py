"""When a candidate is the answer, when it is a suggestion, when there is none."""

from __future__ import annotations

import math

from knowledge_base.articles import Article
from knowledge_base.matching.decide import (
    FAR_ABOVE,
    PROBABLE,
    Answered,
    Presumed,
    Unknown,
    Unsure,
    decide,
    given,
    presume_at,
)
from knowledge_base.matching.ranking import Candidate


def candidate(name: str, confidence: float, *, exact: bool = False) -> Candidate:
    return Candidate(Article(name, "退换", name, (), "好的。"), name, confidence, exact)


def test_sure_enough_is_the_answer() -> None:
    best = candidate("a", 0.86)
    assert decide([best, candidate("b", 0.66)], 0.86, 0.2, 5) == Answered(best)


def test_not_sure_enough_is_suggested_and_what_is_far_off_left_out() -> None:
    near, far = candidate("a", 0.5), candidate("b", 0.19)
    assert decide([near, far], 0.86, 0.2, 5) == Unsure((near,))


def test_what_stands_far_above_the_rest_is_presumed() -> None:
    best = candidate("a", 0.84)
    assert decide([best, candidate("b", 0.84 / FAR_ABOVE)], 0.86, 0.2, 5) == Presumed(best)
    assert decide([best], 0.86, 0.2, 5) == Presumed(best)


def test_what_a_rival_is_near_is_listed_with_it() -> None:
    best, rival = candidate("a", 0.84), candidate("b", 0.3)
    assert decide([best, rival], 0.86, 0.2, 5) == Unsure((best, rival))


def test_a_rival_too_unlikely_to_be_suggested_still_counts() -> None:
    best, rival = candidate("a", 0.84), candidate("b", 0.285)
    assert decide([best, rival], 0.86, 0.3, 5) == Unsure((best,))


def test_the_same_article_twice_is_no_rival() -> None:
    best = candidate("a", 0.84)
    assert decide([best, candidate("a", 0.7)], 0.86, 0.2, 5) == Presumed(best)


def test_a_list_leaves_out_what_its_first_stands_far_above() -> None:
    first, near, far = candidate("a", 0.6), candidate("b", 0.3), candidate("c", 0.19)
    assert decide([first, near, far], 0.86, 0.1, 5) == Unsure((first, near))


def test_the_confidence_for_presuming_follows_that_for_answering() -> None:
    assert presume_at(0.96) == 0.95 * 0.96
    assert presume_at(0.5) == PROBABLE
    assert presume_at(1.0) == presume_at(math.inf) == math.inf
    assert decide([candidate("a", 0.99)], 1.0, 0.2, 5) == Unsure((candidate("a", 0.99),))


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
