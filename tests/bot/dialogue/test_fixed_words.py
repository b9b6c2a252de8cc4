"""Mere assent, and that something is called off, by fixed words."""

from __future__ import annotations

import time

import pytest

from bot.dialogue.fixed_words import calls_off, merely_assents, says_solved
from escalation.policy.model import Policy


@pytest.mark.parametrize(
    "text",
    ["好的", "好的，谢谢，我在这儿等", "清楚了，谢谢。", "记好了，谢谢您提醒我", "可以那我等到中午",
     "好的，等待贵司回复", "收到，辛苦了！", "好的，您先忙", "OK thanks", "好的，我等您電話"],
)  # fmt: skip
def test_taking_note_thanks_and_waiting_are_assent(text: str) -> None:
    assert merely_assents(text)


@pytest.mark.parametrize(
    "text",
    ["", "好了", "可以了", "不急", "等半天了", "我等着收传票", "知道了，但是还没好", "好的，顺便问下运费", "没有",
     "行了修好了"],
)  # fmt: skip
def test_what_says_more_is_none(text: str) -> None:
    assert not merely_assents(text)


@pytest.mark.parametrize(
    "text", ["算了别来了", "不用联系我了", "明天也不用聯絡我了", "把单子撤了吧，撤单", "取消报修", "不用回我电话"]
)
def test_calling_off_what_is_on_its_way(text: str) -> None:
    assert calls_off(text)


@pytest.mark.parametrize("text", ["装上了", "不要再给我发短信", "不急", "你们来一趟"])
def test_all_else_calls_nothing_off(text: str) -> None:
    assert not calls_off(text)


@pytest.mark.parametrize(
    ("text", "solved"),
    [("修好了是修好了，别再给我打回访电话", True), ("问题解决了", True), ("还没修好了", False), ("还是不行", False)],
)
def test_a_solution_in_the_words_of_the_company(policy: Policy, text: str, solved: bool) -> None:
    assert says_solved(policy, text) is solved


@pytest.mark.parametrize("text", ["好" * 30, "等" * 30, "那就先" * 10, "谢谢" * 15 + "不"])
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    merely_assents(text)
    assert time.perf_counter() - began < 1
