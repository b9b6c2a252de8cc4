"""What the product is compared with, checked by hand on two or three phrasings."""

from __future__ import annotations

import math

import pytest

from benchmarks.peers import BM25, PEERS, Tfidf
from benchmarks.quality import ranked_by
from knowledge_base.evaluation.coverage import wilson

TWO = ("退货", "发票")


def test_a_ratio_of_four_letters_with_one_changed_is_three_quarters() -> None:
    assert PEERS["rapidfuzz ratio"](("abcd", "wxyz")).scores("ABCE!").tolist() == [75.0, 0.0]


def test_bm25_adds_up_what_each_term_is_worth() -> None:
    # Three terms in either phrasing (two characters and the pair), each in one of two: ln(1 + 1.5 / 1.5) each.
    worth = math.log(2)
    assert BM25(TWO).scores("退货").tolist() == pytest.approx([3 * worth, 0])
    assert BM25(TWO).scores("货怎么退").tolist() == pytest.approx([2 * worth, 0])


def test_bm25_counts_a_repeated_term_less_than_twice() -> None:
    # Of four terms in two phrasings: lengths 3 and 1, mean 2.
    peer = BM25(("a a a", "b"))
    rarity = math.log(1 + 1.5 / 1.5)
    damp = 1.5 * (1 - 0.75 + 0.75 * 3 / 2)
    assert peer.scores("a").tolist() == pytest.approx([rarity * 3 * 2.5 / (3 + damp), 0])


def test_tfidf_is_a_cosine() -> None:
    # 退, 货 and 退货 weigh the same: one of three is 1 / √3 of the length.
    assert Tfidf(TWO).scores("退货").tolist() == pytest.approx([1, 0])
    assert Tfidf(TWO).scores("退").tolist() == pytest.approx([1 / math.sqrt(3), 0])


@pytest.mark.parametrize("name", PEERS)
def test_words_that_no_phrasing_has_score_nothing(name: str) -> None:
    peer = PEERS[name](TWO)
    assert peer.scores("冰箱").tolist() == [0, 0]
    peer.best("冰箱")


def test_a_question_stands_once_in_the_ranking_with_its_closest_phrasing() -> None:
    peer = Tfidf(("退货", "怎么退货", "发票"))
    assert ranked_by(peer, "退货", ("return", "return", "invoice")) == (["return", "invoice"], pytest.approx(1))


def test_the_interval_of_ten_out_of_ten_reaches_from_72_to_100() -> None:
    low, high = wilson(10, 10) or (0, 0)
    assert low == pytest.approx(0.7225, abs=1e-4)
    assert high == pytest.approx(1)
    assert wilson(0, 0) is None
