"""Whoever sends without end is heard for a while, told once, and then costs nobody anything."""

from __future__ import annotations

from collections import Counter

from bot.flood import BURST, KEPT, Flood


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
    assert found["take"] <= BURST + 31
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
    for _ in range(BURST + 5):
        flood.judge("77")
    hand.at += 120
    assert [flood.judge("77") for _ in range(BURST + 2)] == ["take"] * BURST + ["tell", "drop"]


def test_no_more_senders_are_remembered_than_there_is_room_for() -> None:
    flood = Flood(Hand())
    for number in range(KEPT + 50):
        flood.judge(str(number))
    assert len(flood._senders) == KEPT
