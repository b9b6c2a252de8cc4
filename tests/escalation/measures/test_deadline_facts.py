"""What of deadlines counts as late, and how often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.measures.ticket_case import Line
from escalation.policy.model import Policy
from tests.escalation.measures.fact_examples import LI, Story, at


@pytest.fixture
def story(policy: Policy) -> Story:
    return Story(policy).open().claimed(1)


def late(story: Story) -> list[float]:
    return [minutes for minutes, _, _, _ in story.of("milestone_late")]


def test_a_target_that_was_late_before_in_the_run_is_not_late_again_when_it_is_met_late(story: Story) -> None:
    story.with_targets("next_reply").then("reminder", 30, milestone="next_reply")
    story.then("replied", 90, LI).with_deadline("next_reply", 50, 60, 90)
    assert late(story) == [30]


def test_of_two_targets_of_a_run_that_were_met_late_in_silence_the_first_counts(story: Story) -> None:
    story.with_targets("next_reply").then("replied", 20, LI).then("replied", 50, LI)
    story.with_deadline("next_reply", 0, 10, 20).with_deadline("next_reply", 30, 40, 50)
    assert late(story) == [20]
    story.then("reminder", 60, milestone="next_reply")
    assert late(story) == [20]


def test_two_targets_that_one_line_met_late_count_once(story: Story) -> None:
    story.with_targets("next_reply").then("replied", 20, LI)
    story.with_deadline("next_reply", 0, 10, 20).with_deadline("next_reply", 1, 11, 20)
    assert late(story) == [20]


def test_in_another_run_a_target_may_be_late_anew(story: Story) -> None:
    story.with_targets("next_reply").then("reminder", 30, milestone="next_reply").then("resolved", 40, LI)
    story.then("reopened", 50).then("replied", 90, LI).with_deadline("next_reply", 50, 60, 90)
    assert late(story) == [30, 90]


def test_a_target_that_another_policy_made_late_counts_once_with_its_reminders(story: Story) -> None:
    story.with_targets("confirmed").then("breached_by_reclassification", 30, milestone="confirmed")
    story.then("reminder", 40, milestone="confirmed").then("breached_by_reclassification", 50, milestone="confirmed")
    assert late(story) == [30]


def test_a_promise_counts_each_time_that_it_was_given(story: Story) -> None:
    story.then("breach", 20, milestone="plan_explained").then("objected", 30, LI)
    story.then("plan_explained", 60, LI).with_deadline("plan_explained", 30, 50, 60)
    assert late(story) == [20, 60]


def test_a_promise_that_began_late_again_because_a_call_was_taken_back_is_late_when_it_is_met(story: Story) -> None:
    story.with_deadline("first_contact", 0, 10, 20, told=False).then("called", 20, LI)
    assert late(story) == [20]


def test_what_a_line_told_before_an_earlier_call_was_entered_is_not_told_again(story: Story) -> None:
    story.then("breach", 30, milestone="first_contact").then("called", 40, LI, happened_at=at(20).isoformat())
    story.with_deadline("first_contact", 0, 10, 20)
    assert late(story) == [30]


def test_what_was_told_in_a_ticket_merged_into_it_is_not_told_again(story: Story) -> None:
    story.then("replied", 50, LI).with_deadline("first_contact", 0, 10, 50)
    assert late(story) == [50]
    told = Line(900, 4, at(20), "breached_by_reclassification", None, {"milestone": "first_contact"})
    story.case = replace(story.case, told_elsewhere=(told,))
    assert late(story) == []
