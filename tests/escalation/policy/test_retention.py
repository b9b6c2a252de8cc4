"""The block `retention` of a policy: how long each class is kept, and what is too short is refused in a sentence."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from escalation.policy.reader import read_policy
from escalation.policy.retention import CLASSES, DEFAULT, Period
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

LINE = len(SMALL.splitlines())
SHANGHAI = ZoneInfo("Asia/Shanghai")


def with_retention(folder: Path, *lines: str) -> Path:
    block = "".join(f"    {line}\n" for line in lines)
    return written(folder, f"{SMALL}privacy:\n  retention:\n{block}")


def test_without_the_block_no_periods_are_stated(tmp_path: Path) -> None:
    assert not read_policy(written(tmp_path, SMALL)).privacy.retention.is_stated


@pytest.mark.parametrize("block", ["{}", "{transcript: 2y}"])
def test_with_the_block_a_class_that_is_left_out_is_kept_for_two_years(tmp_path: Path, block: str) -> None:
    found = read_policy(written(tmp_path, f"{SMALL}privacy: {{retention: {block}}}\n")).privacy.retention
    assert found.is_stated
    assert found.periods == dict.fromkeys(CLASSES, DEFAULT)


def test_the_shipped_policy_keeps_records_for_as_long_as_its_notice_says() -> None:
    privacy = shipped().privacy
    assert privacy.notice is not None
    assert "三年" in privacy.notice.parts["how_long"]
    assert {name: str(privacy.retention.periods[name]) for name in ("transcript", "files", "journal")} == dict.fromkeys(
        ("transcript", "files", "journal"), "3y"
    )


def test_each_class_has_its_own_period_in_years_or_days(tmp_path: Path) -> None:
    path = with_retention(tmp_path, "transcript: 5y", "files: 730d", "gaps: 90d")
    periods = read_policy(path).privacy.retention.periods
    assert periods == {
        **dict.fromkeys(CLASSES, DEFAULT),
        "transcript": Period(5),
        "files": Period(730, "d"),
        "gaps": Period(90, "d"),
    }


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (
            ["transcript: 1y"],
            [
                '"transcript" must be 2y or longer, for the process standard has records of a service kept for two years; found "1y".'
            ],
        ),
        (
            ["journal: 729d"],
            [
                '"journal" must be 2y or longer, for the process standard has records of a service kept for two years; found "729d".'
            ],
        ),
        (
            ["transcript: 2y", "grounds: {warranty: {label: 保修, classes: [transcript], at_least: 3y}}"],
            ['"transcript" must be 3y or longer, for the ground "warranty" keeps it for as long; found "2y".'],
        ),
        (
            ["notices: 90d", "grounds: {warranty: {label: 保修, classes: [notices], at_least: 100d}}"],
            ['"notices" must be 100d or longer, for the ground "warranty" keeps it for as long; found "90d".'],
        ),
        (
            ["photos: 3y"],
            ['"photos" is not a key of "retention"; it may hold files, gaps, grounds, journal, notices, transcript.'],
        ),
        (["transcripts: 3y"], ['"transcripts" is not a key of "retention" (did you mean "transcript"?).']),
        (
            ["gaps: two years"],
            ['"gaps" must be a number of years or days such as 2y or 800d, at most 100 years; found "two years".'],
        ),
        (
            ["files: 3y"],
            ['"files" must be at most as long as "transcript" (2y), for a file goes with its line; found "3y".'],
        ),
        (
            ["grounds: {tax: {label: 税, classes: [line], at_least: 3y}}"],
            ['"classes" must be one of transcript, files, gaps, notices, journal; found "line".'],
        ),
    ],
)
def test_what_cannot_be_kept_so_is_refused(tmp_path: Path, lines: list[str], faults: list[str]) -> None:
    assert faults_of(with_retention(tmp_path, *lines)) == [f"policy.yaml:{LINE + 3}: {each}" for each in faults]


def test_a_ground_counts_for_a_class_that_is_left_out(tmp_path: Path) -> None:
    path = with_retention(tmp_path, "grounds: {warranty: {label: 保修, classes: [files], at_least: 3y}}")
    assert faults_of(path) == [
        f'policy.yaml:{LINE + 2}: "files" of "retention" must be 3y or longer, for the ground "warranty" keeps it for as long; left out, it is 2y.'
    ]


@pytest.mark.parametrize(
    ("period", "now", "before"),
    [
        (Period(2), datetime(2026, 11, 30, 4, tzinfo=UTC), datetime(2024, 11, 30, 4, tzinfo=UTC)),
        (Period(1), datetime(2028, 2, 29, 4, tzinfo=UTC), datetime(2027, 2, 28, 4, tzinfo=UTC)),
        (Period(10, "d"), datetime(2026, 11, 30, 4, tzinfo=UTC), datetime(2026, 11, 20, 4, tzinfo=UTC)),
    ],
)
def test_years_go_by_the_calendar(period: Period, now: datetime, before: datetime) -> None:
    assert period.before(now, SHANGHAI) == before


@pytest.mark.parametrize(
    ("one", "other", "shorter"),
    [
        (Period(730, "d"), Period(2), True),
        (Period(731, "d"), Period(2), False),
        (Period(2), Period(730, "d"), False),
        (Period(2), Period(731, "d"), True),
        (Period(1), Period(2), True),
    ],
)
def test_days_and_years_are_compared_whatever_leap_years_lie_between(one: Period, other: Period, shorter: bool) -> None:
    assert one.is_shorter(other) is shorter
