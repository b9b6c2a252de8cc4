"""Whoever sends without end is heard for a while, told once, and then costs nobody anything."""

from __future__ import annotations

from collections import Counter

from bot.delivery.rate_limit import SENDER_BURST, SENDERS, Flood


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


def test_ten_thousand_in_a_minute_are_bounded_and_answered_once() -> None:
    hand = Hand()
    flood = Flood(hand)
    found: Counter[str] = Counter()
    for _ in range(10_000):
        found[flood.judge("77")] += 1
        hand.at += 60 / 10_000
    assert found["take"] <= SENDER_BURST + 31
    assert found["tell"] == 1


def test_others_are_taken_in_meanwhile() -> None:
    flood = Flood(Hand())
    for _ in range(100):
        flood.judge("77")
    assert flood.judge("78") == "take"


def test_a_person_who_writes_fast_is_never_held_up() -> None:
    hand = Hand()
    flood = Flood(hand)
    for _ in range(300):
        assert flood.judge("77") == "take"
        hand.at += 2


def test_after_a_rest_everything_is_as_before() -> None:
    hand = Hand()
    flood = Flood(hand)
    for _ in range(SENDER_BURST + 5):
        flood.judge("77")
    hand.at += 120
    assert [flood.judge("77") for _ in range(SENDER_BURST + 2)] == ["take"] * SENDER_BURST + ["tell", "drop"]


def test_no_more_senders_are_remembered_than_there_is_room_for() -> None:
    flood = Flood(Hand())
    for number in range(SENDERS + 50):
        flood.judge(str(number))
    assert len(flood._senders) == SENDERS


def test_what_waited_at_the_channel_while_we_were_away_was_not_said_at_once() -> None:
    flood = Flood(Hand())
    for number in range(200):
        assert flood.judge("77", 1_795_000_000 + number * 30) == "take", "all come in one instant"


def test_the_channels_clock_helps_nobody_who_floods() -> None:
    flood = Flood(Hand())
    found = Counter(flood.judge("77", 1_795_000_000 - number % 7) for number in range(1_000))
    assert found["take"] <= SENDER_BURST + 4


def test_what_could_not_be_taken_in_and_comes_again_counts_once() -> None:
    flood = Flood(Hand())
    for _ in range(500):
        assert flood.judge("77") == "take"
        flood.give_back("77")
    assert Counter(flood.judge("77") for _ in range(SENDER_BURST + 1)) == {"take": SENDER_BURST, "tell": 1}
