"""What an article's words cover of a message, and which phrasing is spelt most alike."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.model.features import parts_of, words_in, words_of
from knowledge_base.model.question_words import QuestionWords, learn_question_words
from knowledge_base.model.similarity import build_inverted_index

PHRASINGS = ("怎么退货", "退货要几天", "发票怎么开", "e05 是什么意思")
ANSWERS = ("请在七天内寄回。", "在订单页申请。", "")


def learned(phrasings: tuple[str, ...] = PHRASINGS) -> QuestionWords:
    inverted = build_inverted_index(map(parts_of, phrasings))
    keys = [text.replace(" ", "") for text in phrasings]
    question_of = np.array([0, 0, *range(1, len(phrasings) - 1)], np.int32)
    firsts = np.array([0, *range(2, len(phrasings))])
    return learn_question_words(inverted, question_of, firsts, keys, ANSWERS)


def views(text: str, left_out: int | None = None) -> list[list[float]]:
    words = learned()
    asked = words.asked(text.replace(" ", ""), words_of(parts_of(text)))
    found: list[list[float]] = words.views(asked, np.arange(3, dtype=np.int32), left_out).round(3).tolist()
    return found


def test_words_of_a_text_and_of_its_features_are_the_same() -> None:
    for text in (*PHRASINGS, "136nw 打不开", ""):
        assert sorted(words_of(parts_of(text))) == sorted(words_in(text))


def test_a_phrasing_is_covered_and_spelt_alike() -> None:
    (covered, spelt), *others = views("怎么退货")
    assert (covered, spelt) == (1.0, 1.0)
    assert all(less_covered < 0.5 and less_alike < 0.6 for less_covered, less_alike in others)


def test_the_answer_covers_too() -> None:
    assert views("寄回")[0] == [1.0, 0.0]
    assert views("寄回")[1][0] == 0.0


def test_what_only_a_phrasing_itself_says_is_not_covered_without_it() -> None:
    covered, spelt = views("发票怎么开", left_out=2)[1]
    assert (covered, spelt) == (0.0, 0.0)
    covered, spelt = views("退货要几天", left_out=1)[0]
    assert 0.0 < covered < 0.5  # 退货 is said by the other phrasing, too
    assert 0.0 < spelt < 1.0
    assert views("退货要几天", left_out=3)[0] == [1.0, 1.0]


def test_a_model_number_is_one_word_and_a_slip_in_it_is_nearly_spelt_alike() -> None:
    assert views("e05 是什么意思")[2] == [1.0, 1.0]
    covered, spelt = views("e06 是什么意思")[2]
    assert covered < 1.0
    assert spelt > 0.8


def test_a_message_without_words_is_covered_by_nothing() -> None:
    assert views("") == [[0.0, 0.0]] * 3


def test_of_very_many_phrasings_some_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge_base.model.question_words._MOST", 1)
    covered, spelt = views("退货要几天")[0]
    assert (covered, spelt) == (1.0, pytest.approx(4 / 9, abs=1e-3))
