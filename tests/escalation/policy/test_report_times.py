"""When reports are posted to the staff chat, if the company says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from escalation.policy.reader import read_policy
from escalation.policy.report_times import ReportTime, ReportTimes
from tests.escalation.policy.small_policy import SMALL, faults_of, written


def test_without_the_section_nothing_is_posted(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, SMALL)).reports == ReportTimes()


def test_a_day_and_an_hour_are_read(tmp_path: Path) -> None:
    found = read_policy(written(tmp_path, SMALL + "reports: {weekly: {day: 1, hour: 9}}\n")).reports
    assert found == ReportTimes(weekly=ReportTime(1, 9))


def test_a_day_that_not_every_month_has_is_refused(tmp_path: Path) -> None:
    line = SMALL.count("\n") + 1
    [fault] = faults_of(written(tmp_path, SMALL + "reports: {monthly: {day: 31, hour: 9}}\n"))
    assert fault == f'policy.yaml:{line}: "day" must be a whole number from 1 to 28; found "31".'


def test_a_queue_there_is_none_of_is_refused(tmp_path: Path) -> None:
    line = SMALL.count("\n") + 1
    [fault] = faults_of(written(tmp_path, SMALL + "reports: {weekly: {day: 1, hour: 9, queues: [火星]}}\n"))
    assert fault.startswith(f"policy.yaml:{line}: ")
    assert "火星" in fault


def test_a_report_is_due_on_its_day_from_its_hour_on() -> None:
    times = ReportTimes(ReportTime(1, 9), ReportTime(28, 8))
    assert list(times.due_on(date(2026, 11, 30), 8)) == []  # a Monday
    assert list(times.due_on(date(2026, 11, 30), 9)) == ["weekly"]
    assert list(times.due_on(date(2026, 12, 28), 23)) == ["weekly", "monthly"]
    assert list(times.due_on(date(2026, 12, 1), 23)) == []
