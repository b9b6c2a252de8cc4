"""Said against realised, band by band, and the most confident mistakes; each worked out by hand."""

from __future__ import annotations

import pytest

from knowledge_base.articles import Article
from knowledge_base.evaluation.reliability import WORST, Prediction, bands_of, worst_of
from knowledge_base.matching.decide import Answered, Presumed, Unknown, Unsure
from knowledge_base.matching.ranking import Candidate

RETURN = Article("return", "", "怎么退货", (), "")


def predicted(sure: float, *, right: bool = True, exact: bool = False, text: str = "t") -> Prediction:
    expected = RETURN.id if right else None
    return Prediction(text, expected, Candidate(RETURN, RETURN.question, sure, exact))


def test_a_band_holds_what_it_begins_with_and_not_what_it_ends_with() -> None:
    found = bands_of([predicted(0.8), predicted(0.89, right=False), predicted(0.9), predicted(1.0)])
    assert [(band.low, band.high, band.cases) for band in found] == [(0.8, 0.9, 2), (0.9, 0.95, 1), (0.95, 1.0, 1)]
    band = found[0]
    assert (band.said, band.realised) == (pytest.approx(0.845), 0.5)
    assert band.interval == (pytest.approx(0.0945, abs=1e-4), pytest.approx(0.9055, abs=1e-4))


def test_what_is_asked_word_for_word_stands_apart() -> None:
    near, exact = bands_of([predicted(1.0, exact=True), predicted(0.97, right=False)])
    assert (near.exact, near.realised, exact.exact, exact.realised) == (False, 0.0, True, 1.0)
    assert bands_of([]) == ()


def test_the_worst_are_the_surest_of_the_wrong_ones_with_what_the_bot_did() -> None:
    asked = [
        predicted(0.6, right=False, text="listed"),
        predicted(0.97, text="right"),
        predicted(0.9, right=False, text="sure"),
        predicted(0.7, right=False, text="presumed"),
        predicted(0.1, right=False, text="left alone"),
    ]
    best = [one.best for one in asked]
    verdicts = [Unsure((best[0],)), Answered(best[1]), Answered(best[2]), Presumed(best[3]), Unknown()]
    assert [(one.text, one.did) for one in worst_of(asked, verdicts)] == [
        ("sure", "answered"),
        ("presumed", "presumed"),
        ("listed", "asked"),
        ("left alone", "nothing"),
    ]


def test_no_more_than_ten_are_listed() -> None:
    many = [predicted(n / 100, right=False) for n in range(50)]
    assert [one.confidence for one in worst_of(many, [Unknown()] * 50)] == [n / 100 for n in range(49, 39, -1)]
    assert WORST == 10
