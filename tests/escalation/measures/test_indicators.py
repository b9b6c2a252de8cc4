"""Shown rates, by hand from sums."""

from __future__ import annotations

import pytest

from escalation.measures.histogram import histogram_of
from escalation.measures.indicators import (
    RATE_IDS,
    cause_shares,
    complaint_rate,
    cost_of,
    count_of,
    kept_by_milestone,
    load_of,
    rates_of,
    time_of,
)
from escalation.measures.sums import Key, Sum

FIGURES: dict[Key, Sum] = {
    ("raised", "asked_for_person"): Sum(8, 8),
    ("raised", "entered"): Sum(4, 4),
    ("reopened", ""): Sum(2, 2),
    ("merged", ""): Sum(1, 1),
    ("withdrawn", ""): Sum(3, 3),
    ("resolved", ""): Sum(5, 5),
    ("fcr", ""): Sum(4, 3),
    ("milestone_kept", "first_contact"): Sum(6, 6),
    ("milestone_late", "first_contact"): Sum(2, 2),
    ("milestone_late", "assessed"): Sum(2, 2),
    ("rated", ""): Sum(4, 250),
    ("complaint", ""): Sum(3, 3),
    ("stranger_wrote", ""): Sum(20, 20),
    ("night_raised", ""): Sum(4, 4),
    ("night_contacted", ""): Sum(1, 1),
    ("bot_answered", "a1"): Sum(12, 12),
    ("bot_alone", ""): Sum(10, 7),
    ("bot_helped", "a1"): Sum(3, 3),
    ("bot_rejected", "a1"): Sum(1, 1),
    ("cause", "流程"): Sum(1, 1),
    ("cause", "人员"): Sum(3, 3),
    ("resolution_time", ""): Sum(3, 660, histogram_of([60, 300, 300])),
}
SHOWN = {
    "resolution_rate": 5 / 10,
    "fcr_rate": 3 / 4,
    "reopen_rate": 2 / 5,
    "kept_rate": 6 / 10,
    "satisfaction": 62.5,
    "rating_rate": 4 / 5,
    "night_coverage": 1 / 4,
    "bot_answer_rate": 12 / 20,
    "bot_alone_rate": 7 / 10,
    "helpful_rate": 3 / 4,
}


@pytest.mark.parametrize("name", RATE_IDS)
def test_a_rate_is_what_its_formula_says(name: str) -> None:
    assert {each.id: each.value for each in rates_of(FIGURES)}[name] == SHOWN[name]


def test_without_a_sample_there_is_no_number() -> None:
    assert {each.value for each in rates_of({})} == {None}
    assert time_of({}, "resolution_time").value is None
    assert complaint_rate(FIGURES, None).value is None


def test_more_merged_and_withdrawn_than_raised_is_no_rate() -> None:
    figures = {("resolved", ""): Sum(2, 2), ("withdrawn", ""): Sum(1, 1)}
    assert {each.id: each.value for each in rates_of(figures)}["resolution_rate"] is None


def test_complaints_are_of_those_on_file_and_of_strangers() -> None:
    assert complaint_rate(FIGURES, 80).value == 3 / 100


def test_each_milestone_has_a_rate_of_its_own() -> None:
    found = [(each.part, each.value) for each in kept_by_milestone(FIGURES)]
    assert found == [("assessed", 0), ("first_contact", 0.75)]


def test_causes_share_all_of_the_period() -> None:
    assert [(each.part, each.value) for each in cause_shares(FIGURES)] == [("人员", 0.75), ("流程", 0.25)]


def test_a_time_has_its_mean_and_percentiles() -> None:
    found = time_of(FIGURES, "resolution_time")
    assert (found.value, found.denominator, [*found.percentiles]) == (220, 3, [0.5, 0.9, 0.95])
    assert count_of(FIGURES, "raised").value == 12


def test_cost_is_hours_by_the_rate_of_the_tier() -> None:
    handling = {"特级": Sum(2, 7200), "三级": Sum(1, 1800)}
    assert cost_of(handling, {"特级": 120, "三级": 40}) == 260
    assert cost_of(handling, {"特级": 120}) == 240
    assert cost_of(handling, {}) is None


def test_load_is_the_mean_over_the_days_on_which_somebody_held_tickets() -> None:
    assert load_of({("held", ""): Sum(4, 10)}).value == 2.5
    assert load_of({}).value is None
