"""How a played talk differs from what is expected of it: each sentence, and none where all is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.talks.judging import deed_in_words, differences, turn_differences
from bot.talks.model import (
    Deed,
    Expectation,
    Rates,
    Says,
    Sends,
    StaffMoves,
    StaffReplies,
    Talk,
    TalkTurn,
    Taps,
    Waits,
)
from bot.talks.played import PlayedLine, PlayedTalk, PlayedTurn, SeenTicket

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001  # a wall clock's
TICKET = SeenTicket("waiting", "通用客服", "", "normal", False, "转人工", AT + timedelta(hours=2, seconds=20))
CUSTOMER = PlayedLine(AT, "customer", "转人工")
PROMISE = PlayedLine(AT, "bot", "最晚今天 12:00 前", "handed_off")
ANSWER = PlayedLine(AT, "bot", "可以。", "answered", "invoice")


def played(expect: Expectation, *lines: PlayedLine, ticket: SeenTicket | None = TICKET, **more: Any) -> PlayedTurn:
    turn = TalkTurn(3, Says("转人工"), expect=expect)
    return PlayedTurn(turn, AT, (CUSTOMER, *lines), frozenset({"person", "chase"}), ticket, **more)


def said(*args: Any, **kwargs: Any) -> list[str]:
    return list(turn_differences(played(*args, **kwargs), ZONE))


def test_a_turn_that_goes_as_expected_has_no_difference() -> None:
    expect = Expectation(
        acts=("person",),
        acts_not=("danger",),
        reply=("handed_off",),
        exactly=True,
        reply_not=("suggested",),
        answers=(),
        queue="通用客服",
        urgency="normal",
        due=NOON,
        title=("转人工",),
        title_not=("机器.jpg",),
        says=("12:00",),
        says_not=("明天",),
        ticket="waiting",
    )
    assert said(expect, PROMISE) == []
    assert said(Expectation(), ANSWER, ticket=None) == []
    assert said(Expectation(reply=("silent",), ticket="none"), ticket=None) == []


@pytest.mark.parametrize(
    ("expect", "sentence"),
    [
        (Expectation(acts=("danger",)), "the act danger must be heard; heard is chase, person"),
        (Expectation(acts_not=("person",)), "the act person must not be heard, and it is"),
        (Expectation(reply=("answered",)), "the reply is handed_off and must be answered"),
        (Expectation(reply=("silent",)), "the reply is handed_off and must be silent"),
        (Expectation(reply=(), exactly=True), "the reply is handed_off and must be silent"),
        (
            Expectation(reply=("handed_off", "safety"), exactly=True),
            "the reply is handed_off and must be handed_off, safety",
        ),
        (Expectation(reply_not=("handed_off",)), "the reply must not be handed_off, and it is"),
        (Expectation(answers=("invoice",)), "the bot answers by none and must be invoice"),
        (Expectation(queue="技术支持"), "the queue is 通用客服 and must be 技术支持"),
        (Expectation(topic="故障"), "the topic is none and must be 故障"),
        (Expectation(urgency="urgent"), "the urgency is normal and must be urgent"),
        (Expectation(due=NOON + timedelta(minutes=1)), "the promise is 2026-11-23 12:00 and must be 2026-11-23 12:01"),
        (Expectation(title=("打印机",)), 'the title must hold "打印机"; it is "转人工"'),
        (Expectation(title_not=("转人工",)), 'the title must not hold "转人工"; it is "转人工"'),
        (Expectation(says=("明天",)), 'the reply must hold "明天"; it is "最晚今天 12:00 前"'),
        (Expectation(says_not=("今天",)), 'the reply must not hold "今天"; it is "最晚今天 12:00 前"'),
        (Expectation(ticket="none"), "the ticket is waiting and must be none"),
    ],
)
def test_each_difference_is_said(expect: Expectation, sentence: str) -> None:
    assert said(expect, PROMISE) == [sentence]


def test_one_kind_may_have_others_beside_it_and_a_list_may_not() -> None:
    both = (PROMISE, replace(PROMISE, kind="safety"))
    assert said(Expectation(reply=("safety",)), *both) == []
    assert said(Expectation(reply=("safety",), exactly=True), *both) == [
        "the reply is handed_off, safety and must be safety"
    ]


def test_without_a_ticket_nothing_can_be_true_of_it() -> None:
    expect = Expectation(queue="技术支持", title=("打印机",), title_not=("转人工",), ticket="waiting")
    assert said(expect, ticket=None) == [
        "the ticket is none and must be waiting",
        "there is no ticket, though one is expected with its queue, title",
    ]


def test_once_somebody_was_in_touch_nothing_is_promised() -> None:
    assert said(Expectation(due=NOON), ticket=replace(TICKET, due=None)) == [
        "the promise is none and must be 2026-11-23 12:00"
    ]


def test_what_cannot_be_done_is_a_difference() -> None:
    assert said(Expectation(), refused="there is no ticket for staff to work on") == [
        "it cannot be done: there is no ticket for staff to work on"
    ]


def test_a_difference_names_file_line_talk_and_turn() -> None:
    turn = played(Expectation(queue="技术支持"), PROMISE)
    talk = Talk("a.yaml", 1, "一", NOON, (turn.turn,))
    assert differences(PlayedTalk(talk, (turn,)), ZONE) == (
        'a.yaml:3: In the talk "一", after "转人工": the queue is 通用客服 and must be 技术支持.',
    )
    assert differences(PlayedTalk(talk, (), "KeyError: 'x'"), ZONE) == (
        "a.yaml:1: The talk \"一\" breaks off with an error (KeyError: 'x').",
    )


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (Says("您好"), '"您好"'),
        (Sends("机器.jpg"), 'the file "机器.jpg"'),
        (Sends("机器.jpg", "这台"), '"这台"'),
        (Taps("2"), 'a tap on "2"'),
        (Rates(4), "the score 4"),
        (StaffMoves("claims"), 'the staff\'s "claims"'),
        (StaffReplies("您好"), 'the staff\'s reply "您好"'),
        (Waits(timedelta(minutes=90)), "a wait of 1h30m"),
    ],
)
def test_what_was_done_is_named(deed: Deed, words: str) -> None:
    assert deed_in_words(deed) == words
