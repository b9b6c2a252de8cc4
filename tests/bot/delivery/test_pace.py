"""So many messages a second in all, one a second in each chat; whoever asks for silence gets it."""

from __future__ import annotations

import pytest

from bot.delivery.rate_limit import CHAT_BURST, WINDOW, Pace


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


def test_thirty_a_second_and_then_the_next_second() -> None:
    hand = Hand()
    pace = Pace(30, hand)
    assert pace.available() == 30
    pace.count_sent(30)
    assert pace.available() == 0
    assert pace.seconds_until_available() == pytest.approx(WINDOW)
    hand.at += WINDOW
    assert (pace.available(), pace.seconds_until_available()) == (30, 0.0)


def test_what_left_earlier_makes_room_earlier() -> None:
    hand = Hand()
    pace = Pace(2, hand)
    pace.count_sent(1)
    hand.at += 0.5
    pace.count_sent(1)
    hand.at += WINDOW - 0.5
    assert pace.available() == 1


def test_a_chat_bears_a_burst_and_then_one_a_second() -> None:
    pace = Pace(30, Hand())
    assert [pace.reserve_turn("77") for _ in range(CHAT_BURST + 2)] == [0.0] * CHAT_BURST + [1.0, 2.0]
    assert pace.reserve_turn("78") == 0.0


def test_a_chat_at_rest_bears_a_burst_again() -> None:
    hand = Hand()
    pace = Pace(30, hand)
    for _ in range(CHAT_BURST):
        pace.reserve_turn("77")
    hand.at += CHAT_BURST
    assert [pace.reserve_turn("77") for _ in range(CHAT_BURST)] == [0.0] * CHAT_BURST


def test_one_chat_that_asks_for_silence_silences_no_other() -> None:
    pace = Pace(30, Hand())
    pace.back_off("77", 9)
    assert pace.available() == 30
    assert pace.reserve_turn("77") == 9
    assert pace.reserve_turn("78") == 0.0


def test_two_chats_that_ask_for_silence_mean_everybody() -> None:
    hand = Hand()
    pace = Pace(30, hand)
    pace.back_off("77", 9)
    pace.back_off("78", 9)
    assert (pace.available(), pace.seconds_until_available()) == (0, 9)
    hand.at += 9
    assert pace.available() == 30


def test_a_thousand_chats_at_rest_are_forgotten() -> None:
    hand = Hand()
    pace = Pace(1000, hand)
    for number in range(6_000):
        pace.reserve_turn(str(number))
        hand.at += 0.01
    assert len(pace._chats) < 5_001
