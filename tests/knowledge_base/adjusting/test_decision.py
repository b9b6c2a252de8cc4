"""What use says of the threshold for answering: how many cases it takes, and how far it moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge_base.adjusting.decision import JudgedAnswer, cases_of, compare, shifted
from knowledge_base.model.calibration import Thresholds

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
HERE = ZoneInfo("Asia/Shanghai")


def judged(right: int, wrong: int, confidence: float = 0.9, who: str = "c") -> list[JudgedAnswer]:
    """So many customers with one answer each."""
    return [JudgedAnswer(NOON, f"{who}{n}", confidence, n < right) for n in range(right + wrong)]


def test_three_messages_move_nothing() -> None:
    found = compare(judged(0, 3), 0.8, 0.95, HERE)
    assert (found.why, found.cases, found.to, found.is_move) == ("too_few", 3, 0.8, False)


def test_nothing_at_all_moves_nothing() -> None:
    found = compare([], 0.8, 0.95, HERE)
    assert (found.why, found.cases, found.realised, found.interval) == ("too_few", 0, None, None)


def test_a_thousand_taps_of_one_customer_on_one_day_are_one_case() -> None:
    taps = [JudgedAnswer(NOON + timedelta(seconds=n), "one", 0.9, is_right=False) for n in range(1_000)]
    found = compare(taps, 0.8, 0.95, HERE)
    assert (found.judged, found.cases, found.customers, found.why) == (1_000, 1, 1, "too_few")


def test_one_customer_who_taps_every_day_for_a_month_moves_nothing() -> None:
    taps = [JudgedAnswer(NOON + timedelta(days=n), "one", 0.9, is_right=False) for n in range(40)]
    found = compare(taps, 0.8, 0.95, HERE)
    assert (found.cases, found.customers, found.why, found.to) == (40, 1, "few_customers", 0.8)


def test_a_day_is_the_companys_day() -> None:
    late = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)  # a minute before midnight in Shanghai
    one, other = JudgedAnswer(late, "a", 0.9, True), JudgedAnswer(late + timedelta(minutes=2), "a", 0.7, False)
    assert len(cases_of([one, other], HERE)) == 2
    (case,) = cases_of([one, other], UTC)
    assert (case.confidence, case.right) == (pytest.approx(0.8), 0.5)


def test_fewer_right_than_promised_raise_it_by_as_much_as_is_allowed_a_night() -> None:
    found = compare(judged(28, 12), 0.8, 0.95, HERE)
    assert (found.why, found.to, found.realised) == ("worse", 0.85, 0.7)


def test_it_rises_no_further_than_needed() -> None:
    found = compare([*judged(0, 12, 0.815), *judged(28, 0, 0.9, "d")], 0.8, 0.95, HERE)
    assert (found.why, found.to) == ("worse", 0.82)


def test_more_right_than_promised_with_certainty_lower_it() -> None:
    assert compare(judged(72, 0), 0.8, 0.95, HERE).why == "as_promised"
    found = compare(judged(74, 0), 0.8, 0.95, HERE)
    assert (found.why, found.to) == ("better", 0.75)


def test_what_was_judged_below_it_holds_it() -> None:
    found = compare([*judged(80, 0), *judged(0, 20, 0.775, "below")], 0.8, 0.95, HERE)
    assert (found.why, found.to, found.cases) == ("better", 0.78, 80)


def test_what_was_judged_just_below_it_keeps_it_where_it_is() -> None:
    found = compare([*judged(80, 0), *judged(0, 20, 0.795, "below")], 0.8, 0.95, HERE)
    assert (found.why, found.to, found.is_move) == ("at_the_end", 0.8, False)


def test_what_chance_explains_moves_nothing() -> None:
    found = compare(judged(36, 4), 0.8, 0.95, HERE)
    assert (found.why, found.to, found.realised) == ("as_promised", 0.8, 0.9)


def test_only_what_would_still_be_answered_counts() -> None:
    found = compare([*judged(0, 100, 0.79), *judged(29, 0, 0.8, "d")], 0.8, 0.95, HERE)
    assert (found.why, found.cases, found.judged) == ("too_few", 29, 29)


@pytest.mark.parametrize(("at", "to"), [(0.97, 0.99), (0.99, 0.99)])
def test_it_never_rises_above_the_highest(at: float, to: float) -> None:
    assert compare(judged(10, 40, 0.999), at, 0.95, HERE).to == to


@pytest.mark.parametrize(("at", "to"), [(0.52, 0.5), (0.5, 0.5)])
def test_it_never_falls_below_what_is_more_likely_right_than_wrong(at: float, to: float) -> None:
    assert compare(judged(100, 0), at, 0.95, HERE).to == to


def test_where_only_exact_matches_are_answered_nothing_is_compared() -> None:
    assert compare(judged(100, 0, 1.0), 1.0, 0.95, HERE).why == "only_exact"


def test_a_shift_moves_what_was_learned_and_the_threshold_for_suggesting_stays_below() -> None:
    learned = Thresholds(0.75, 0.3)
    assert shifted(learned, 0.05) == Thresholds(0.8, 0.3)
    assert shifted(learned, 0.0) is learned
    assert shifted(Thresholds(0.6, 0.55), -0.3) == Thresholds(0.5, 0.5)
    assert shifted(Thresholds(0.9, 0.3), 0.2) == Thresholds(0.99, 0.3)
    assert shifted(Thresholds(1.0, 0.3), -0.2) == Thresholds(1.0, 0.3)
