"""Every write to a ticket, with what it does to the clocks: on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.storage.database import Database
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.staff import Staff, get_staff
from escalation.tickets import deadline_store, dissatisfaction, ending, facts, holding, opening, rerouting, ticket_store
from escalation.tickets.lifecycle import Refused
from tests.escalation.tickets.desk_scene import NOW, Desk, later


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> Desk:
    return Desk(sqlite, policy)


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


def holder_of(here: Desk, ticket_id: int) -> Staff:
    number = here.ticket(ticket_id).holder_id
    assert number is not None
    found = here.read(get_staff, number)
    assert found is not None
    return found


def code_of(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.code


# ── the hand-off ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("tier", "queue", "first", "others"),
    [
        ("特级", "特级专席", {"minutes": 15}, {"assessed": 1}),
        ("一级", "一级专属", {"minutes": 30}, {"assessed": 2}),
        ("二级", "二级专员", {"hours": 1}, {"assessed": 4}),
        ("三级", "通用客服", {"hours": 2}, {"answer_fixed": 24}),
    ],
)
def test_a_hand_off_starts_every_clock_of_the_tier(
    anywhere: Desk, tier: str, queue: str, first: dict[str, float], others: dict[str, int]
) -> None:
    opened = anywhere.open(tier)
    assert (opened.ticket.queue, opened.ticket.state, opened.promised) == (queue, "waiting", later(**first))
    assert anywhere.running(opened.ticket.id) == {"first_contact", *others}
    for milestone, hours in others.items():
        assert anywhere.clock(opened.ticket.id, milestone).due_at == later(hours=hours)
    assert anywhere.history(opened.ticket.id) == ["opened"]


def test_a_hospitals_first_contact_counts_from_the_raising_the_rest_from_the_hand_off(here: Desk) -> None:
    opened = here.open("一级", raised_at=later(minutes=-2))
    assert opened.promised == later(minutes=28)
    assert here.clock(opened.ticket.id, "assessed").due_at == later(hours=2)


def test_a_complaint_is_owed_its_settlement_within_a_day(here: Desk) -> None:
    opened = here.open("三级", topic="投诉", complaint=True)
    assert opened.ticket.queue == "投诉处理"
    assert here.clock(opened.ticket.id, "complaint_settled").due_at == later(days=1)


def test_urgency_only_shortens(here: Desk) -> None:
    assert here.open("三级", urgency="urgent").promised == later(minutes=30)
    assert here.open("特级", urgency="urgent").promised == later(minutes=15)


# ── claim, release, transfer ──────────────────────────────────────────


def test_claim_note_and_a_missed_call_settle_nothing(anywhere: Desk) -> None:
    li, ticket = anywhere.staff(), anywhere.open("一级").ticket
    before = anywhere.read(deadline_store.deadlines_of, ticket.id)
    anywhere.write(holding.claim, ticket.id, li, later(minutes=1))
    anywhere.write(facts.add_note, ticket.id, li, "先查一下", later(minutes=2))
    anywhere.write(facts.record, anywhere.policy, ticket.id, li, "call_missed", later(minutes=3))
    assert anywhere.read(deadline_store.deadlines_of, ticket.id) == before
    assert anywhere.ticket(ticket.id).first_contact_at is None
    assert anywhere.history(ticket.id) == ["opened", "claimed", "call_missed"]


def test_two_claims_one_wins_and_the_other_is_told(here: Desk) -> None:
    li, wang, ticket = here.staff("li"), here.staff("wang"), here.open().ticket
    here.write(holding.claim, ticket.id, li, NOW)
    with pytest.raises(Refused) as refusal:
        here.write(holding.claim, ticket.id, wang, NOW)
    assert (code_of(refusal), refusal.value.holder_id) == ("claimed_by_other", li.id)
    assert here.history(ticket.id) == ["opened", "claimed"]


def test_a_lead_releases_what_others_hold_an_agent_does_not(here: Desk) -> None:
    li, wang, lead, ticket = here.staff("li"), here.staff("wang"), here.staff("zhao", "lead"), here.open().ticket
    here.write(holding.claim, ticket.id, li, NOW)
    with pytest.raises(Refused, match="not_holder"):
        here.write(holding.release, ticket.id, wang, NOW)
    here.write(holding.release, ticket.id, lead, NOW)
    assert here.ticket(ticket.id).state == "waiting"


def test_a_transfer_keeps_every_clock(anywhere: Desk) -> None:
    li, wang, ticket = anywhere.staff("li"), anywhere.staff("wang"), anywhere.open("二级").ticket
    anywhere.write(holding.claim, ticket.id, li, NOW)
    before = anywhere.read(deadline_store.deadlines_of, ticket.id)
    anywhere.write(holding.transfer, anywhere.policy, ticket.id, li, "技术支持", wang, later(minutes=10))
    moved = anywhere.ticket(ticket.id)
    assert (moved.queue, moved.holder_id, moved.state) == ("技术支持", wang.id, "claimed")
    assert anywhere.read(deadline_store.deadlines_of, ticket.id) == before


def test_a_transfer_by_a_stranger_or_to_nowhere_is_refused(here: Desk) -> None:
    li, wang, ticket = here.staff("li"), here.staff("wang"), here.open().ticket
    here.write(holding.claim, ticket.id, li, NOW)
    with pytest.raises(Refused, match="not_holder"):
        here.write(holding.transfer, here.policy, ticket.id, wang, "技术支持", None, NOW)
    with pytest.raises(Refused, match="unknown_queue"):
        here.write(holding.transfer, here.policy, ticket.id, li, "没有这个队列", None, NOW)


def test_no_ticket_of_that_number(here: Desk) -> None:
    li = here.staff()
    with pytest.raises(Refused, match="not_found"):
        here.write(holding.claim, 4711, li, NOW)


# ── contact ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["reply", "call"])
def test_a_reply_or_a_call_settles_the_first_contact_in_the_same_transaction(anywhere: Desk, how: str) -> None:
    li, ticket = anywhere.staff(), anywhere.open("特级").ticket
    anywhere.write(holding.claim, ticket.id, li, NOW)
    reach(anywhere, ticket.id, how, later(minutes=14, seconds=59))
    clock = anywhere.clock(ticket.id, "first_contact")
    assert (clock.state, clock.settled_at, clock.breached_at) == ("met", later(minutes=14, seconds=59), None)
    assert [one for one in anywhere.sweep(later(days=1)) if one.milestone == "first_contact"] == []
    assert anywhere.ticket(ticket.id).first_contact_at == later(minutes=14, seconds=59)
    assert anywhere.clock(ticket.id, "assessed").state == "open"


def reach(here: Desk, ticket_id: int, how: str, at: datetime) -> None:
    who = holder_of(here, ticket_id)
    if how == "reply":
        here.write(holding.answer, here.policy, ticket_id, who, "您好", at)
    else:
        here.write(facts.record, here.policy, ticket_id, who, "called", at)


@pytest.mark.parametrize("how", ["reply", "call"])
def test_met_after_its_time_but_before_any_sweep_it_was_broken_all_the_same(anywhere: Desk, how: str) -> None:
    li, ticket = anywhere.staff(), anywhere.open("特级").ticket
    anywhere.write(holding.claim, ticket.id, li, NOW)
    reach(anywhere, ticket.id, how, later(minutes=15, seconds=1))
    clock = anywhere.clock(ticket.id, "first_contact")
    assert (clock.state, clock.breached_at) == ("met", later(minutes=15))
    assert anywhere.sweep(later(minutes=20)) == []


def test_one_second_before_its_time_it_was_kept(here: Desk) -> None:
    li, ticket = here.staff(), here.open("特级").ticket
    here.write(holding.claim, ticket.id, li, NOW)
    reach(here, ticket.id, "reply", later(minutes=14, seconds=59))
    assert [one.milestone for one in here.sweep(later(minutes=30))] == ["assessed"]  # half of its hour
    assert here.clock(ticket.id, "first_contact").breached_at is None


def test_a_note_must_say_something_and_not_too_much(here: Desk) -> None:
    li, ticket = here.staff(), here.open().ticket
    for text, code in (("  \n", "empty"), ("x" * 4_001, "too_long")):
        with pytest.raises(Refused, match=code):
            here.write(facts.add_note, ticket.id, li, text, NOW)
    here.write(facts.add_note, ticket.id, li, f"  {'x' * 3_990}  ", NOW)
    assert len(here.read(ticket_store.notes_of, ticket.id)[0].text) == 3_990


def test_a_fact_the_policy_does_not_name_is_refused(here: Desk) -> None:
    li, ticket = here.staff(), here.open().ticket
    here.write(holding.claim, ticket.id, li, NOW)
    for fact in ("replied", "resolved", "closed", "rated", "received", "'; DROP TABLE tickets", ""):
        with pytest.raises(Refused, match="unknown_fact"):
            here.write(facts.record, here.policy, ticket.id, li, fact, NOW)


def test_only_the_holder_records_facts(here: Desk) -> None:
    li, wang, ticket = here.staff("li"), here.staff("wang"), here.open().ticket
    with pytest.raises(Refused, match="unclaimed"):
        here.write(facts.record, here.policy, ticket.id, li, "called", NOW)
    here.write(holding.claim, ticket.id, li, NOW)
    with pytest.raises(Refused, match="not_holder"):
        here.write(facts.record, here.policy, ticket.id, wang, "assessed", NOW)


# ── milestones ────────────────────────────────────────────────────────


def at_work(here: Desk, tier: str = "特级") -> int:
    ticket = here.open(tier).ticket
    here.write(holding.claim, ticket.id, here.staff(), NOW)
    return ticket.id


def happens(here: Desk, ticket_id: int, fact: str, at: datetime) -> None:
    who = holder_of(here, ticket_id)
    here.write(facts.record, here.policy, ticket_id, who, fact, at)


def test_assessed_starts_the_explanation_and_an_objection_starts_it_again(anywhere: Desk) -> None:
    ticket = at_work(anywhere)
    happens(anywhere, ticket, "assessed", later(minutes=30))
    assert anywhere.clock(ticket, "assessed").state == "met"
    assert anywhere.clock(ticket, "plan_explained").due_at == later(minutes=150)
    happens(anywhere, ticket, "plan_explained", later(hours=1))
    happens(anywhere, ticket, "objected", later(hours=2))
    happens(anywhere, ticket, "objected", later(hours=3))
    assert [(row.state, row.due_at) for row in anywhere.clocks(ticket, "plan_explained")] == [
        ("met", later(minutes=150)),
        ("cancelled", later(hours=4)),
        ("open", later(hours=5)),
    ]


def test_progress_is_owed_again_after_every_report_until_the_work_is_done(here: Desk) -> None:
    ticket = at_work(here)
    happens(here, ticket, "confirmed", later(hours=1))
    happens(here, ticket, "progress_reported", later(hours=4))
    happens(here, ticket, "progress_reported", later(hours=7))
    assert [(row.state, row.due_at) for row in here.clocks(ticket, "progress")] == [
        ("met", later(hours=5)),
        ("met", later(hours=8)),
        ("open", later(hours=22)),  # 21:00 is closing time: 08:00 the next morning
    ]
    happens(here, ticket, "work_done", later(hours=8))
    assert here.clock(ticket, "progress").state == "cancelled"
    assert here.clock(ticket, "acceptance_invited").due_at == later(hours=32)


def test_a_progress_report_due_at_night_waits_for_the_morning(here: Desk) -> None:
    ticket = at_work(here)
    happens(here, ticket, "confirmed", later(hours=9))  # 19:00; four hours later people sleep
    assert here.clock(ticket, "progress").due_at == later(hours=22)  # 08:00 on Tuesday


def test_a_target_is_marked_as_one(here: Desk) -> None:
    ticket = at_work(here, "一级")
    happens(here, ticket, "assessed", later(hours=1))
    assert here.clock(ticket, "confirmed").kind == "target"
    assert here.clock(ticket, "plan_explained").kind == "promise"


def test_acceptance_starts_the_service_report(here: Desk) -> None:
    ticket = at_work(here)
    for hour, fact in enumerate(("assessed", "confirmed", "work_done", "acceptance_invited", "accepted"), start=1):
        happens(here, ticket, fact, later(hours=hour))
    assert here.clock(ticket, "acceptance_invited").state == "met"
    assert here.clock(ticket, "service_report").due_at == later(hours=5 + 48)
    happens(here, ticket, "reported", later(hours=10))
    assert here.clock(ticket, "service_report").state == "met"


# ── resolve, reopen, close, rate, urge ────────────────────────────────


def test_resolved_the_survey_is_owed_and_the_rest_is_over(anywhere: Desk) -> None:
    ticket = at_work(anywhere)
    reach(anywhere, ticket, "reply", later(minutes=1))
    happens(anywhere, ticket, "assessed", later(minutes=2))
    resolve(anywhere, ticket, later(hours=1))
    assert anywhere.running(ticket) == {"survey"}
    assert anywhere.clock(ticket, "plan_explained").state == "cancelled"
    assert anywhere.clock(ticket, "survey").due_at == later(hours=25)


def resolve(here: Desk, ticket_id: int, at: datetime) -> None:
    who = holder_of(here, ticket_id)
    here.write(ending.resolve, here.policy, ticket_id, who, at)


def test_reopened_every_old_clock_is_cancelled_and_the_first_contact_runs_anew(anywhere: Desk) -> None:
    ticket = at_work(anywhere)
    reach(anywhere, ticket, "reply", later(minutes=1))
    resolve(anywhere, ticket, later(hours=1))
    reopened = anywhere.write(opening.reopen, anywhere.policy, ticket, later(hours=2))
    assert reopened.promised == later(hours=2, minutes=15)
    assert [row.state for row in anywhere.clocks(ticket, "first_contact")] == ["met", "open"]
    assert anywhere.clock(ticket, "survey").state == "cancelled"
    assert anywhere.running(ticket) == {"first_contact", "assessed", "follow_up"}
    assert (anywhere.ticket(ticket).state, anywhere.ticket(ticket).holder_id) == ("waiting", None)


def test_a_complaint_reopened_for_a_customer_known_by_now_is_one_whatever_topic_a_person_has_set(here: Desk) -> None:
    ticket = here.at_work("三级", complaint=True, topic="故障")
    here.happen(ticket, "resolved", later(minutes=5), here.policy.complaint_causes[0])
    known = (here.contact(), TierDecision("三级", "样例"))
    reopened = here.write(opening.reopen, here.policy, ticket, later(minutes=6), known)
    assert reopened.ticket.queue == "投诉处理"


def test_closed_nothing_but_the_survey_is_owed(here: Desk) -> None:
    ticket = at_work(here)
    resolve(here, ticket, later(minutes=5))
    here.write(ending.close, here.policy, ticket, later(minutes=6))
    assert here.running(ticket) == {"survey"}
    assert here.clock(ticket, "first_contact").state == "cancelled"


def test_an_open_ticket_cannot_be_closed_or_reopened(here: Desk) -> None:
    ticket = at_work(here)
    for move in (ending.close, opening.reopen):
        with pytest.raises(Refused, match="not_finished"):
            here.write(move, here.policy, ticket, NOW)


def test_the_last_rating_counts_and_the_first_settles_the_survey(here: Desk) -> None:
    ticket = at_work(here)
    with pytest.raises(Refused, match="not_finished"):
        here.write(dissatisfaction.rate, here.policy, ticket, 4, later(minutes=4))
    resolve(here, ticket, later(minutes=5))
    here.write(dissatisfaction.rate, here.policy, ticket, 1, later(minutes=6))
    here.write(dissatisfaction.rate, here.policy, ticket, 4, later(minutes=7))
    assert here.ticket(ticket).rating == 4
    assert here.clock(ticket, "survey").settled_at == later(minutes=6)
    here.write(dissatisfaction.explain_rating, ticket, "很快")
    assert here.ticket(ticket).rating_reason == "很快"


def test_hurrying_counts_and_changes_no_clock(here: Desk) -> None:
    ticket = here.open().ticket.id
    before = here.read(deadline_store.deadlines_of, ticket)
    assert [here.write(facts.urge, ticket, later(minutes=n)).times for n in (1, 2, 3)] == [1, 2, 3]
    assert here.read(deadline_store.deadlines_of, ticket) == before


# ── re-routed, more urgent ────────────────────────────────────────────


def test_rerouted_to_a_higher_tier_the_clocks_run_from_the_original_instants(anywhere: Desk) -> None:
    contact, ticket = anywhere.contact(), anywhere.open("三级").ticket.id
    moved = anywhere.write(
        rerouting.reroute, anywhere.policy, ticket, contact, TierDecision("特级", "银行"), later(minutes=10)
    )
    assert (moved.ticket.queue, moved.old_queue, moved.promised) == ("特级专席", "通用客服", later(minutes=15))
    assert anywhere.running(ticket) == {"first_contact", "assessed"}
    assert [row.state for row in anywhere.clocks(ticket, "first_contact")] == ["cancelled", "open"]
    assert anywhere.clock(ticket, "assessed").due_at == later(hours=1)


def test_rerouted_to_a_lower_tier_the_sooner_due_time_stays(here: Desk) -> None:
    contact, ticket = here.contact(), here.open("特级").ticket.id
    moved = here.write(rerouting.reroute, here.policy, ticket, contact, TierDecision("三级", "个人"), later(minutes=5))
    assert (moved.ticket.queue, moved.promised) == ("通用客服", later(minutes=15))
    assert [(row.state, row.due_at) for row in here.clocks(ticket, "first_contact")] == [
        ("cancelled", later(minutes=15)),
        ("open", later(minutes=15)),
    ]


def test_rerouted_while_held_it_stays_with_its_holder(here: Desk) -> None:
    contact, ticket = here.contact(), at_work(here, "三级")
    moved = here.write(rerouting.reroute, here.policy, ticket, contact, TierDecision("特级", "银行"), later(minutes=5))
    assert (moved.ticket.queue, moved.ticket.state) == ("通用客服", "claimed")
    assert moved.promised == later(minutes=15)


def test_what_was_met_is_not_owed_again_by_a_change_of_tier(here: Desk) -> None:
    contact, ticket = here.contact(), at_work(here, "三级")
    reach(here, ticket, "call", later(minutes=1))
    here.write(rerouting.reroute, here.policy, ticket, contact, TierDecision("特级", "银行"), later(minutes=5))
    assert [row.state for row in here.clocks(ticket, "first_contact")] == ["met"]
    assert here.running(ticket) == {"assessed"}


def test_what_was_met_before_a_reopening_is_shortened_by_danger_all_the_same(here: Desk) -> None:
    ticket = at_work(here, "三级")
    reach(here, ticket, "reply", later(minutes=1))
    resolve(here, ticket, later(minutes=5))
    here.write(opening.reopen, here.policy, ticket, later(hours=1))
    raised = here.write(rerouting.escalate_urgency, here.policy, ticket, "critical", later(hours=1, minutes=1))
    assert raised.promised == later(hours=1, minutes=16)


def test_more_urgent_it_moves_to_the_people_on_call_with_the_short_clock(anywhere: Desk) -> None:
    ticket = anywhere.open("三级").ticket.id
    raised = anywhere.write(rerouting.escalate_urgency, anywhere.policy, ticket, "critical", later(minutes=3))
    assert (raised.ticket.queue, raised.ticket.urgency, raised.queue) == ("特级专席", "critical", "特级专席")
    assert raised.promised == later(minutes=18)


def test_the_survey_is_a_day_after_the_resolution_by_the_clock_on_the_wall(here: Desk) -> None:
    ticket = here.open("三级", at=later(days=4)).ticket  # Friday
    here.write(holding.claim, ticket.id, here.staff(), later(days=4))
    resolve(here, ticket.id, later(days=4, hours=1))
    survey = here.clock(ticket.id, "survey")
    assert survey.due_at - survey.started_at == timedelta(hours=24)


def test_whoever_leaves_for_good_leaves_no_customer_without_a_clock(here: Desk) -> None:
    ticket = at_work(here, "三级")
    reach(here, ticket, "reply", later(minutes=1))
    holder = here.read(ticket_store.get_ticket, ticket).holder_id
    assert here.write(holding.release_all, here.policy, holder, later(hours=1)) == 1
    assert here.read(ticket_store.get_ticket, ticket).state == "waiting"
    assert here.read(deadline_store.promised, ticket) == later(hours=3)


def test_a_ticket_outlives_the_tier_and_urgency_it_was_opened_under(here: Desk) -> None:
    """The policy file was changed between two starts."""
    ticket = here.open("二级", urgency="urgent").ticket.id
    tiers = {name: tier for name, tier in here.policy.tiers.items() if name != "二级"}
    urgencies = {name: one for name, one in here.policy.urgencies.items() if name != "urgent"}
    here.policy = replace(here.policy, tiers=tiers, urgencies=urgencies)
    who = here.staff()
    here.write(holding.claim, ticket, who, later(minutes=1))
    here.write(holding.answer, here.policy, ticket, who, "您好", later(minutes=2))
    assert here.clock(ticket, "first_contact").state == "met"
    here.write(ending.resolve, here.policy, ticket, who, later(minutes=3))
    assert here.write(opening.reopen, here.policy, ticket, later(hours=1)).promised is not None
