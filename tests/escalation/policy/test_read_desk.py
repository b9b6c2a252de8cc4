"""How the desk works, from a policy file: queues that assign, support, recurrence, paging; and each fault of theirs."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from escalation.policy.model import Paging, Queue, Recurrence, Support
from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

MORE = """\
support:
  产品: {to: [manager], about: 功能}
  技术: {queue: 专席}
recurring:
  same_customer: {window: 7d, remind_at: 2, lead_at: 3}
paging: {per_minute: 10, digest_from: 5, morning: 白天}
"""
WHOLE = SMALL.replace("confirmed: 客户已确认", "confirmed: 客户已确认\n  help_asked: 已求援").replace(
    "  大堂: {calendar: 白天}", "  大堂: {calendar: 白天, assign: load, claim_within: 5m}"
)
LAST = WHOLE.count("\n")  # the first line of MORE is the next


def test_what_a_file_says_of_the_desk_becomes_values(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, WHOLE + MORE))
    assert policy.queues["大堂"] == Queue("大堂", "白天", assign="load", claim_within=timedelta(minutes=5))
    assert policy.queues["专席"] == Queue("专席", "全天")
    assert policy.support == {"产品": Support("产品", ("manager",), None, "功能"), "技术": Support("技术", (), "专席")}
    assert (policy.same_customer, policy.same_topic) == (Recurrence(timedelta(days=7), 2, 3), None)
    assert policy.paging == Paging(10, 5, "白天")


def test_a_file_that_says_nothing_of_it_assigns_nobody_and_pages_as_usual(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, SMALL))
    assert {queue.assign for queue in policy.queues.values()} == {"nobody"}
    assert (policy.support, policy.same_customer, policy.same_topic) == ({}, None, None)
    assert policy.paging == Paging(20, 4, None)


def test_the_shipped_policy_gives_each_tier_its_people() -> None:
    policy = shipped()
    assert policy.queues["特级专席"].claim_within == timedelta(minutes=3)
    assert policy.queues["二级专员"].assign == "named"
    assert set(policy.support) == {"产品", "技术"}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("assign: load", "assign: robin", 22, '"assign" must be one of nobody, load, named; found "robin".'),
        ("assign: load, claim_within: 5m", "assign: load", 22, '"大堂" lacks the key "claim_within"; add it.'),
        ("claim_within: 5m", "claim_within: soon", 22, '"claim_within" must be a duration such as 15m, 2h or 1d; found "soon".'),
        ("claim_within: 5m", "claim_within: 0m", 22, '"claim_within" must be longer than zero; found "0m".'),
        ("  help_asked: 已求援\n", "", LAST, '"support" needs the fact "help_asked", recorded when help is asked for; add it to "facts".'),
        ("to: [manager]", "to: [holder]", LAST + 2, '"to" must be one of queue, lead, manager, on_call; found "holder".'),
        ("to: [manager], ", "", LAST + 2, '"产品" must say whom to ask: give "to", "queue" or both.'),
        ("{queue: 专席}\nrec", "{queue: 专柜}\nrec", LAST + 3, '"queue" must be one of 大堂, 专席; found "专柜" (did you mean "专席"?).'),
        ("  技术: {queue", "  技术: {que", LAST + 3, '"que" is not a key of "技术" (did you mean "queue"?).'),
        ("same_customer:", "same_custmer:", LAST + 5, '"same_custmer" is not a key of "recurring" (did you mean "same_customer"?).'),
        ("window: 7d", "window: 一周", LAST + 5, '"window" must be a duration such as 15m, 2h or 1d; found "一周".'),
        ("window: 7d", "window: 0d", LAST + 5, '"window" must be longer than zero; found "0d".'),
        ("window: 7d, ", "", LAST + 5, '"same_customer" lacks the key "window"; add it.'),
        ("remind_at: 2", "remind_at: 1", LAST + 5, '"remind_at" must be a whole number from 2 to 999; found "1".'),
        ("lead_at: 3", "lead_at: many", LAST + 5, '"lead_at" must be a whole number from 2 to 999; found "many".'),
        ("remind_at: 2, lead_at: 3", "remind_at: 4, lead_at: 3", LAST + 5, '"lead_at" must be at least "remind_at" (4); found "3".'),
        ("per_minute: 10", "per_minute: 30", LAST + 6, '"per_minute" must be a whole number from 1 to 20; found "30".'),
        ("per_minute: 10, ", "", LAST + 6, '"paging" lacks the key "per_minute"; add it.'),
        ("digest_from: 5", "digest_from: 1", LAST + 6, '"digest_from" must be a whole number from 2 to 999; found "1".'),
        ("morning: 白天", "morning: 早上", LAST + 6, '"morning" must be one of 白天, 全天; found "早上".'),
        ("paging: {per_minute: 10, digest_from: 5, morning: 白天}", "paging: 20", LAST + 6, '"paging" must be a block of keys with values; found "20".'),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_what_would_be_right(
    old: str, new: str, line: int, said: str, tmp_path: Path
) -> None:
    text = WHOLE + MORE
    assert text.count(old) == 1, "the case must change one place"
    assert faults_of(written(tmp_path, text.replace(old, new))) == [f"policy.yaml:{line}: {said}"]


def test_a_person_is_assigned_eight_open_tickets_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, SMALL)).capacity == 8
    assert read_policy(written(tmp_path, SMALL + "capacity: 12\n")).capacity == 12
    said = [str(fault) for fault in faults_of(written(tmp_path, SMALL + "capacity: 0\n"))]
    assert len(said) == 1
    assert said[0].endswith('"capacity" must be a whole number from 1 to 999; found "0".')
