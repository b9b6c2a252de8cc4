"""Clocks as rows: pauses keep what was left, and other rules rewrite what runs, from the original instants."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.policy.tiers import Step
from escalation.tickets import (
    correcting,
    deadline_store,
    facts,
    history,
    holding,
    merging,
    opening,
    queries,
    rerouting,
    ticket_store,
    undoing,
)
from escalation.tickets.hash_chain import link
from escalation.tickets.lifecycle import Refused
from escalation.working_hours.working_time import Calendar
from tests.escalation.tickets.desk_scene import NOW, Desk, changed, later, without

WAITS = "waiting_for_customer"


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> Desk:
    return Desk(sqlite, policy)


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


def states(here: Desk, ticket: int, milestone: str) -> list[tuple[str, datetime]]:
    return [(row.state, row.due_at) for row in here.clocks(ticket, milestone)]


def told(here: Desk, until: datetime, milestone: str) -> list[tuple[str, datetime]]:
    return [(one.kind, one.scheduled_at) for one in here.sweep(until) if one.milestone == milestone]


def demand_a_whole_chain(here: Desk, ticket: int) -> None:
    """The history of the ticket is what was written, line by line."""
    head = ""
    for number, row in enumerate(here.read(history.history_of, ticket), start=1):
        head = link(head, ticket, number, row.at, row.kind, row.staff_id, row.data, salt=row.salt)
        assert (row.seq, row.hash) == (number, head)


# ── waiting for the customer ──────────────────────────────────────────


def test_a_pause_keeps_exactly_what_was_left(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    anywhere.happen(ticket, "replied", later(minutes=1))
    anywhere.happen(ticket, WAITS, later(minutes=20))
    assert anywhere.clock(ticket, "assessed").is_paused
    anywhere.customer_writes(ticket, later(minutes=50, seconds=7))
    clock = anywhere.clock(ticket, "assessed")
    assert (clock.due_at, clock.is_paused) == (later(minutes=90, seconds=7), False)
    assert clock.next_at == later(minutes=60, seconds=7)  # half of the hour that counts
    demand_a_whole_chain(anywhere, ticket)


def test_a_paused_clock_fires_nothing_and_those_that_do_not_pause_go_on(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    anywhere.happen(ticket, WAITS, later(minutes=2))
    reached = anywhere.sweep(later(minutes=100))
    assert {one.milestone for one in reached} == {"first_contact"}
    assert anywhere.clock(ticket, "assessed").next_at is None
    anywhere.customer_writes(ticket, later(minutes=100))
    assert told(anywhere, later(minutes=127), "assessed") == []
    assert told(anywhere, later(minutes=128), "assessed") == [("warning", later(minutes=128))]


def test_over_a_night_and_a_holiday_what_was_left_is_working_time(here: Desk) -> None:
    before = datetime(2026, 9, 30, 10, 0, tzinfo=NOW.tzinfo)  # Wednesday 18:00, the last day before the holidays
    ticket = here.at_work("二级", before)
    here.happen(ticket, WAITS, before + timedelta(hours=2))  # 20:00, two hours of four are left
    here.customer_writes(ticket, before + timedelta(days=2))  # in the middle of the holidays
    opens_at = datetime(2026, 10, 8, 0, 0, tzinfo=NOW.tzinfo)  # Thursday 08:00
    assert here.clock(ticket, "assessed").due_at == opens_at + timedelta(hours=2)


def test_a_pause_that_ends_at_night_leaves_its_rest_to_the_morning(here: Desk) -> None:
    ticket = here.at_work("一级")
    here.happen(ticket, WAITS, later(hours=1))
    here.customer_writes(ticket, later(hours=12))  # 22:00
    assert here.clock(ticket, "assessed").due_at == later(hours=23)  # 08:00 and the hour that was left


def test_several_pauses_add_up(here: Desk) -> None:
    ticket = here.at_work("特级")
    for minute in (10, 30, 50):
        here.happen(ticket, WAITS, later(minutes=minute))
        here.customer_writes(ticket, later(minutes=minute + 10))
    assert here.clock(ticket, "assessed").due_at == later(minutes=90)


def test_a_pause_around_the_due_instant_breaks_nothing(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    anywhere.happen(ticket, "replied", later(minutes=1))
    anywhere.happen(ticket, WAITS, later(minutes=59, seconds=59))
    assert told(anywhere, later(hours=5), "assessed") == []
    anywhere.happen(ticket, "call_missed", later(hours=5))  # an attempt is no contact: it still waits
    assert anywhere.ticket(ticket).waits_since == later(minutes=59, seconds=59)
    anywhere.happen(ticket, "assessed", later(hours=6))
    clock = anywhere.clock(ticket, "assessed")
    assert (clock.state, clock.breached_at, clock.due_at) == ("met", None, later(hours=6, seconds=1))


def test_what_was_late_before_the_pause_stays_late_and_is_said_again(here: Desk) -> None:
    ticket = here.at_work("特级")
    here.happen(ticket, "replied", later(minutes=1))
    here.sweep(later(minutes=61))
    here.happen(ticket, WAITS, later(minutes=62))
    assert told(here, later(minutes=65), "assessed") == [("overdue", later(minutes=65))]
    here.customer_writes(ticket, later(minutes=66))
    assert told(here, later(minutes=70), "assessed") == [("overdue", later(minutes=70))]


def test_every_pause_is_on_record_with_who_and_why(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    holder = anywhere.holder(ticket)
    anywhere.happen(ticket, WAITS, later(minutes=5))
    anywhere.customer_writes(ticket, later(minutes=8))
    anywhere.happen(ticket, WAITS, later(minutes=9))
    anywhere.happen(ticket, "resolved", later(minutes=10))
    assert [
        (row.began_at, row.ended_at, row.by, row.why, row.ended_why)
        for row in anywhere.read(ticket_store.pause_rows, ticket)
    ] == [
        (later(minutes=5), later(minutes=8), holder.id, WAITS, "customer_wrote"),
        (later(minutes=9), later(minutes=10), holder.id, WAITS, "resolved"),
    ]
    assert anywhere.history(ticket)[2:] == [WAITS, "customer_wrote", WAITS, "resolved"]
    assert anywhere.ticket(ticket).waits_since is None


def test_who_waits_already_cannot_wait_and_what_is_finished_waits_for_nobody(here: Desk) -> None:
    ticket = here.at_work("特级")
    here.happen(ticket, WAITS, later(minutes=5))
    with pytest.raises(Refused, match="already_waiting"):
        here.happen(ticket, WAITS, later(minutes=6))
    here.happen(ticket, "resolved", later(minutes=7))
    with pytest.raises(Refused, match="finished"):
        here.happen(ticket, WAITS, later(minutes=8))


def test_resumed_a_clock_keeps_the_urgency_it_began_with(here: Desk) -> None:
    ticket = here.at_work("二级", urgency="critical")
    assert here.clock(ticket, "assessed").due_at == later(hours=1)
    here.happen(ticket, WAITS, later(minutes=10))
    here.write(correcting.grade, here.policy, ticket, here.holder(ticket), "low", later(minutes=20), "不急")
    here.customer_writes(ticket, later(minutes=30))
    assert here.clock(ticket, "assessed").due_at == later(minutes=80)


def test_a_milestone_that_starts_while_the_ticket_waits_starts_paused(here: Desk) -> None:
    ticket = here.at_work("三级")
    here.happen(ticket, "called", later(minutes=1))
    here.happen(ticket, WAITS, later(minutes=10))
    here.retier(ticket, "特级", later(minutes=20))
    clock = here.clock(ticket, "assessed")
    assert (clock.is_paused, clock.started_at, clock.due_at) == (True, NOW, later(hours=1))
    here.customer_writes(ticket, later(hours=3))
    assert here.clock(ticket, "assessed").due_at == later(hours=3, minutes=50)
    assert here.history(ticket)[-1] == "customer_wrote"


# ── another tier ──────────────────────────────────────────────────────


def test_higher_the_clocks_run_from_their_original_starts(anywhere: Desk) -> None:
    ticket = anywhere.at_work("二级")
    anywhere.happen(ticket, "assessed", later(minutes=10))
    anywhere.retier(ticket, "特级", later(minutes=12))
    assert anywhere.running(ticket) == {"first_contact", "plan_explained"}
    assert states(anywhere, ticket, "first_contact") == [("cancelled", later(hours=1)), ("open", later(minutes=15))]
    assert anywhere.clock(ticket, "plan_explained").due_at == later(minutes=130)
    assert states(anywhere, ticket, "confirmed") == [("cancelled", later(hours=23, minutes=10))]  # 09:10
    assert states(anywhere, ticket, "assessed") == [("met", later(hours=4))]
    demand_a_whole_chain(anywhere, ticket)


def test_lower_only_the_promised_first_contact_keeps_its_instant(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    here.retier(ticket, "二级", later(minutes=5))
    clock = here.clock(ticket, "first_contact")
    assert (clock.due_at, clock.started_at) == (later(minutes=15), NOW)
    assert here.clock(ticket, "assessed").due_at == later(hours=4)
    # What the slower ladder would have said before the ticket even came is not said now.
    assert told(here, later(minutes=14), "first_contact") == []
    assert told(here, later(minutes=15), "first_contact") == [("breach", later(minutes=15))]
    assert clock.warn_at is None or clock.warn_at < clock.due_at


def test_up_and_down_and_up_again_nothing_is_owed_twice(here: Desk) -> None:
    ticket = here.open("三级").ticket.id
    for minute, tier in ((1, "特级"), (2, "三级"), (3, "特级")):
        here.retier(ticket, tier, later(minutes=minute))
    assert here.running(ticket) == {"first_contact", "assessed"}
    due = [due for state, due in states(here, ticket, "first_contact") if state == "open"]
    assert due == [later(minutes=15)]
    breaches = [one for one in here.sweep(later(minutes=16)) if one.kind == "breach"]
    assert [one.milestone for one in breaches] == ["first_contact"]


def test_a_due_time_already_past_is_broken_by_the_reclassification_and_pages_nobody(anywhere: Desk) -> None:
    ticket = anywhere.open("三级").ticket.id
    anywhere.retier(ticket, "特级", later(minutes=40))
    clock = anywhere.clock(ticket, "first_contact")
    assert (clock.state, clock.due_at, clock.breached_at) == ("open", later(minutes=15), later(minutes=15))
    assert (clock.next_at, clock.is_silent) == (None, True)
    assert anywhere.history(ticket)[-1] == "breached_by_reclassification"
    assert told(anywhere, later(days=2), "first_contact") == []
    li = anywhere.staff()
    anywhere.write(deadline_store.settle, ticket, ["assessed"], "met", later(minutes=41))
    with pytest.raises(Refused, match="nothing_late"):  # nothing was told, so nothing can be acknowledged
        anywhere.write(facts.acknowledge, ticket, li, later(days=2))
    assert told(anywhere, later(days=3), "first_contact") == []
    demand_a_whole_chain(anywhere, ticket)


def test_broken_by_reclassification_once_it_stays_silent_and_is_noted_once(here: Desk) -> None:
    ticket = here.open("三级").ticket.id
    here.retier(ticket, "特级", later(minutes=40))
    here.recompute(ticket, changed(here.policy, "特级", "first_contact", label="首次接触"), later(minutes=50))
    assert here.clock(ticket, "first_contact").is_silent
    assert here.history(ticket).count("breached_by_reclassification") == 1
    assert told(here, later(days=2), "first_contact") == []


def test_a_silent_clock_that_was_ended_and_is_taken_back_stays_silent(anywhere: Desk) -> None:
    ticket = anywhere.at_work("三级")
    anywhere.retier(ticket, "特级", later(minutes=40))
    assert anywhere.clock(ticket, "first_contact").is_silent
    anywhere.happen(ticket, "called", later(minutes=41))
    _undo(anywhere, ticket, later(minutes=41.5))
    assert anywhere.clock(ticket, "first_contact").is_silent
    assert told(anywhere, later(minutes=2_000), "first_contact") == []


def _undo(here: Desk, ticket: int, at: datetime) -> None:
    patient = replace(here.policy, dialogue=replace(here.policy.dialogue, undo_within=timedelta(minutes=1)))
    here.write(undoing.undo, patient, ticket, here.holder(ticket), at)


def test_what_was_late_before_goes_on_being_told(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    here.sweep(later(minutes=21))
    quicker = changed(here.policy, "特级", "first_contact", within=timedelta(minutes=10))
    here.recompute(ticket, quicker, later(minutes=22))
    clock = here.clock(ticket, "first_contact")
    assert (clock.due_at, clock.breached_at, clock.next_at) == (later(minutes=10),) * 2 + (later(minutes=25),)
    assert "breached_by_reclassification" not in here.history(ticket)
    assert told(here, later(minutes=26), "first_contact") == [("overdue", later(minutes=25))]


def test_late_and_not_yet_told_when_the_rules_change_it_is_told_all_the_same(here: Desk) -> None:
    """The due time falls into an outage, and the service starts again with another policy."""
    ticket = here.open("特级").ticket.id
    here.recompute(ticket, changed(here.policy, "特级", "first_contact", label="首次接触"), later(minutes=16))
    assert told(here, later(minutes=16), "first_contact") == [("breach", later(minutes=15))]


def test_acknowledged_it_stays_so_under_other_rules(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    here.sweep(later(minutes=16))
    here.write(facts.acknowledge, ticket, here.staff(), later(minutes=17))
    here.recompute(ticket, changed(here.policy, "特级", "first_contact", label="首次接触"), later(minutes=18))
    assert here.clock(ticket, "first_contact").acknowledged_at == later(minutes=17)
    assert told(here, later(minutes=31), "first_contact") == [("overdue", later(minutes=30))]


def test_warnings_that_were_told_are_not_told_again(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    here.sweep(later(minutes=12))
    here.recompute(ticket, changed(here.policy, "特级", "first_contact", label="首次接触"), later(minutes=13))
    assert told(here, later(minutes=15), "first_contact") == [("breach", later(minutes=15))]


def test_retiered_while_it_waits_it_resumes_with_what_the_new_tier_leaves(anywhere: Desk) -> None:
    ticket = anywhere.at_work("二级")
    anywhere.happen(ticket, "replied", later(minutes=1))
    anywhere.happen(ticket, WAITS, later(minutes=30))
    anywhere.retier(ticket, "特级", later(hours=3))
    clock = anywhere.clock(ticket, "assessed")
    assert (clock.is_paused, clock.due_at, clock.breached_at) == (True, later(hours=1), None)
    anywhere.customer_writes(ticket, later(hours=4))
    clock = anywhere.clock(ticket, "assessed")
    assert (clock.due_at, clock.is_paused) == (later(hours=4, minutes=30), False)
    assert told(anywhere, later(hours=4, minutes=34), "assessed")[-1] == ("breach", later(hours=4, minutes=30))


def test_after_an_objection_the_explanation_runs_from_the_objection(here: Desk) -> None:
    ticket = here.at_work("一级")
    here.happen(ticket, "assessed", later(minutes=30))
    here.happen(ticket, "plan_explained", later(hours=1))
    here.happen(ticket, "objected", later(hours=2))
    here.retier(ticket, "特级", later(hours=2, minutes=30))
    assert here.clock(ticket, "plan_explained").due_at == later(hours=4)
    assert [state for state, _ in states(here, ticket, "plan_explained")] == ["met", "cancelled", "open"]


def test_a_complaint_keeps_its_clocks_in_every_tier(here: Desk) -> None:
    ticket = here.at_work("三级", topic="投诉", complaint=True)
    before = here.clock(ticket, "complaint_settled")
    here.retier(ticket, "特级", later(minutes=5))
    assert here.clock(ticket, "complaint_settled").due_at == before.due_at
    assert here.running(ticket) == {"first_contact", "assessed", "complaint_settled", "complaint_investigated"}


def test_after_a_reopening_the_clocks_run_from_the_reopening(here: Desk) -> None:
    ticket = here.at_work("三级")
    here.happen(ticket, "replied", later(minutes=1))
    here.happen(ticket, "resolved", later(minutes=5))
    here.write(opening.reopen, here.policy, ticket, later(hours=1))
    here.retier(ticket, "特级", later(hours=1, minutes=2))
    assert here.running(ticket) == {"first_contact", "assessed", "follow_up"}
    assert here.clock(ticket, "first_contact").due_at == later(minutes=75)
    assert here.clock(ticket, "assessed").due_at == later(hours=2)


def test_a_clock_that_the_reopening_cancelled_does_not_come_back(here: Desk) -> None:
    ticket = here.at_work("特级")
    here.happen(ticket, "resolved", later(minutes=5))
    here.happen(ticket, "confirmed", later(minutes=6))  # recorded afterwards; it would start the progress reports
    here.write(opening.reopen, here.policy, ticket, later(hours=1))
    here.retier(ticket, "一级", later(hours=2))
    assert "progress" not in here.running(ticket)


@pytest.mark.parametrize(
    ("tier", "gravity", "milestone", "met_by", "within"),
    [
        ("特级", "major", "executive", "executive_joined", timedelta(hours=1)),
        ("一级", "complex", "experts", "experts_consulted", None),
        ("二级", "major", "upward", "reported_upward", timedelta(hours=4)),
    ],
)
@pytest.mark.parametrize("met", [True, False])
def test_what_a_mark_owes_is_owed_again_from_a_reopening(
    here: Desk, tier: str, gravity: str, milestone: str, met_by: str, within: timedelta | None, met: bool
) -> None:
    ticket = here.at_work(tier)
    wish = correcting.Correction(gravity=gravity)
    here.write(correcting.correct, here.policy, ticket, here.holder(ticket), wish, later(minutes=1))
    if met:
        here.happen(ticket, met_by, later(minutes=2))
    here.happen(ticket, "resolved", later(minutes=5))
    here.write(opening.reopen, here.policy, ticket, later(hours=1))
    again = here.clock(ticket, milestone)
    assert (again.state, again.started_at) == ("open", later(hours=1))
    if within is not None:
        assert again.due_at == later(hours=1) + within
    here.recompute(ticket, replace(here.policy, version="v2"), later(hours=1, minutes=1))
    assert (here.clock(ticket, milestone).state, here.clock(ticket, milestone).due_at) == ("open", again.due_at)


def test_a_mark_that_was_met_since_the_reopening_or_taken_away_before_owes_nothing(here: Desk) -> None:
    ticket = here.at_work("二级")
    who = here.holder(ticket)
    for minute, grave in enumerate(("major", ""), start=1):
        wish = correcting.Correction(gravity=grave)
        here.write(correcting.correct, here.policy, ticket, who, wish, later(minutes=minute))
    here.happen(ticket, "resolved", later(minutes=5))
    here.write(opening.reopen, here.policy, ticket, later(hours=1))
    assert "upward" not in here.running(ticket)
    here.write(holding.claim, ticket, who, later(hours=1))
    wish = correcting.Correction(gravity="major")
    here.write(correcting.correct, here.policy, ticket, who, wish, later(hours=1, minutes=1))
    here.happen(ticket, "reported_upward", later(hours=1, minutes=2))
    here.recompute(ticket, replace(here.policy, version="v2"), later(hours=1, minutes=3))
    assert "upward" not in here.running(ticket)


def test_after_danger_the_short_clocks_stay_short(here: Desk) -> None:
    ticket = here.at_work("二级")
    here.write(rerouting.escalate_urgency, here.policy, ticket, "critical", later(minutes=20))
    assert here.clock(ticket, "first_contact").due_at == later(minutes=35)
    assert here.clock(ticket, "assessed").due_at == later(minutes=80)
    here.retier(ticket, "一级", later(minutes=21))
    assert here.clock(ticket, "first_contact").due_at == later(minutes=30)
    assert here.clock(ticket, "assessed").due_at == later(minutes=80)


def test_solved_only_the_survey_runs_and_a_change_of_tier_leaves_it_alone(here: Desk) -> None:
    ticket = here.at_work("三级")
    here.happen(ticket, "replied", later(minutes=1))
    here.happen(ticket, "resolved", later(minutes=5))
    survey = here.clock(ticket, "survey").id
    here.retier(ticket, "特级", later(minutes=10))
    assert here.running(ticket) == {"survey"}
    assert here.clock(ticket, "survey").id == survey


def test_what_was_met_in_the_old_tier_is_not_owed_again_because_the_new_one_counts_otherwise(here: Desk) -> None:
    ticket = here.at_work("三级")
    here.happen(ticket, "work_done", later(minutes=1))
    here.happen(ticket, "replied", later(minutes=2))  # meets 告知结果 of 三级, but not 邀请验收 of 特级
    assert here.clock(ticket, "acceptance_invited").state == "met"
    here.retier(ticket, "特级", later(minutes=3))
    assert [state for state, _ in states(here, ticket, "acceptance_invited")] == ["met"]


def test_met_rows_are_untouched_by_any_change(anywhere: Desk) -> None:
    ticket = anywhere.at_work("二级")
    anywhere.happen(ticket, "replied", later(minutes=1))
    anywhere.happen(ticket, "assessed", later(minutes=2))
    met = [row for row in anywhere.read(deadline_store.deadlines_of, ticket) if row.state == "met"]
    anywhere.retier(ticket, "特级", later(minutes=3))
    anywhere.recompute(ticket, replace(anywhere.policy, version="v2"), later(minutes=4))
    assert [row for row in anywhere.read(deadline_store.deadlines_of, ticket) if row.state == "met"] == met
    assert len(met) == 2


# ── another policy, another calendar ──────────────────────────────────


def test_the_same_rules_rewrite_nothing_and_fire_nothing_twice(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    fired = [one.kind for minute in range(21) for one in anywhere.sweep(later(minutes=minute))]
    before, lines = anywhere.read(deadline_store.deadlines_of, ticket), anywhere.history(ticket)
    fresh = replace(anywhere.policy, version="v2")
    anywhere.recompute(ticket, fresh, later(minutes=20))
    after = anywhere.read(deadline_store.deadlines_of, ticket)
    assert [replace(row, rules_version="") for row in after] == [replace(row, rules_version="") for row in before]
    assert {row.rules_version for row in after if row.state == "open"} == {fresh.rules_version}
    assert anywhere.history(ticket) == lines
    assert anywhere.sweep(later(minutes=20)) == []
    assert fired == ["warning", "warning", "breach", "overdue"]


def test_tickets_of_other_rules_are_found_soonest_first_until_they_are_recomputed(anywhere: Desk) -> None:
    slow, fast = anywhere.open("三级").ticket.id, anywhere.open("特级").ticket.id
    fresh = replace(anywhere.policy, version="v2")
    assert anywhere.read(queries.stale_tickets, anywhere.policy.rules_version, 10) == []
    assert anywhere.read(queries.stale_tickets, fresh.rules_version, 10) == [fast, slow]
    assert anywhere.read(queries.stale_tickets, fresh.rules_version, 1) == [fast]
    anywhere.recompute(fast, fresh, later(minutes=1))
    assert anywhere.read(queries.stale_tickets, fresh.rules_version, 10) == [slow]


def test_a_milestone_that_the_policy_dropped_is_cancelled_and_escalates_no_more(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    anywhere.recompute(ticket, without(anywhere.policy, "特级", "assessed"), later(minutes=5))
    assert states(anywhere, ticket, "assessed") == [("cancelled", later(hours=1))]
    assert {one.milestone for one in anywhere.sweep(later(hours=4))} == {"first_contact"}
    [line] = [row for row in anywhere.read(history.history_of, ticket) if row.kind == "recomputed"]
    assert (line.data["cancelled"], line.data["milestones"]) == (["assessed"], [])
    demand_a_whole_chain(anywhere, ticket)


def test_a_new_milestone_is_owed_from_the_beginning(here: Desk) -> None:
    whole = here.policy
    here.policy = without(whole, "特级", "assessed", version="v1")
    ticket = here.open("特级").ticket.id
    assert here.running(ticket) == {"first_contact"}
    here.recompute(ticket, whole, later(minutes=5))
    assert here.clock(ticket, "assessed").due_at == later(hours=1)


def test_a_policy_that_gives_more_time_moves_what_was_not_promised(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    for milestone in ("first_contact", "assessed"):
        here.recompute(ticket, changed(here.policy, "特级", milestone, within=timedelta(hours=2)), later(minutes=5))
    assert here.clock(ticket, "assessed").due_at == later(hours=2)
    assert here.clock(ticket, "first_contact").due_at == later(minutes=15)


def test_the_year_is_published_and_provisional_clocks_are_counted_again(here: Desk) -> None:
    eve = datetime(2026, 12, 31, 12, 30, tzinfo=NOW.tzinfo)  # 20:30 on Thursday
    ticket = here.at_work("二级", eve)
    promised = here.clock(ticket, "first_contact")
    assert (promised.provisional, here.clock(ticket, "assessed").provisional) == (True, True)
    assert here.clock(ticket, "assessed").due_at == datetime(2027, 1, 4, 3, 30, tzinfo=NOW.tzinfo)
    here.recompute(ticket, with_monday_off(here.policy), eve + timedelta(minutes=5))
    assessed, again = here.clock(ticket, "assessed"), here.clock(ticket, "first_contact")
    assert (assessed.due_at, assessed.provisional) == (datetime(2027, 1, 5, 3, 30, tzinfo=NOW.tzinfo), False)
    # It was promised as one that may move.
    assert (again.due_at, again.provisional) == (promised.due_at + timedelta(days=1), False)


def with_monday_off(policy: Policy) -> Policy:
    days = policy.calendars["工作日"]
    off = replace(days, days_off=days.days_off | {datetime(2027, 1, 4).date()}, years=days.years | {2027})  # noqa: DTZ001
    return replace(policy, calendars={**policy.calendars, "工作日": off}, calendars_version=1)


def test_a_calendar_that_never_opens_is_a_fault_on_record_and_no_missing_deadline(anywhere: Desk) -> None:
    shut = Calendar("工作日", anywhere.policy.zone, ())
    anywhere.policy = replace(anywhere.policy, calendars={**anywhere.policy.calendars, "工作日": shut})
    opened = anywhere.open("三级")
    clock = anywhere.clock(opened.ticket.id, "first_contact")
    assert (opened.promised, clock.due_at) == (later(hours=2), later(hours=2))
    assert clock.fault == (
        "Calendar 工作日 has no open hour in the two years after 2026-11-23; give it hours, or correct its days off."
    )
    assert told(anywhere, later(hours=2), "first_contact") == [("breach", later(hours=2))]


def test_a_clock_counts_the_hours_of_its_queue_where_the_policy_says_so(here: Desk) -> None:
    here.policy = changed(here.policy, "三级", "first_contact", calendar="queue")
    saturday = later(days=5)
    ticket = here.open("三级", saturday).ticket.id
    assert here.clock(ticket, "first_contact").due_at == datetime(2026, 11, 30, 2, 0, tzinfo=NOW.tzinfo)
    lead = here.staff("zhao", "lead")
    here.write(holding.transfer, here.policy, ticket, lead, "一级专属", None, saturday + timedelta(minutes=1))
    assert here.clock(ticket, "first_contact").due_at == saturday + timedelta(hours=2)
    rows = here.read(deadline_store.deadlines_of, ticket)
    here.recompute(ticket, here.policy, saturday + timedelta(minutes=2))
    assert here.read(deadline_store.deadlines_of, ticket) == rows


def test_a_clock_counts_a_calendar_by_name(here: Desk) -> None:
    here.policy = changed(here.policy, "三级", "first_contact", calendar="全天")
    assert here.open("三级", later(days=5)).promised == later(days=5, hours=2)


# ── topics ────────────────────────────────────────────────────────────


def test_feedback_that_turns_into_a_complaint_can_still_be_answered(here: Desk) -> None:
    ticket = here.at_work("三级", topic="建议")
    assert "feedback_answered" in here.running(ticket)
    here.write(rerouting.turn_into_complaint, here.policy, ticket, later(minutes=5))
    assert {"feedback_answered", "complaint_settled"} < here.running(ticket)
    here.happen(ticket, "replied", later(minutes=6))
    assert here.clock(ticket, "feedback_answered").state == "met"
    rows = here.read(deadline_store.deadlines_of, ticket)
    here.recompute(ticket, replace(here.policy, version="v2"), later(minutes=7))
    assert [row.id for row in here.read(deadline_store.deadlines_of, ticket)] == [row.id for row in rows]


# ── acknowledged ──────────────────────────────────────────────────────


def test_acknowledging_leaves_a_paused_clock_alone(here: Desk) -> None:
    ticket = here.at_work("特级")
    here.happen(ticket, WAITS, later(minutes=5))
    here.sweep(later(minutes=16))
    here.write(facts.acknowledge, ticket, here.holder(ticket), later(minutes=90))
    clock = here.clock(ticket, "assessed")
    assert (clock.next_at, clock.acknowledged_at, clock.is_paused) == (None, None, True)


def test_a_promise_without_a_step_at_its_end_is_told_to_its_holder_all_the_same(here: Desk) -> None:
    late = Step(timedelta(minutes=10), ("lead",))
    here.policy = changed(here.policy, "特级", "first_contact", steps=(late,))
    ticket = here.open("特级").ticket.id
    kinds = [(one.kind, one.to) for one in here.sweep(later(hours=1)) if one.milestone == "first_contact"]
    assert kinds == [("breach", ("holder",)), ("overdue", ("lead",))]
    assert here.clock(ticket, "first_contact").breached_at == later(minutes=15)


def test_a_silent_holder_is_named_by_the_event_that_takes_the_ticket_away(here: Desk) -> None:
    ticket = here.at_work("特级")
    reached = [one for one in here.sweep(later(minutes=30)) if one.milestone == "first_contact"]
    assert [(one.kind, one.reassign) for one in reached][-1] == ("overdue", "on_call")
    assert {one.deadline_id for one in reached} == {here.clock(ticket, "first_contact").id}


def test_what_is_not_late_cannot_be_acknowledged(here: Desk) -> None:
    ticket, li = here.open("特级").ticket.id, here.staff()
    with pytest.raises(Refused, match="nothing_late"):
        here.write(facts.acknowledge, ticket, li, later(minutes=14))
    assert here.history(ticket) == ["opened"]


def test_what_was_met_in_a_merged_ticket_is_not_owed_because_the_topic_changes(here: Desk) -> None:
    lead = here.staff("zhao", "lead")
    gone, into = here.at_work("特级"), here.at_work("特级")
    here.happen(gone, "called", later(minutes=1))
    here.write(merging.merge, here.policy, gone, into, lead, later(minutes=2))
    assert "first_contact" not in here.running(into)
    here.write(correcting.correct, here.policy, into, lead, correcting.Correction(topic="建议"), later(minutes=3))
    assert "first_contact" not in here.running(into)


# ── what presupposes the first contact ────────────────────────────────

FRIDAY = datetime(2026, 11, 27, 12, 30, tzinfo=NOW.tzinfo)  # 20:30 in Shanghai
SATURDAY_EVENING = FRIDAY + timedelta(days=1)
MONDAY = datetime(2026, 11, 30, 3, 30, tzinfo=NOW.tzinfo)  # 11:30 in Shanghai, two hours after the first contact


def test_a_complaint_after_the_first_contact_has_its_own_day(anywhere: Desk) -> None:
    ticket = anywhere.at_work("三级", FRIDAY)
    assert anywhere.clock(ticket, "answer_fixed").due_at == MONDAY
    anywhere.happen(ticket, "replied", FRIDAY + timedelta(minutes=5))
    anywhere.write(rerouting.turn_into_complaint, anywhere.policy, ticket, FRIDAY + timedelta(minutes=10))
    settled = anywhere.clock(ticket, "complaint_settled")
    assert settled.due_at == SATURDAY_EVENING + timedelta(minutes=10)


def test_a_complaint_before_the_first_contact_comes_after_the_one_that_is_owed(anywhere: Desk) -> None:
    ticket = anywhere.at_work("三级", FRIDAY)
    anywhere.write(rerouting.turn_into_complaint, anywhere.policy, ticket, FRIDAY + timedelta(minutes=20))
    assert anywhere.clock(ticket, "complaint_settled").due_at == MONDAY


def test_a_ticket_opened_before_the_rule_is_computed_anew_by_it_and_keeps_its_promise(anywhere: Desk) -> None:
    now = anywhere.policy
    before = now
    for milestone in now.tiers["三级"].milestones:
        before = changed(before, "三级", milestone.id, not_before="")
    anywhere.policy = before
    ticket = anywhere.open("三级", FRIDAY).ticket.id
    assert anywhere.clock(ticket, "answer_fixed").due_at == SATURDAY_EVENING
    promised = anywhere.clock(ticket, "first_contact").due_at
    anywhere.recompute(ticket, now, FRIDAY + timedelta(hours=1))
    assert anywhere.clock(ticket, "answer_fixed").due_at == MONDAY
    assert anywhere.clock(ticket, "first_contact").due_at == promised
