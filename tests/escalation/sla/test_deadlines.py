"""What each tier is owed and by when, under the shipped policy."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import escalation
from benchmarks.law_days import off_by_law
from escalation.policy.model import Urgency
from escalation.policy.reader import read_policy
from escalation.policy.tiers import Milestone, Tier
from escalation.sla.deadlines import Consequences, Deadline, as_json, consequences_of, initial_deadlines, start
from escalation.sla.steps import EscalationStep
from escalation.working_hours.instants import iso, parse_instant

POLICY = read_policy(Path(escalation.__file__).with_name("policy.yaml"))
TIERS, (_, NORMAL, URGENT, CRITICAL) = POLICY.tiers, POLICY.urgencies.values()
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def at(text: str) -> datetime:
    return parse_instant(text + "+08:00")


def local(instant: datetime | None) -> str | None:
    return None if instant is None else iso(instant, POLICY.zone)[:16]


def owed_by(tier: str, when: str, urgency: str = "normal", topic: str | None = None) -> dict[str, Deadline]:
    every = initial_deadlines(POLICY, TIERS[tier], POLICY.urgencies[urgency], at(when), at(when), topic=topic)
    return {deadline.milestone: deadline for deadline in every}


def after(tier: str, fact: str, when: str, urgency: str = "normal", topic: str | None = None) -> Consequences:
    return consequences_of(POLICY, TIERS[tier], POLICY.urgencies[urgency], fact, at(when), topic=topic)


def started(
    tier: str, fact: str, when: str, urgency: str = "normal", topic: str | None = None
) -> dict[str, str | None]:
    return {deadline.milestone: local(deadline.due_at) for deadline in after(tier, fact, when, urgency, topic).started}


@pytest.mark.parametrize(
    ("tier", "when", "due"),
    [
        ("特级", "2026-10-10T23:50", "2026-10-11T00:05"),
        ("三级", "2026-10-09T20:30", "2026-10-10T09:30"),  # a make-up Saturday
        ("二级", "2026-09-30T20:30", "2026-10-08T08:30"),  # the holiday week
        ("一级", "2026-10-03T20:45", "2026-10-04T08:15"),
    ],
)
def test_the_first_contact_is_due_in_the_hours_of_the_tier(tier: str, when: str, due: str) -> None:
    assert local(owed_by(tier, when)["first_contact"].due_at) == due


def test_the_first_contact_of_the_second_tier_runs_from_the_raising_and_the_others_from_the_hand_off() -> None:
    raised, received = at("2026-10-12T10:00"), at("2026-10-12T10:02")
    for tier, due in (("特级", "10:17"), ("一级", "10:30"), ("二级", "11:02"), ("三级", "12:02")):
        every = initial_deadlines(POLICY, TIERS[tier], NORMAL, raised, received)
        first = next(deadline for deadline in every if deadline.milestone == "first_contact")
        assert local(first.due_at) == f"2026-10-12T{due}"


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        (
            "特级",
            (
                "first_contact 15m, assessed 1h, executive 1h, plan_explained 2h, progress 4h, acceptance_invited 1d, "
                "service_report 2d"
            ),
        ),
        (
            "一级",
            (
                "first_contact 30m, assessed 2h, experts 2h, plan_explained 4h, confirmed 8h, progress 8h, "
                "acceptance_invited 2d, service_report 3d"
            ),
        ),
        (
            "二级",
            (
                "first_contact 1h, assessed 4h, upward 4h, plan_explained 8h, confirmed 12h, progress 1d, "
                "acceptance_invited 3d, service_report 3d"
            ),
        ),
        ("三级", "first_contact 2h, answer_fixed 1d, acceptance_invited 2h"),
    ],
)
def test_every_tier_is_owed_its_milestones(tier: str, expected: str) -> None:
    rows = [as_json(deadline, POLICY.zone) for deadline in owed_by(tier, "2026-10-12T10:00").values()]
    shared = ("next_reply", "internal_support", "survey", "follow_up", "check_in")
    own = [row for row in rows if row["milestone"] not in shared]
    assert ", ".join(f"{row['milestone']} {row['within']}" for row in own) == expected
    assert {"next_reply", "internal_support", "survey"} < {row["milestone"] for row in rows}


def test_milestones_of_a_day_and_more_count_elapsed_time_and_shorter_ones_working_time() -> None:
    for tier in TIERS.values():
        for milestone in tier.milestones:
            long = milestone.within >= timedelta(days=1) or milestone.id == "complaint_investigated"  # within its day
            assert milestone.basis == ("elapsed" if long else "working")


@pytest.mark.parametrize("tier", list(TIERS))
def test_a_complaint_on_a_working_day_is_settled_within_a_day_whatever_the_tier(tier: str) -> None:
    settled = owed_by(tier, "2026-10-12T10:00", topic="投诉")["complaint_settled"]
    assert (local(settled.due_at), settled.postponed) == ("2026-10-13T10:00", False)
    assert "complaint_settled" not in owed_by(tier, "2026-10-12T10:00", topic="发票")


@pytest.mark.parametrize(
    ("tier", "settled", "investigated"),
    [
        ("特级", "2026-10-17T20:30", "2026-10-17T08:30"),
        ("一级", "2026-10-17T20:30", "2026-10-17T10:00"),  # contacted by 21:00, when the day ends
        ("二级", "2026-10-19T10:30", "2026-10-19T10:30"),
        ("三级", "2026-10-19T11:30", "2026-10-19T11:30"),
    ],
)
def test_a_complaint_on_a_friday_evening_is_settled_two_hours_after_the_first_contact_is_due(
    tier: str, settled: str, investigated: str
) -> None:
    owed = owed_by(tier, "2026-10-16T20:30", topic="投诉")
    assert local(owed["complaint_settled"].due_at) == settled
    assert local(owed["complaint_investigated"].due_at) == investigated


def test_a_definite_answer_before_a_holiday_week_is_due_after_it() -> None:
    answer = owed_by("三级", "2026-09-30T20:00")["answer_fixed"]
    assert (local(answer.due_at), answer.postponed) == ("2026-10-08T11:00", True)
    assert answer.within == timedelta(days=1)


def test_a_postponed_clock_warns_within_the_time_after_the_first_contact() -> None:
    owed = owed_by("三级", "2026-10-16T20:30", topic="投诉")
    assert owed["complaint_settled"].warn_at == at("2026-10-19T11:00")  # 75 % of two hours
    assert owed["complaint_investigated"].warn_at == at("2026-10-19T10:30")  # no room for two hours before


def test_a_critical_matter_is_postponed_by_nothing_but_its_own_first_contact() -> None:
    owed = owed_by("三级", "2026-10-01T03:00", "critical", topic="投诉")
    assert local(owed["complaint_settled"].due_at) == "2026-10-02T03:00"


def test_what_presupposes_a_first_contact_that_is_no_longer_owed_has_its_own_time() -> None:
    milestone = TIERS["三级"].milestone("complaint_settled")
    alone = start(POLICY, TIERS["三级"], NORMAL, milestone, at("2026-10-16T20:30"))
    assert (local(alone.due_at), alone.postponed) == ("2026-10-17T20:30", False)


def test_a_pause_stops_the_time_after_the_first_contact_too() -> None:
    milestone = TIERS["三级"].milestone("answer_fixed")
    waited = ((at("2026-10-19T09:00"), at("2026-10-21T20:00")),)
    owed = start(
        POLICY,
        TIERS["三级"],
        NORMAL,
        milestone,
        at("2026-10-16T20:30"),
        pauses=waited,
        contact_due=at("2026-10-19T09:30"),
    )
    assert local(owed.due_at) == "2026-10-22T09:00"


def test_what_follows_a_first_contact_in_an_unpublished_year_is_provisional() -> None:
    answer = owed_by("三级", "2026-12-31T20:30")["answer_fixed"]
    assert (local(answer.due_at), answer.provisional) == ("2027-01-04T11:30", True)


def test_what_waits_for_a_later_fact_has_no_instants_yet() -> None:
    waiting = owed_by("特级", "2026-10-12T10:00")["progress"]
    assert (waiting.started_at, waiting.due_at, waiting.warn_at, waiting.provisional) == (None, None, None, False)


def test_the_json_of_a_deadline_has_just_six_keys() -> None:
    rows = {name: as_json(one, POLICY.zone) for name, one in owed_by("三级", "2026-10-09T20:30").items()}
    assert rows["first_contact"] == {
        "milestone": "first_contact",
        "starts_on": "received",
        "within": "2h",
        "basis": "working",
        "warn_at": "2026-10-10T09:00:00+08:00",
        "due_at": "2026-10-10T09:30:00+08:00",
    }
    assert rows["survey"] == {
        "milestone": "survey",
        "starts_on": "resolved",
        "within": "1d",
        "basis": "elapsed",
        "warn_at": None,
        "due_at": None,
    }


def test_a_warning_comes_when_its_share_of_working_time_is_used() -> None:
    assert local(owed_by("二级", "2026-09-30T20:30")["first_contact"].warn_at) == "2026-10-08T08:15"
    assert owed_by("一级", "2026-10-03T20:45")["first_contact"].warn_at == at("2026-10-04T08:07") + 30 * SECOND
    assert local(owed_by("三级", "2026-10-12T19:10")["first_contact"].warn_at) == "2026-10-12T20:40"


def test_a_milestone_without_a_warning_has_none() -> None:
    bare = replace(TIERS["三级"].milestone("first_contact"), steps=())
    assert start(POLICY, TIERS["三级"], NORMAL, bare, at("2026-10-12T10:00")).warn_at is None


def test_urgency_shortens_and_never_lengthens() -> None:
    assert local(owed_by("三级", "2026-10-12T10:00", "urgent")["first_contact"].due_at) == "2026-10-12T10:30"
    assert local(owed_by("特级", "2026-10-12T10:00", "urgent")["first_contact"].due_at) == "2026-10-12T10:15"


def test_an_urgent_matter_keeps_the_hours_of_its_tier() -> None:
    assert local(owed_by("三级", "2026-10-16T22:00", "urgent")["first_contact"].due_at) == "2026-10-19T08:30"


@pytest.mark.parametrize("tier", list(TIERS))
def test_a_critical_matter_is_answered_within_a_quarter_of_an_hour_on_a_holiday_night(tier: str) -> None:
    assert local(owed_by(tier, "2026-10-01T03:00", "critical")["first_contact"].due_at) == "2026-10-01T03:15"


def test_a_clock_shortened_below_its_warning_warns_at_half_time() -> None:
    milestone = replace(TIERS["三级"].milestone("first_contact"), warn_before=30 * MINUTE, steps=())
    first = start(POLICY, TIERS["三级"], CRITICAL, milestone, at("2026-10-01T03:00"))
    assert first.warn_at == at("2026-10-01T03:07") + 30 * SECOND
    assert first.within == 15 * MINUTE


def test_a_progress_report_that_falls_into_the_night_waits_for_the_morning() -> None:
    assert started("特级", "confirmed", "2026-10-12T22:00") == {"progress": "2026-10-13T08:00"}
    assert started("特级", "confirmed", "2026-10-12T14:00") == {"progress": "2026-10-12T18:00"}


def test_a_progress_report_on_a_critical_matter_waits_for_nothing() -> None:
    assert started("特级", "confirmed", "2026-10-12T22:00", "critical") == {"progress": "2026-10-13T02:00"}


def test_a_daily_progress_report_counts_elapsed_time_over_the_weekend() -> None:
    assert started("二级", "confirmed", "2026-10-16T20:00") == {"progress": "2026-10-17T20:00"}


def test_a_reply_or_a_call_meets_the_first_contact_and_a_missed_call_does_not() -> None:
    assert "first_contact" in after("二级", "replied", "2026-10-12T10:00").met
    assert "first_contact" in after("二级", "called", "2026-10-12T10:00").met
    assert after("二级", "call_missed", "2026-10-12T10:00") == Consequences((), (), ())


def test_a_drafted_plan_starts_its_explanation_and_its_confirmation() -> None:
    result = after("一级", "assessed", "2026-10-12T10:00")
    assert "assessed" in result.met
    assert started("一级", "assessed", "2026-10-12T10:00") == {
        "plan_explained": "2026-10-12T14:00",
        "confirmed": "2026-10-12T18:00",
    }


def test_the_highest_tier_has_until_the_customer_confirms() -> None:
    assert started("特级", "assessed", "2026-10-12T10:00") == {"plan_explained": "2026-10-12T12:00"}


def test_the_confirmation_is_a_target_and_the_first_contact_a_promise() -> None:
    kinds = {deadline.milestone: deadline.kind for deadline in owed_by("一级", "2026-10-12T10:00").values()}
    assert kinds["confirmed"] == "target"
    assert kinds["first_contact"] == "promise"


def test_an_objection_starts_the_explanation_anew_and_ends_the_one_that_runs() -> None:
    result = after("特级", "objected", "2026-10-12T11:00")
    assert result.met == ()
    assert result.cancelled == ("plan_explained",)
    assert started("特级", "objected", "2026-10-12T11:00") == {"plan_explained": "2026-10-12T13:00"}


def test_a_progress_report_meets_its_clock_and_starts_the_next() -> None:
    result = after("一级", "progress_reported", "2026-10-12T10:00")
    assert (result.met, result.cancelled) == (("progress",), ())
    assert started("一级", "progress_reported", "2026-10-12T10:00") == {"progress": "2026-10-12T18:00"}


def test_finished_work_ends_the_reports_and_starts_the_invitation_to_accept() -> None:
    result = after("一级", "work_done", "2026-10-16T20:00")
    assert result.cancelled == ("progress", "acceptance_invited")
    assert started("一级", "work_done", "2026-10-16T20:00") == {"acceptance_invited": "2026-10-18T20:00"}


def test_a_solution_ends_what_was_planned_and_starts_the_survey() -> None:
    result = after("二级", "resolved", "2026-10-16T20:00")
    assert result.met == ("assessed", "complaint_investigated", "complaint_settled")
    assert {"plan_explained", "confirmed", "progress"} < set(result.cancelled)
    assert "first_contact" not in (*result.met, *result.cancelled)
    assert started("二级", "resolved", "2026-10-16T20:00") == {"survey": "2026-10-17T20:00"}


def test_a_reopened_matter_gets_a_new_clock_and_no_survey() -> None:
    result = after("三级", "reopened", "2026-10-12T10:00")
    assert "survey" in result.cancelled
    assert started("三级", "reopened", "2026-10-12T10:00") == {
        "first_contact": "2026-10-12T12:00",
        "answer_fixed": "2026-10-13T10:00",
    }
    assert started("三级", "reopened", "2026-10-17T10:00") == {
        "first_contact": "2026-10-19T10:00",
        "answer_fixed": "2026-10-19T12:00",
    }


def test_a_reopened_complaint_must_be_settled_anew() -> None:
    assert "complaint_settled" in started("三级", "reopened", "2026-10-12T10:00", topic="投诉")
    assert "complaint_settled" in after("三级", "result_told", "2026-10-12T10:00", topic="投诉").met


def test_a_request_for_help_inside_the_house_is_answered_within_a_quarter_of_an_hour() -> None:
    assert started("三级", "help_asked", "2026-10-12T10:00") == {"internal_support": "2026-10-12T10:15"}


def test_the_people_to_tell_travel_with_the_deadline() -> None:
    first = owed_by("特级", "2026-10-12T10:00")["first_contact"]
    assert first.steps == (
        EscalationStep("warning", -7.5 * MINUTE, ("holder",)),
        EscalationStep("warning", -3.75 * MINUTE, ("holder", "lead")),
        EscalationStep("breach", 0 * MINUTE, ("holder", "lead", "manager"), 5 * MINUTE),
        EscalationStep("overdue", 15 * MINUTE, ("queue", "lead", "manager", "on_call"), 15 * MINUTE, "on_call"),
    )
    assert first.label == "首次联系"


def test_a_deadline_that_rests_on_unpublished_holidays_is_provisional() -> None:
    assert not owed_by("三级", "2026-12-31T10:00")["first_contact"].provisional
    late = owed_by("三级", "2026-12-31T20:30")["first_contact"]
    assert late.provisional
    assert local(late.due_at) == "2027-01-04T09:30"  # New Year's Day is off by law, whatever is published


@pytest.mark.parametrize(("tier", "urgency"), [("特级", "normal"), ("一级", "normal"), ("三级", "critical")])
def test_a_deadline_that_needs_no_holidays_is_never_provisional(tier: str, urgency: str) -> None:
    assert not owed_by(tier, "2031-01-01T10:00", urgency)["first_contact"].provisional


def test_elapsed_time_is_provisional_only_when_it_waits_for_an_unpublished_calendar() -> None:
    tier = TIERS["二级"]
    progress = tier.milestone("progress")
    assert not start(POLICY, tier, NORMAL, progress, at("2031-01-01T10:00")).provisional
    waiting = replace(progress, waits_for="工作日")
    assert start(POLICY, tier, NORMAL, waiting, at("2031-01-01T10:00")).provisional


def test_a_tier_knows_its_milestones_by_name() -> None:
    assert TIERS["三级"].milestone("answer_fixed").within == timedelta(days=1)
    with pytest.raises(KeyError):
        TIERS["三级"].milestone("plan_explained")


cases = st.tuples(
    st.sampled_from(list(TIERS.values())).flatmap(
        lambda tier: st.tuples(st.just(tier), st.sampled_from(tier.milestones))
    ),
    st.sampled_from([NORMAL, URGENT, CRITICAL]),
    st.integers(0, 400 * 1440).map(lambda n: at("2026-01-01T00:00") + n * MINUTE),
)


@settings(max_examples=300, deadline=None)
@given(cases)
def test_a_warning_never_comes_after_the_end_and_urgency_never_gives_more_time(
    case: tuple[tuple[Tier, Milestone], Urgency, datetime],
) -> None:
    (tier, milestone), urgency, begins = case
    deadline = start(POLICY, tier, urgency, milestone, begins)
    calm = start(POLICY, tier, NORMAL, milestone, begins)
    assert deadline.due_at is not None
    assert calm.due_at is not None
    warnings = [deadline.due_at + step.at for step in deadline.steps if step.kind == "warning"]
    assert deadline.warn_at == (warnings[0] if warnings else None)
    assert warnings == sorted(warnings)
    assert all(begins < at <= deadline.due_at for at in warnings)
    assert deadline.due_at <= calm.due_at


def test_no_working_time_is_promised_for_a_day_off_by_law_in_years_nobody_has_published() -> None:
    dice = random.Random(2027)
    first, last = at("2027-01-01T00:00"), at("2030-10-03T23:59")
    instants = [first + dice.random() * (last - first) for _ in range(1_500)]
    found = []
    for instant in instants:
        for tier in (TIERS["二级"], TIERS["三级"]):
            for one in initial_deadlines(POLICY, tier, NORMAL, instant, instant):
                day = one.due_at.astimezone(POLICY.zone).date() if one.due_at and one.basis == "working" else None
                if day is not None and day in off_by_law(day.year):
                    found.append((tier.id, one.milestone, instant, day))
    assert found == []
