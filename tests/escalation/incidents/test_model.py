"""Which matters an interruption touches, by rules alone."""

from __future__ import annotations

from datetime import UTC, datetime

from escalation.incidents.model import Incident, affecting

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def incident(number: int, topics: tuple[str, ...] = (), words: tuple[str, ...] = ()) -> Incident:
    return Incident(number, "", topics, words, "", NOW, 1, None, None, None)


def test_a_topic_or_a_word_is_enough_and_each_that_is_touched_counts() -> None:
    power, site, mail = incident(1, ("配送",)), incident(2, ("账户",), ("官网",)), incident(3, (), ("邮箱",))
    every = (power, site, mail)
    assert affecting(every, {"配送"}, "什么时候到") == (power,)
    assert affecting(every, set(), "你们官网打不开") == (site,)
    assert affecting(every, {"配送", "账户"}, "邮箱也收不到") == every
    assert affecting(every, {"订单"}, "怎么查订单") == ()


def test_a_word_is_found_whatever_blanks_stand_in_it() -> None:
    one = incident(1, (), ("wifi打不开",))
    assert affecting([one], set(), "wifi 打不开") == (one,)


def test_no_words_and_no_topic_touch_nothing() -> None:
    assert affecting([incident(1, (), ("官网",))], set(), "") == ()
