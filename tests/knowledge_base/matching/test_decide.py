"""When a candidate is the answer, when it is a suggestion, when there is none."""

from __future__ import annotations

from knowledge_base.articles import Article
from knowledge_base.matching.decide import Answered, Unknown, Unsure, decide
from knowledge_base.matching.ranking import Candidate


def candidate(name: str, confidence: float, *, exact: bool = False) -> Candidate:
    return Candidate(Article(name, "退换", name, (), "好的。"), name, confidence, exact)


def test_sure_enough_is_the_answer() -> None:
    best = candidate("a", 0.86)
    assert decide([best, candidate("b", 0.66)], 0.86, 0.2, 5) == Answered(best)


def test_not_sure_enough_is_suggested_and_what_is_far_off_left_out() -> None:
    near, far = candidate("a", 0.5), candidate("b", 0.19)
    assert decide([near, far], 0.86, 0.2, 5) == Unsure((near,))


def test_suggestions_are_no_more_than_allowed() -> None:
    many = tuple(candidate(str(n), 0.5) for n in range(8))
    assert decide(many, 0.86, 0.2, 5) == Unsure(many[:5])


def test_an_exact_hit_is_the_answer_whatever_the_thresholds() -> None:
    exact = candidate("a", 1.0, exact=True)
    assert decide([exact, candidate("b", 0.99)], 1.0, 1.0, 5) == Answered(exact)


def test_nothing_near_is_unknown() -> None:
    assert decide([], 0.86, 0.2, 5) == Unknown()
    assert decide([candidate("a", 0.1)], 0.86, 0.2, 5) == Unknown()
