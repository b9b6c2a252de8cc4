"""The oracle of the figures by histories small enough to be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.measures.hours import Hours
from benchmarks.measures.oracle import facts_of
from benchmarks.measures.recording import Clock, Edition, Fact, Line, Record, Recording, Said, Spell
from benchmarks.measures.shown import bucket, load, percentile, rates, within

SHANGHAI = ZoneInfo("Asia/Shanghai")
LI, WANG, ZHAO = 1, 2, 3
POLICY = """
zone: Asia/Shanghai
calendars:
  工作日: {hours: ["09:00-12:00", "13:30-18:00"], working_days_only: true}
  夜间: {hours: ["21:00-08:00"]}
night: {calendar: 夜间}
queues:
  通用客服: {calendar: 工作日}
  技术支持: {calendar: 工作日}
holidays:
  2026:
    - {name: 国庆节, from: 2026-10-01, to: 2026-10-07, work: [2026-09-20, 2026-10-10]}
"""
RULES = Edition(datetime(2026, 1, 1, tzinfo=UTC), POLICY)


def at(text: str) -> datetime:
    """An instant of 2026, as a clock in Shanghai shows it."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def history(*told: tuple[str, str, int | None, dict[str, Any]], number: int = 1, **known: Any) -> Record:
    """A ticket of conversation 1, with these lines."""
    lines = tuple(Line(seq, at(when), kind, staff, data) for seq, (when, kind, staff, data) in enumerate(told, 1))
    return Record(id=number, talk=known.pop("talk", 1), lines=lines, **known)


def opened(when: str, **data: Any) -> tuple[str, str, None, dict[str, Any]]:
    known = {"tier": "三级", "queue": "通用客服", "topic": "故障", "reason": "missed_twice"}
    return (when, "opened", None, known | {"raised_at": at(when).isoformat()} | data)


def held(when: str, kind: str, by: int, was: int | None, becomes: int | None) -> tuple[str, str, int, dict[str, Any]]:
    """A line by which somebody else holds the ticket."""
    state = {"state": "claimed" if becomes else "waiting"}
    return (when, kind, by, {"before": {"holder_id": was}, "after": {"holder_id": becomes} | state})


def told(*records: Record, **known: Any) -> list[Fact]:
    """All facts of these tickets, however late they come."""
    recording = Recording((RULES,), records, talks={1: "web", 2: "telegram"}, **known)
    return facts_of(recording, at("12-31 00:00"))


def values(facts: list[Fact], measure: str) -> list[int]:
    return [fact.value for fact in facts if fact.measure == measure]


def agents(facts: list[Fact], measure: str) -> list[int]:
    return [fact.agent for fact in facts if fact.measure == measure]


def test_a_question_of_friday_evening_is_answered_after_one_working_hour_on_monday() -> None:
    facts = told(
        history(
            opened("11-20 17:30", raised_at=at("11-20 17:00").isoformat()),
            held("11-23 09:10", "claimed", LI, None, LI),
            ("11-23 09:30", "replied", LI, {}),
            ("11-23 14:00", "resolved", LI, {"after": {"state": "resolved"}}),
        )
    )
    assert values(facts, "response_raised") == [64 * 3_600 + 1_800]
    assert values(facts, "response_raised_working") == [3_600 + 1_800]
    assert values(facts, "response_received") == [64 * 3_600]
    assert values(facts, "response_received_working") == [1_800 + 1_800]
    assert values(facts, "resolution_time") == [69 * 3_600]
    assert (values(facts, "hands"), values(facts, "contacts"), values(facts, "fcr")) == ([1], [1], [1])
    assert values(facts, "handover_gap") == [1_200]
    assert {fact.day.isoformat() for fact in facts if fact.measure == "fcr"} == {"2026-11-30"}


def test_make_up_days_count_and_holidays_do_not() -> None:
    hours = Hours(RULES)
    assert hours.seconds("工作日", at("09-30 17:00"), at("10-08 09:30")) == 3_600 + 1_800
    assert hours.seconds("工作日", at("10-09 17:00"), at("10-12 09:30")) == 3_600 + 27_000 + 1_800
    assert hours.seconds("工作日", at("09-19 00:00"), at("09-21 00:00")) == 27_000


def test_what_was_taken_back_never_was() -> None:
    facts = told(
        history(
            opened("11-23 10:00"),
            held("11-23 10:01", "claimed", LI, None, LI),
            held("11-23 10:02", "transferred", LI, LI, WANG),
            ("11-23 10:02", "undone", LI, {"undoes": [3], "after": {"holder_id": LI}}),
            ("11-23 10:05", "called", LI, {}),
            ("11-23 10:06", "resolved", LI, {}),
        )
    )
    assert values(facts, "transferred") == []
    assert (values(facts, "hands"), values(facts, "fcr")) == ([1], [1])
    assert values(facts, "handover_gap") == [240]


def test_a_ticket_of_two_people_reopened_a_day_later_was_not_solved_at_once() -> None:
    facts = told(
        history(
            opened("11-23 10:00"),
            held("11-23 10:05", "claimed", LI, None, LI),
            ("11-23 10:10", "urged", None, {}),
            held("11-23 10:20", "transferred", LI, LI, WANG),
            ("11-23 10:30", "customer_wrote", None, {}),
            ("11-23 10:40", "replied", WANG, {}),
            ("11-23 11:00", "resolved", WANG, {"after": {"state": "resolved"}}),
            held("11-24 11:00", "reopened", ZHAO, WANG, None),
            held("11-24 11:30", "claimed", LI, None, LI),
            ("11-24 12:00", "called", LI, {}),
            ("11-24 12:30", "resolved", LI, {}),
        )
    )
    assert (values(facts, "hands"), values(facts, "contacts")) == ([2, 1], [3, 1])
    assert values(facts, "resolution_time") == [3_600, 5_400]
    assert (values(facts, "fcr"), agents(facts, "fcr")) == ([0], [WANG])
    assert (agents(facts, "reopened"), agents(facts, "transferred")) == ([WANG], [LI])
    assert values(facts, "handover_gap") == [900, 1_200, 1_800]
    assert values(facts, "response_raised") == [2_400, 3_600]


def test_another_ticket_of_the_same_matter_within_a_week_spoils_the_first_solution() -> None:
    def solved(**known: Any) -> Record:
        told = (
            opened("11-02 10:00"),
            held("11-02 10:01", "claimed", LI, None, LI),
            ("11-02 11:00", "resolved", LI, {}),
        )
        return history(*told, **known)

    again, other = opened("11-09 11:00"), opened("11-09 11:00", topic="发票")
    assert values(told(solved(contact="C1"), history(again, number=2, contact="C1", talk=2)), "fcr") == [0]
    assert values(told(solved(contact="C1"), history(other, number=2, contact="C1", talk=2)), "fcr") == [1]
    assert values(told(solved(contact="C1"), history(again, number=2, contact="C2")), "fcr") == [1]
    assert values(told(solved(), history(again, number=2, contact="C2")), "fcr") == [0]
    assert values(told(solved(), history(opened("11-09 11:01"), number=2)), "fcr") == [1]


def test_a_merge_brings_the_earlier_beginning_and_the_first_contact_with_it() -> None:
    earlier = {"raised_at": at("11-23 08:00").isoformat(), "received_at": at("11-23 08:30").isoformat()}
    lines = (opened("11-23 10:00"), held("11-23 10:01", "claimed", LI, None, LI))
    late = (("11-23 11:00", "replied", LI, {}), ("11-23 12:00", "resolved", LI, {}))
    merged = ("11-23 10:30", "merged", LI, earlier)
    facts = told(history(*lines, merged, *late))
    assert (values(facts, "response_raised"), values(facts, "response_received")) == ([10_800], [9_000])
    assert values(facts, "resolution_time") == [14_400]
    facts = told(history(*lines, ("11-23 10:30", "merged", LI, earlier | {"contacted": True}), *late))
    assert values(facts, "response_raised") == []
    facts = told(history(*lines, late[0], ("11-23 11:30", "merged", LI, earlier), late[1]))
    assert (values(facts, "response_raised"), values(facts, "resolution_time")) == ([3_600], [14_400])


def test_a_complaint_that_is_answered_closed_corrected_and_made_again() -> None:
    becomes = {"before": {"complaint": False}, "after": {"complaint": True, "queue": "技术支持"}}
    facts = told(
        history(
            opened("11-23 10:00"),
            ("11-23 10:10", "complained", None, becomes),
            ("11-23 10:15", "corrected", LI, {"before": {"complaint": True}, "after": {"complaint": False}}),
            ("11-23 10:20", "called", LI, {}),
            ("11-23 10:30", "complained", None, becomes),
            ("11-23 10:45", "replied", LI, {}),
            ("11-23 11:30", "resolved", LI, {"before": {"cause": None}, "after": {"cause": "流程"}}),
        )
    )
    assert [fact.queue for fact in facts if fact.measure == "complaint"] == ["技术支持"] * 2
    assert (values(facts, "complaint_response"), values(facts, "complaint_closure")) == ([900], [3_600])
    assert [(fact.part, fact.agent) for fact in facts if fact.measure == "cause"] == [("流程", LI)]
    facts = told(history(opened("11-23 10:00", complaint=True), ("11-23 11:00", "withdrawn", None, {})))
    assert (values(facts, "complaint"), values(facts, "complaint_response")) == ([1], [])


def test_deadlines_are_kept_to_the_second_and_a_targets_first_reminder_is_its_breach() -> None:
    def clock(settled: str) -> Clock:
        return Clock("first_contact", at("11-23 10:00"), at("11-23 10:30"), "met", at(settled))

    reminded = ("11-23 12:00", "reminder", None, {"milestone": "confirmed"})
    record = history(
        opened("11-23 10:00"),
        held("11-23 10:01", "claimed", LI, None, LI),
        reminded,
        reminded,
        ("11-23 13:00", "breach", None, {"milestone": "assessed"}),
        clocks=(clock("11-23 10:30"), clock("11-23 10:30:01"), replace(clock("11-23 10:10"), state="cancelled")),
    )
    facts = told(record)
    assert (values(facts, "milestone_kept"), agents(facts, "milestone_kept")) == ([1], [LI])
    assert values(facts, "milestone_time") == [1_800, 1_801]
    assert [fact.part for fact in facts if fact.measure == "milestone_late"] == [
        "first_contact",
        "confirmed",
        "assessed",
    ]


def test_at_night_a_contact_counts_until_that_night_is_over() -> None:
    def contacted(when: str) -> list[int]:
        night = (opened("11-23 23:00"), held("11-23 23:10", "claimed", LI, None, LI), (when, "called", LI, {}))
        return values(told(history(*night)), "night_contacted")

    assert contacted("11-24 07:59:59") == [1]
    assert contacted("11-24 08:00") == []
    assert contacted("11-24 22:00") == []
    assert values(
        told(history(opened("11-23 20:59:59")), history(opened("11-23 21:00"), number=2)), "night_raised"
    ) == [1]


def test_ratings_are_of_whoever_solved_it_and_steps_wait_for_one_another() -> None:
    facts = told(
        history(
            opened("11-23 10:00"),
            held("11-23 10:01", "claimed", LI, None, LI),
            ("11-23 10:10", "step_done", LI, {}),
            ("11-23 10:20", "assessed", LI, {}),
            ("11-23 10:50", "step_done", WANG, {}),
            ("11-23 11:00", "step_done", LI, {}),
            ("11-23 11:10", "resolved", LI, {"after": {"state": "resolved"}}),
            ("11-23 12:00", "rated", None, {"score": 4}),
            ("11-23 12:01", "dimensions_rated", None, {"scores": {"response": 1, "expertise": 5}}),
            spells=(Spell(at("11-23 10:20"), 90), Spell(at("11-23 11:10"), 30), Spell(at("11-23 13:00"), 7)),
        )
    )
    assert (values(facts, "step_wait"), agents(facts, "step_wait")) == ([1_800, 600], [WANG, LI])
    assert (values(facts, "rated"), agents(facts, "rated")) == ([75], [LI])
    dimensions = {fact.part: fact.value for fact in facts if fact.measure == "rated_dimension"}
    assert dimensions == {"response": 0, "expertise": 100}
    assert values(facts, "handling_time") == [120]


def test_a_spell_over_a_solution_counts_up_to_it_and_from_it_on_for_the_next() -> None:
    facts = told(
        history(
            opened("11-23 10:00"),
            ("11-23 10:10", "resolved", LI, {"after": {"state": "resolved"}}),
            ("11-23 10:20", "reopened", None, {"after": {"state": "waiting"}}),
            ("11-23 10:30", "resolved", WANG, {"after": {"state": "resolved"}}),
            spells=(Spell(at("11-23 10:11"), 90), Spell(at("11-23 10:30:10"), 30)),
        )
    )
    assert values(facts, "handling_time") == [30, 60 + 20]


def test_a_talk_that_the_bot_answered_alone_and_one_that_needed_people() -> None:
    lines = (
        Said(1, 1, "customer", at("11-23 10:00"), known=False),
        Said(2, 1, "bot", at("11-23 10:00:04"), article="paper-jam"),
        Said(3, 1, "customer", at("11-23 10:01"), known=False, rejected="paper-jam"),
        Said(4, 1, "bot", at("11-23 10:01:02"), article="wifi-failed"),
        Said(5, 2, "customer", at("11-23 11:00"), "单号 DD20261123-04"),
        Said(6, 2, "bot", at("11-23 11:00:03"), article="paper-jam"),
        Said(
            7,
            2,
            "customer",
            at("11-23 12:00"),
            "AB-12 DD20261123-04 SN-88990017 DD20261123-04",
            ticket=1,
            queue="通用客服",
        ),
        Said(
            8,
            2,
            "customer",
            at("11-23 12:10"),
            "SN-88990017, DD20261123-04!",
            ticket=1,
            queue="通用客服",
            beside=frozenset({7, 8}),
        ),
    )
    record = history(opened("11-23 11:30"), talk=2)
    facts = told(record, said=lines, topics={"paper-jam": "故障", "wifi-failed": "故障"})
    assert (values(facts, "bot_answered"), values(facts, "bot_answer_time")) == ([1, 1, 1], [4, 2, 3])
    assert [(fact.channel, fact.value) for fact in facts if fact.measure == "bot_alone"] == [
        ("web", 1),
        ("telegram", 0),
    ]
    assert [fact.part for fact in facts if fact.measure == "bot_rejected"] == ["paper-jam"]
    assert (values(facts, "stranger_wrote"), values(facts, "customer_line")) == ([1], [1] * 5)
    assert [(fact.value, fact.queue) for fact in facts if fact.measure == "retold"] == [(2, "通用客服")]


def test_what_is_shown_is_read_from_the_histogram() -> None:
    assert (bucket(0), bucket(1), bucket(2), bucket(3_600)) == (-1, 0, 35, 413)
    assert percentile([0, 0, 10, 3_600], 0.5) == 0
    assert percentile([10, 3_600], 0.9) == round(1.02**413.5)
    assert percentile([], 0.9) is None
    day = at("11-23 10:00")
    facts = [Fact("raised", day, day.date(), 1, part="missed_twice"), Fact("resolved", day, day.date(), 1)] * 3
    facts += [Fact("merged", day, day.date(), 1), Fact("bot_answered", day, day.date(), 1)]
    found = rates(facts, {"missed_twice"})
    assert (found["resolution_rate"], found["bot_answer_rate"], found["fcr_rate"]) == (1.5, 0.25, None)
    assert within(facts, day.date(), day.date(), {"measure": "merged"}) == [facts[6]]
    held = [Fact("held", day, (day + timedelta(days=n)).date(), n, agent=LI) for n in (1, 2, 3)]
    assert load(held) == {LI: 2.0}
