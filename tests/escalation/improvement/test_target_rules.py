"""A target knows where it stands from its figure, and says in a sentence what makes no sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from escalation.improvement.amounts import amount_of, parse_amount
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.suggestions import suggestions
from escalation.improvement.target_rules import Target, TargetWish, checked
from escalation.measures.catalogue import Unit

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
TODAY = date(2026, 11, 30)
WISH = TargetWish("complaint_response", 7_200, TODAY, 1_800, date(2027, 2, 28), 1, 5, 3)
TARGET = Target(
    1, "complaint_response", None, None, 7_200, TODAY, 1_800, date(2027, 2, 28), 1, 5, 3, "lin", NOW, None, None, 0
)


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("2h", "seconds", 7_200),
        ("30 分钟", "seconds", 1_800),
        ("1.5小时", "seconds", 5_400),
        ("3 天", "seconds", 259_200),
        ("45秒", "seconds", 45),
        ("85%", "share", 8_500),
        ("99.5", "share", 9_950),
        ("88 分", "score", 8_800),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, unit: Unit, amount: int) -> None:
    assert parse_amount(text, unit) == amount


@pytest.mark.parametrize(
    ("text", "unit"),
    [("", "share"), ("101%", "share"), ("-3", "score"), ("30", "seconds"), ("两小时", "seconds"), ("400天", "seconds")],
)
def test_what_is_no_amount_is_refused(text: str, unit: Unit) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        parse_amount(text, unit)


def test_a_share_a_score_and_a_time_become_amounts_and_no_sample_none() -> None:
    assert amount_of(0.854, "share") == 8_540
    assert amount_of(87.5, "score") == 8_750
    assert amount_of(1_799.6, "seconds") == 1_800
    assert amount_of(None, "share") is None


def test_the_way_from_start_to_goal_is_straight() -> None:
    assert TARGET.path_at(TODAY) == 7_200
    assert TARGET.path_at(date(2027, 1, 14)) == 4_500
    assert TARGET.path_at(date(2027, 2, 28)) == TARGET.path_at(date(2027, 5, 1)) == 1_800


def test_a_target_is_reached_on_course_behind_or_missed() -> None:
    half = date(2027, 1, 14)
    assert TARGET.state(1_800, half) == "reached"
    assert TARGET.state(4_500, half) == "on_course"
    assert TARGET.state(4_501, half) == "behind"
    assert TARGET.state(None, half) == "no_sample"
    assert TARGET.state(1_801, date(2027, 2, 28)) == "behind"
    assert TARGET.state(1_801, date(2027, 3, 1)) == TARGET.state(None, date(2027, 3, 1)) == "missed"
    assert TARGET.state(1_700, date(2027, 3, 1)) == "reached"


def test_where_more_is_better_the_way_goes_up() -> None:
    rising = replace(TARGET, indicator="fcr_rate", start_value=6_500, goal_value=8_500)
    half = date(2027, 1, 14)
    assert [rising.state(value, half) for value in (8_500, 7_500, 7_499)] == ["reached", "on_course", "behind"]


def test_priority_is_impact_times_difficulty() -> None:
    assert TARGET.priority == 15


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"indicator": "speed"},
            'There is no indicator "speed" for targets; docs/improvement.md lists them.',
        ),
        ({"goal_value": 7_200}, "The goal must differ from the start; both are 7200."),
        (
            {"goal_value": 9_000},
            "投诉响应 gets better by going down; a goal of 9000 would be worse than the start of 7200.",
        ),
        ({"goal_on": None}, "Give the day by which the goal is reached, such as 2027-03-31."),
        (
            {"goal_on": date(2026, 11, 29)},
            "The day by which it is reached is past (2026-11-29); choose a later one.",
        ),
        (
            {"goal_on": TODAY},
            "The day by which it is reached (2026-11-30) must come after the day from which it counts (2026-11-30).",
        ),
        ({"impact": 6}, "Impact and difficulty are whole numbers from 1 to 5."),
        (
            {"indicator": "bot_alone_rate", "start_value": 10, "goal_value": 20, "queue": "q"},
            "机器人独立解决率 cannot be told by tier or queue; leave them out.",
        ),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ImprovementRefused) as refused:
        checked(replace(WISH, **change), TODAY)
    assert str(refused.value) == sentence


def test_every_suggestion_can_be_adopted() -> None:
    assert len(suggestions()) == 6
    for each in suggestions().values():
        checked(each.adopted(1, TODAY), TODAY)
    first = suggestions()["complaint-response"]
    assert first.adopted(1, TODAY).goal_on == date(2027, 2, 28)


def test_an_adopted_target_starts_from_the_figure_of_now_unless_that_is_as_good_as_the_goal() -> None:
    first = suggestions()["complaint-response"]
    assert first.adopted(1, TODAY, 5_000).start_value == 5_000
    assert first.adopted(1, TODAY, 1_500).start_value == 7_200
