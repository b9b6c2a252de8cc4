"""Whoever sends without end is heard for a while, told once, and then costs nobody anything."""

from __future__ import annotations

from collections import Counter

from bot.delivery.rate_limit import SENDER_BURST, SENDERS, InboundLimiter


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


def test_ten_thousand_in_a_minute_are_bounded_and_answered_once() -> None:
    hand = Hand()
    limiter = InboundLimiter(hand)
    found: Counter[str] = Counter()
    for _ in range(10_000):
        found[limiter.check("77")] += 1
        hand.at += 60 / 10_000
    assert found["allow"] <= SENDER_BURST + 31
    assert found["notify"] == 1


def test_others_are_taken_in_meanwhile() -> None:
    limiter = InboundLimiter(Hand())
    for _ in range(100):
        limiter.check("77")
    assert limiter.check("78") == "allow"


def test_a_person_who_writes_fast_is_never_held_up() -> None:
    hand = Hand()
    limiter = InboundLimiter(hand)
    for _ in range(300):
        assert limiter.check("77") == "allow"
        hand.at += 2


def test_after_a_rest_everything_is_as_before() -> None:
    hand = Hand()
    limiter = InboundLimiter(hand)
    for _ in range(SENDER_BURST + 5):
        limiter.check("77")
    hand.at += 120
    assert [limiter.check("77") for _ in range(SENDER_BURST + 2)] == ["allow"] * SENDER_BURST + ["notify", "drop"]


def test_no_more_senders_are_remembered_than_there_is_room_for() -> None:
    limiter = InboundLimiter(Hand())
    for number in range(SENDERS + 50):
        limiter.check(str(number))
    assert len(limiter._senders) == SENDERS


def test_what_waited_at_the_channel_while_we_were_away_was_not_said_at_once() -> None:
    limiter = InboundLimiter(Hand())
    for number in range(200):
        assert limiter.check("77", 1_795_000_000 + number * 30) == "allow", "all come in one instant"


def test_the_channels_clock_helps_nobody_who_floods() -> None:
    limiter = InboundLimiter(Hand())
    found = Counter(limiter.check("77", 1_795_000_000 - number % 7) for number in range(1_000))
    assert found["allow"] <= SENDER_BURST + 4


def test_what_could_not_be_taken_in_and_comes_again_counts_once() -> None:
    limiter = InboundLimiter(Hand())
    for _ in range(500):
        assert limiter.check("77") == "allow"
        limiter.give_back("77")
    assert Counter(limiter.check("77") for _ in range(SENDER_BURST + 1)) == {"allow": SENDER_BURST, "notify": 1}
