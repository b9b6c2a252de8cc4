"""The measurement of understanding: what it counts, how it files phrasings wrongly, and that it asks a checkout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import ours
from benchmarks.checkout_verdicts import ANSWERED, LISTED, PRESUMED, UNKNOWN
from benchmarks.understanding import measure
from benchmarks.understanding_figures import JudgedMessage, spread, understanding
from benchmarks.understanding_sets import (
    HERE,
    OWN,
    AskedBase,
    StrangersMessage,
    read_base,
    read_messages,
    wrongly_filed,
)
from knowledge_base.articles import Article

RETURN = Article("return", "", "怎么退货", ("我要退货", "退货流程", "东西不想要了"), "七天内可退。")
INVOICE = Article("invoice", "", "怎么开发票", ("我要发票", "发票怎么开", "能开票吗"), "在订单里开。")


def asked(expected: str, kind: str, *given: str, hand: str = "1", confidence: float = 0.5) -> JudgedMessage:
    message = StrangersMessage("…", frozenset(expected.split()), hand)
    return JudgedMessage(message, kind, given, given[0] if given else None, confidence)


def test_what_is_answered_is_a_share_of_the_answerable_and_what_is_right_one_of_all_answers() -> None:
    found = understanding(
        [
            asked("return refund", ANSWERED, "refund", confidence=0.9),
            asked("return", PRESUMED, "invoice", hand="2", confidence=0.8),
            asked("return", LISTED, "return", "invoice", hand="2"),
            asked("return", UNKNOWN, confidence=0.0),
            asked("", ANSWERED, "return", confidence=0.9),
            asked("", LISTED, "return"),
        ]
    )
    assert (found.messages, found.unanswerable, found.given, found.lists_of_one) == (6, 2, 3, 1)
    assert (found.first, found.answered, found.lists_to_unanswerable) == (0.5, 0.5, 0.5)
    assert (found.right, found.presumed) == pytest.approx((1 / 3, 1 / 3))
    assert found.hands == {"1": (0.5, 0.5, 0.5), "2": (0.5, 0.5, 0.0)}
    assert spread(found, 2) == (0.0, 0.5)
    # Pairs of an answerable and an unanswerable message: 0.9 beats 0.5 and ties 0.9, and so on.
    assert found.auroc == pytest.approx((1.5 + 1 + 0.5 + 0) / 8)


def test_unanswerable_messages_can_be_weighed_to_the_share_that_is_expected() -> None:
    answers = [asked("return", ANSWERED, "return"), asked("", ANSWERED, "return")]
    assert understanding(answers).right == 0.5
    assert understanding(answers).right_at_policy == pytest.approx(0.85)
    assert understanding(answers[:1]).right_at_policy is None


def test_wrongly_filed_phrasings_are_as_many_as_wanted_and_the_same_each_time() -> None:
    articles = [RETURN, INVOICE]
    noisy = wrongly_filed(articles, 0.25, seed=1)
    owners = {phrasing: article.id for article in articles for phrasing in article.phrasings}
    moved = [phrasing for article in noisy for phrasing in article.phrasings if owners.pop(phrasing) != article.id]
    assert (len(moved), owners) == (2, {})
    assert noisy == wrongly_filed(articles, 0.25, seed=1)
    assert any(wrongly_filed(articles, 0.25, seed)[0].question != RETURN.question for seed in range(9))


def test_no_question_is_left_without_a_phrasing() -> None:
    lone = [Article(name, "", name, (), "") for name in ("a", "b", "c")]
    assert all(article.phrasings for article in wrongly_filed(lone, 1.0, seed=1))


def test_a_message_may_have_several_right_questions_and_a_hand(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("text,expected,hand\n退钱,return|invoice,3\n天气,,3\n", encoding="utf-8")
    assert read_messages(file, ["return", "invoice"]) == (
        StrangersMessage("退钱", frozenset({"return", "invoice"}), "3"),
        StrangersMessage("天气", frozenset(), "3"),
    )
    with pytest.raises(ValueError, match=r"^messages.csv expects invoice, which the knowledge base does not have\.$"):
        read_messages(file, ["return"])


@pytest.mark.parametrize("name", OWN)
def test_the_sets_of_the_repository_can_be_read(name: str, tmp_path: Path) -> None:
    base = read_base(name, tmp_path)
    assert base is not None
    assert any(message.expected for message in base.messages)
    assert not all(message.expected for message in base.messages)
    assert name == "sample" or len({message.hand for message in base.messages}) >= 3


def test_a_public_set_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_base("telecom5", tmp_path) is None


def test_a_checkout_is_asked_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    messages = (
        StrangersMessage("怎么退货", frozenset({"return"}), "1"),
        StrangersMessage("能开票吗", frozenset({"return"}), "2"),
        StrangersMessage("?!", frozenset(), "2"),
    )
    base = AskedBase("report", (RETURN, INVOICE), messages)
    noisy = replace(base, name="sample, 10 % wrong, seed 1")
    report = measure([base], [noisy], {"then": HERE, "now": HERE}, level=ours.NONE)
    found = report["sets"]["report"]
    assert found["then"] == found["now"]
    assert (found["now"]["given"], found["now"]["right"], found["now"]["first"]) == (2, 0.5, 0.5)
    assert found["now"]["hands"] == {"1": (1.0, 1.0, 1.0), "2": (0.0, 1.0, 0.0)}
    assert [(one["name"], one["share"], one["right"]) for one in report["noise"]["now"]] == [("sample", 0.1, 0.5)]
    assert report["short"] == {
        "report: right question first, % of answerable": 32.0,
        "report: right, % of all answers": 45.0,
        "sample, 10 % wrong: right": 42.0,
    }
    assert "report: 3 messages, 1 of them unanswerable" in capsys.readouterr().out
