"""Facts of tickets, from small histories written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.policy.model import Policy
from tests.escalation.measures.fact_examples import LI, WANG, Story, at


@pytest.fixture
def story(policy: Policy) -> Story:
    return Story(policy)


def test_a_new_ticket_is_a_fact_of_its_reason_and_of_nobody(story: Story) -> None:
    assert story.open().of("raised") == [(0, 1, 0, "asked_for_person")]


def test_a_ticket_entered_by_hand_is_its_enterers(story: Story) -> None:
    assert story.open(staff=LI, by="li", channel="phone").of("raised") == [(0, 1, LI, "asked_for_person")]


def test_a_fact_has_what_holds_after_its_line(story: Story) -> None:
    story.open().then(
        "rerouted", 5, before={"tier": "三级", "queue": "通用客服"}, after={"tier": "一级", "queue": "一级专线"}
    )
    story.claimed(9)
    raised, claimed = (fact for fact in story.facts() if fact.measure in ("raised", "claimed"))
    assert (raised.tier, raised.queue, raised.topic, raised.channel) == ("三级", "通用客服", "订单", "web")
    assert (claimed.tier, claimed.queue) == ("一级", "一级专线")


def test_what_an_erased_opening_no_longer_says_is_told_by_the_first_change(story: Story) -> None:
    story.then("opened", 0).then("rerouted", 5, before={"tier": "二级"}, after={"tier": "一级"})
    assert [fact.tier for fact in story.facts() if fact.measure == "raised"] == ["二级"]


def test_what_was_taken_back_makes_no_fact_and_changes_nothing(story: Story) -> None:
    story.open().claimed(1)
    story.then(
        "transferred",
        2,
        LI,
        before={"queue": "通用客服", "holder_id": LI},
        after={"queue": "技术支持", "holder_id": None},
    )
    story.then(
        "undone",
        2.5,
        LI,
        undoes=[3],
        before={"queue": "技术支持", "holder_id": None},
        after={"queue": "通用客服", "holder_id": LI},
    )
    story.then("replied", 3, LI)
    assert story.of("transferred") == []
    assert [(fact.queue, fact.staff_id) for fact in story.facts() if fact.measure == "response_raised"] == [
        ("通用客服", LI)
    ]


def test_only_the_facts_of_the_lines_asked_for_are_made(story: Story) -> None:
    story.open().claimed(1).then("replied", 2, LI).then("resolved", 3, LI)
    first, second = story.facts(until=102), story.facts(after=102)
    assert [fact.measure for fact in first] == ["raised", "claimed"]
    assert [*first, *second] == story.facts()


def test_the_first_contact_is_measured_from_raised_and_from_received(story: Story) -> None:
    story.open(10, raised_at=at(0).isoformat(), received_at=at(10).isoformat()).claimed(11)
    story.then("call_missed", 12, LI).then("replied", 15, LI).then("called", 20, LI)
    assert story.of("response_raised") == [(15, 900, LI, "")]
    assert story.of("response_received") == [(15, 300, LI, "")]


def test_by_working_time_only_the_hours_of_the_queue_count(story: Story) -> None:
    """Raised on Monday at 20:50, ten minutes before it closes; answered on Tuesday at 08:05."""
    story.open(650).claimed(651).then("replied", 650 + 10 + 11 * 60 + 5, LI)
    assert story.of("response_raised_working") == [(650 + 675, 900, LI, "")]
    assert story.of("response_received_working") == [(650 + 675, 900, LI, "")]
    assert story.of("response_raised") == [(650 + 675, 675 * 60, LI, "")]


def test_a_call_that_was_entered_later_counts_when_it_was_made(story: Story) -> None:
    story.open(30, LI, by="li", raised_at=at(0).isoformat(), received_at=at(0).isoformat())
    story.then("called", 30, LI, happened_at=at(0).isoformat())
    assert story.of("response_raised") == [(30, 0, LI, "")]


def test_a_merge_moves_the_start_and_may_bring_the_first_contact(story: Story) -> None:
    story.open(10).then("merged", 12, LI, ticket=9, raised_at=at(-5).isoformat(), received_at=at(-3).isoformat())
    story.then("replied", 15, LI)
    assert story.of("response_raised") == [(15, 1200, LI, "")]
    assert story.of("response_received") == [(15, 1080, LI, "")]


def test_a_merge_that_brings_a_contact_leaves_none_to_measure(story: Story) -> None:
    story.open().then("merged", 2, LI, ticket=9, contacted=True).then("replied", 5, LI)
    assert story.of("response_raised") == []


def test_a_merge_without_its_instants_changes_nothing(story: Story) -> None:
    story.open().then("merged", 2, LI, ticket=9).then("replied", 5, LI)
    assert story.of("response_raised") == [(5, 300, LI, "")]


def test_a_reopening_is_its_last_holders_and_starts_the_time_anew(story: Story) -> None:
    story.open().claimed(1).then("replied", 2, LI).then("resolved", 3, LI)
    story.then("reopened", 60, before={"holder_id": LI}, after={"holder_id": None})
    story.claimed(61, WANG).then("replied", 64, WANG).then("resolved", 70, WANG)
    assert story.of("reopened") == [(60, 1, LI, "")]
    assert story.of("response_raised") == [(2, 120, LI, ""), (64, 240, WANG, "")]
    assert story.of("resolution_time") == [(3, 180, LI, ""), (70, 600, WANG, "")]


def test_a_reopened_ticket_without_a_holder_goes_to_who_resolved_it(story: Story) -> None:
    story.open().then("resolved", 3, LI).then("reopened", 60)
    assert story.of("reopened") == [(60, 1, LI, "")]


def test_endings_without_a_solution_are_counted_each_by_itself(story: Story, policy: Policy) -> None:
    assert Story(policy).open().then("merged_away", 4, WANG, into=3).of("merged") == [(4, 1, WANG, "")]
    assert Story(policy).open().claimed(1).then("withdrawn", 4).of("withdrawn") == [(4, 1, LI, "")]
    assert Story(policy).open().claimed(1).then("closed", 4, unanswered=True).of("lapsed") == [(4, 1, LI, "")]
    assert Story(policy).open().claimed(1).then("closed", 4).of("lapsed") == []


def test_moves_are_those_of_whoever_had_it_before(story: Story) -> None:
    story.open().claimed(1).then("transferred", 2, WANG, before={"holder_id": LI}, after={"holder_id": WANG})
    story.then("reassigned", 3, before={"holder_id": WANG}, after={"holder_id": None})
    assert story.of("claimed") == [(1, 1, LI, "")]
    assert story.of("transferred") == [(2, 1, LI, ""), (3, 1, WANG, "")]


def test_hands_are_different_people_and_who_resolved(story: Story) -> None:
    story.open().claimed(1).then("transferred", 2, LI, before={"holder_id": LI}, after={"holder_id": WANG})
    story.then("transferred", 3, WANG, before={"holder_id": WANG}, after={"holder_id": LI}).then("resolved", 4, 9)
    assert story.of("hands") == [(4, 3, 9, "")]


def test_contacts_are_the_first_and_each_further_one_of_the_customer(story: Story) -> None:
    story.open().claimed(1).then("customer_wrote", 2).then("urged", 3).then("resumed", 4).then("resolved", 5, LI)
    assert story.of("contacts") == [(5, 4, LI, "")]


def test_a_gap_ends_with_the_new_holders_first_step(story: Story) -> None:
    story.open().claimed(1).then("acknowledged", 2, LI).then("customer_wrote", 3).then("replied", 6, LI)
    story.then("called", 8, LI)
    story.then("transferred", 10, LI, before={"holder_id": LI}, after={"holder_id": WANG}).then("replied", 25, WANG)
    assert story.of("handover_gap") == [(6, 300, LI, ""), (25, 900, WANG, "")]


def test_a_step_of_the_plan_waits_since_the_one_before(story: Story) -> None:
    story.open().claimed(1).then("step_done", 2, LI).then("assessed", 5, LI).then("step_done", 65, LI)
    story.then("step_done", 70, WANG)
    assert story.of("step_wait") == [(65, 3600, LI, ""), (70, 300, WANG, "")]


def test_deadlines_are_kept_or_late_and_take_their_time(story: Story) -> None:
    story.open().claimed(1).then("replied", 5, LI).then("assessed", 50, LI)
    story.with_deadline("first_contact", 0, 10, 5).with_deadline("assessed", 0, 30, 50, told=True)
    assert story.of("milestone_kept") == [(5, 1, LI, "first_contact")]
    assert story.of("milestone_time") == [(5, 300, LI, "first_contact"), (50, 3000, LI, "assessed")]
    assert story.of("milestone_late") == []  # the line that told it makes the fact, and there is none here


def test_lines_tell_what_is_late_and_reminders_only_once_in_a_run(story: Story) -> None:
    story.open().claimed(1).then("breach", 20, milestone="first_contact")
    story.then("breached_by_reclassification", 25, milestone="assessed")
    story.then("warning", 26, milestone="explained")
    story.then("reminder", 30, milestone="confirmed").then("reminder", 40, milestone="confirmed")
    late = [(20, 1, LI, "first_contact"), (25, 1, LI, "assessed"), (30, 1, LI, "confirmed")]
    assert story.of("milestone_late") == late
    story.then("reopened", 50).then("reminder", 60, milestone="confirmed")
    assert story.of("milestone_late") == [*late, (60, 1, LI, "confirmed")]


def test_what_was_met_late_before_anything_told_of_it_is_late(story: Story) -> None:
    story.open().claimed(1).then("replied", 50, LI).with_deadline("first_contact", 0, 30, 50)
    assert story.of("milestone_late") == [(50, 1, LI, "first_contact")]


def test_a_deadline_met_by_an_earlier_call_belongs_to_the_line_that_tells_of_it(story: Story) -> None:
    story.open(30, LI, by="li").claimed(30).then("called", 30, LI, happened_at=at(0).isoformat())
    story.with_deadline("first_contact", 0, 10, 0)
    assert [fact.measure for fact in story.facts(after=102) if fact.measure == "milestone_kept"] == ["milestone_kept"]
    assert [fact.measure for fact in story.facts(until=102) if fact.measure == "milestone_kept"] == []


def test_ratings_are_out_of_a_hundred_and_whose_solution_it_was(story: Story) -> None:
    story.open().claimed(1).then("resolved", 2, LI).then("rated", 3, score=4)
    story.then("dimensions_rated", 4, scores={"speed": 5, "attitude": 1}).then("rated", 5, score=1)
    assert story.of("rated") == [(3, 75, LI, ""), (5, 0, LI, "")]
    assert story.of("rated_dimension") == [(4, 100, LI, "speed"), (4, 0, LI, "attitude")]


def test_a_complaint_is_heard_and_closed(story: Story) -> None:
    story.open().claimed(1).then("complained", 10, before={"complaint": False}, after={"complaint": True})
    story.then("replied", 25, LI).then("replied", 26, LI).then("resolved", 40, LI)
    assert story.of("complaint") == [(10, 1, LI, "")]
    assert story.of("complaint_response") == [(25, 900, LI, "")]
    assert story.of("complaint_closure") == [(40, 1800, LI, "")]


def test_a_ticket_opened_as_a_complaint_is_one_from_then_on(story: Story) -> None:
    story.open(complaint=True).then("replied", 5, LI).then("resolved", 9, LI).then("reopened", 20)
    story.then("resolved", 30, LI)
    assert story.of("complaint") == [(0, 1, 0, "")]
    assert story.of("complaint_response") == [(5, 300, LI, "")]
    assert story.of("complaint_closure") == [(9, 540, LI, "")]


def test_an_older_opening_is_a_complaint_if_it_was_one_before_it_first_changed(story: Story) -> None:
    story.open().then("corrected", 5, LI, before={"complaint": True}, after={"complaint": False}).then("replied", 6, LI)
    assert story.of("complaint") == [(0, 1, 0, "")]
    assert story.of("complaint_response") == []


def test_causes_are_those_of_whoever_names_them(story: Story) -> None:
    story.open().then("investigated", 5, LI, before={"cause": None}, after={"cause": "流程"})
    story.then("cause_noted", 6, WANG, of="late", cause="人手不足")
    assert story.of("cause") == [(5, 1, LI, "流程")]
    assert story.of("cause_of") == [(6, 1, WANG, "late:人手不足")]


def test_a_cause_that_is_noted_again_in_the_same_run_counts_once_whoever_notes_it(story: Story) -> None:
    story.open().then("cause_noted", 6, WANG, of="breach", cause="people", words="一")
    story.then("cause_noted", 7, WANG, of="breach", cause="people", words="二")
    story.then("cause_noted", 8, LI, of="breach", cause="people", words="三")
    story.then("cause_noted", 9, LI, of="breach", cause="process", words="四")
    first = [(6, 1, WANG, "breach:people"), (9, 1, LI, "breach:process")]
    assert story.of("cause_of") == first
    story.then("reopened", 10).then("cause_noted", 11, LI, of="breach", cause="people", words="五")
    assert story.of("cause_of") == [*first, (11, 1, LI, "breach:people")]


def test_at_night_a_ticket_counts_and_so_does_who_is_there_before_morning(policy: Policy) -> None:
    """The night of the example lasts from 21:00 to 08:00; Monday 10:00 plus twelve hours is 22:00."""
    prompt = Story(policy).open(720).claimed(725).then("replied", 730, LI)
    assert prompt.of("night_raised") == [(720, 1, 0, "")]
    assert prompt.of("night_contacted") == [(730, 1, LI, "")]
    in_the_morning = Story(policy).open(720).claimed(725).then("replied", 720 + 601, LI)
    assert in_the_morning.of("night_contacted") == []
    next_night = Story(policy).open(720).then("replied", 720 + 24 * 60, LI)
    assert next_night.of("night_contacted") == []
    assert Story(policy).open(0).then("replied", 1, LI).of("night_raised", "night_contacted") == []


def test_without_a_night_service_there_is_no_night(policy: Policy) -> None:
    assert Story(replace(policy, night=None)).open(720).then("replied", 721, LI).of("night_raised") == []


def test_time_of_handling_is_what_people_spent_since_the_solution_before(story: Story) -> None:
    story.open().claimed(1).then("resolved", 10, LI).then("reopened", 20).then("resolved", 40, LI)
    story.with_spell(2, 4).with_spell(9, 12).with_spell(30, 35).with_spell(39, 45)
    assert story.of("handling_time") == [(10, 180, LI, ""), (40, 2 * 60 + 5 * 60 + 60, LI, "")]


def test_without_a_spell_there_is_no_time_of_handling(story: Story) -> None:
    assert story.open().then("resolved", 10, LI).of("handling_time") == []


def test_an_agents_published_answer_says_that_the_bot_was_silent(story: Story) -> None:
    story.open().claimed(1).then("replied", 2, LI, article="a1").then("replied", 3, LI, article="a2")
    assert story.of("published_used") == [(2, 1, LI, "a1"), (3, 1, LI, "a2")]
    assert story.of("wrongly_silent") == [(2, 1, LI, "a1")]


def test_the_bot_was_not_silent_if_it_gave_the_answer_or_a_person_opened_the_ticket(policy: Policy) -> None:
    given = Story(policy).open().then("replied", 2, LI, article="a1")
    given.case = replace(given.case, given={"a1": at(0) - timedelta(minutes=3)})
    assert given.of("wrongly_silent") == []
    assert Story(policy).open(by="li").then("replied", 2, LI, article="a1").of("wrongly_silent") == []
    later = Story(policy).open().then("replied", 2, LI, article="a1")
    later.case = replace(later.case, given={"a1": at(9)})
    assert later.of("wrongly_silent") == [(2, 1, LI, "a1")]
