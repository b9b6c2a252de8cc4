"""Facts are made as tickets and conversations go on, on both databases, whatever comes between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from bot.agents.actions import Record, Release, Reply, Resolve, Undo
from bot.measuring import day_end, history_stream
from bot.measuring.measuring_chores import MEASURING
from bot.transcript import conversations, message_store
from escalation.measures.day_closing import closed_days, rewritten_days
from escalation.measures.fact_store import open_days, save_facts
from escalation.measures.facts import Fact
from escalation.measures.figures import behind, sums
from escalation.measures.measure_tables import measure_blocks, measure_facts, measure_months, measure_streams
from escalation.measures.periods import ReportPeriod, parse_period
from escalation.measures.sums import ALL, Filters, Sum
from escalation.tickets.history import history_of
from tests.bot.measuring.measured import all_facts, measure
from tests.bot.scene import UNKNOWN, Scene

YEAR = ReportPeriod(date(2026, 1, 1), date(2027, 12, 31))


def counted(scene: Scene) -> Counter[str]:
    return Counter(fact.measure for fact in all_facts(scene) if fact.measure not in ("held", "organisations"))


def a_solved_ticket(scene: Scene, address: str = "anna") -> None:
    visitor = scene.visitor(address)
    visitor.say("转人工")
    visitor.say("打印机卡纸了，编号 A1234567")
    who = scene.claimed_by(scene.staff(f"li-{address}"))
    scene.pass_time(minutes=3)
    scene.act(who, Reply("请打开后盖取出卡住的纸。", f"{address}-reply"))
    scene.act(who, Resolve())
    scene.pass_time(minutes=2)


def test_a_ticket_is_measured_as_it_goes_on(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    measure(scene)
    a_solved_ticket(scene)
    measure(scene)
    found = counted(scene)
    assert found["raised"] == found["claimed"] == found["resolved"] == found["response_raised"] == 1
    [first] = [fact for fact in all_facts(scene) if fact.measure == "response_received"]
    assert (first.value, first.ticket_id, first.channel) == (180, scene.ticket.id, "web")


def test_what_was_there_before_is_measured_from_the_first_ticket(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    for name in ("anna", "ben", "cora"):
        a_solved_ticket(scene, name)
    measure(scene)
    assert counted(scene)["resolved"] == 3
    a_solved_ticket(scene, "dora")
    measure(scene)
    assert counted(scene)["resolved"] == 4
    assert counted(scene)["raised"] == 4


def test_looking_again_makes_nothing_twice(scene: Scene) -> None:
    a_solved_ticket(scene)
    measure(scene)
    before = counted(scene)
    scene.pass_time(minutes=30)
    measure(scene)
    assert counted(scene) == before


def test_what_may_still_be_taken_back_is_not_counted_yet(scene: Scene) -> None:
    measure(scene)
    scene.visitor().say("转人工")
    who = scene.claimed_by(scene.staff())
    measure(scene)
    assert counted(scene)["claimed"] == 0
    scene.act(who, Release())
    scene.act(who, Undo())
    scene.pass_time(minutes=2)
    measure(scene)
    assert counted(scene)["claimed"] == 1


@pytest.mark.parametrize("at_once", [1, 100])
def test_a_line_dated_in_the_future_holds_up_nothing_after_it(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    scene = scene_anywhere
    monkeypatch.setattr(history_stream, "AT_ONCE", at_once)
    measure(scene)
    scene.clock.advance(days=30)  # somebody sets the clock wrong …
    scene.visitor("ben").say("转人工")
    scene.clock.advance(days=-30)  # … and right again
    measure(scene)
    assert counted(scene)["raised"] == 0
    a_solved_ticket(scene)
    measure(scene)
    assert (counted(scene)["raised"], counted(scene)["resolved"]) == (2, 1)
    assert counted(scene)["customer_line"] == 3
    scene.pass_time(days=9)
    measure(scene)
    assert counted(scene)["fcr"] == 1
    assert scene.read(open_days, "", "2026-12-02") == []
    assert scene.read(open_days, "2026-12-03") == ["2026-12-23"]


def test_a_resolution_dated_in_the_future_is_judged_when_its_seven_days_are_over(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    measure(scene)
    scene.clock.advance(days=30)  # a clock that is wrong …
    a_solved_ticket(scene, "ben")
    scene.clock.advance(days=-30)
    a_solved_ticket(scene)
    scene.pass_time(days=9)
    measure(scene)
    assert [fact.ticket_id for fact in all_facts(scene) if fact.measure == "fcr"] == [2]
    again = scene.visitor("ben")
    again.say("转人工")
    again.say("打印机卡纸了，编号 A1234567")
    scene.pass_time(days=40)
    measure(scene)
    measure(scene)
    judged = [(fact.ticket_id, fact.value) for fact in all_facts(scene) if fact.measure == "fcr"]
    assert sorted(judged)[:2] == [(1, 1), (2, 1)]  # what came before the instant it says of itself came before it


@contextmanager
def _breaking(monkeypatch: pytest.MonkeyPatch, target: Any, name: str) -> Iterator[None]:
    def broken(*_: Any) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(target, name, broken)
        yield


def test_a_pass_that_is_cut_off_loses_nothing_and_counts_nothing_twice(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    for name in ("anna", "ben"):
        a_solved_ticket(scene, name)
    for _ in range(3):
        with _breaking(monkeypatch, history_stream, "advance"), pytest.raises(RuntimeError, match="power"):
            measure(scene)
    measure(scene)
    assert counted(scene)["resolved"] == counted(scene)["raised"] == 2


def test_of_two_replicas_one_takes_a_batch_and_the_other_leaves_it(postgres_scene: Scene) -> None:
    scene = postgres_scene
    measure(scene)
    a_solved_ticket(scene)
    with scene.database.engine.begin() as other:
        locked = select(measure_streams).where(measure_streams.c.name == "history").with_for_update()
        other.execute(locked).all()
        assert scene.write(history_stream.follow_some, scene.rules, scene.now) == 0
    assert scene.write(history_stream.follow_some, scene.rules, scene.now) > 0
    measure(scene)
    assert counted(scene)["resolved"] == 1


def test_lines_of_conversations_are_counted_with_their_customers_tier(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.visitor("chen", customer="C1001").say("怎么查订单")
    scene.visitor("anna").say("怎么查订单")
    scene.pass_time(minutes=2)
    measure(scene)
    found = all_facts(scene)
    assert (counted(scene)["customer_line"], counted(scene)["bot_answered"]) == (2, 1)
    known, stranger = (fact for fact in found if fact.measure == "customer_line")
    assert stranger.tier == scene.policy.default_tier
    assert known.tier == "特级"
    assert [fact.part for fact in found if fact.measure == "bot_answered"] == ["order-query"]
    assert {fact.topic for fact in found if fact.measure == "bot_answered"} == {"订单"}
    assert counted(scene)["stranger_wrote"] == 1


def test_taps_on_answers_are_counted(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    anna.tap("helpful:order-query")
    scene.visitor("ben").say("怎么开发票")
    scene.visitor("ben").tap("unhelpful:invoice-how")
    scene.pass_time(minutes=2)
    measure(scene)
    judged = [(fact.measure, fact.part) for fact in all_facts(scene) if fact.measure in ("bot_helped", "bot_rejected")]
    assert judged == [("bot_helped", "order-query"), ("bot_rejected", "invoice-how")]


def test_a_day_later_it_is_known_whether_the_bot_was_enough(scene: Scene) -> None:
    scene.visitor("anna").say("怎么查订单")
    ben = scene.visitor("ben")
    ben.say("怎么查订单")
    scene.pass_time(hours=1)
    ben.say("转人工")
    measure(scene)
    assert counted(scene)["bot_alone"] == 0
    scene.pass_time(hours=26)
    measure(scene)
    assert sorted(fact.value for fact in all_facts(scene) if fact.measure == "bot_alone") == [0, 1]


def test_an_answer_with_which_a_ticket_was_opened_was_not_enough_though_it_was_solved_the_same_day(
    scene: Scene,
) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    anna.say("转人工")  # at the same instant
    who = scene.claimed_by(scene.staff("li"))
    scene.act(who, Reply("您好，已经为您查到了。", "reply"))
    scene.act(who, Resolve())
    scene.pass_time(hours=30)
    measure(scene)
    assert [fact.value for fact in all_facts(scene) if fact.measure == "bot_alone"] == [0]


def test_of_two_answers_within_a_day_the_last_is_judged(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    scene.pass_time(hours=2)
    anna.say("怎么开发票")
    scene.pass_time(hours=48)
    measure(scene)
    assert [fact.value for fact in all_facts(scene) if fact.measure == "bot_alone"] == [1]


def test_what_a_customer_says_again_on_an_open_ticket_is_counted(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("转人工")
    anna.say("编号 A1234567，电话 13800138000")
    anna.say("我说过了，编号是 A1234567，电话 13800138000，还有 B7654321")
    scene.pass_time(minutes=2)
    measure(scene)
    assert [fact.value for fact in all_facts(scene) if fact.measure == "retold"] == [2]


def test_what_is_said_again_while_the_bot_waits_for_more_counts_on_the_ticket_that_it_opens(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("我的单号是 DD20261123-04")
    anna.say("DD20261123-04 还没发货", settle=False)
    anna.say("单号 DD20261123-04", settle=False)
    scene.pass_time(minutes=2)
    measure(scene)
    opened = scene.read(history_of, scene.ticket.id)[0]
    said = [fact for fact in all_facts(scene) if fact.measure == "retold"]
    assert [fact.value for fact in said] == [1, 1]
    assert all(fact.at < opened.at for fact in said)


def test_a_line_that_came_between_a_solution_and_its_taking_back_was_on_an_open_ticket(scene: Scene) -> None:
    scene.policy = replace(scene.policy, dialogue=replace(scene.policy.dialogue, undo_within=timedelta(seconds=30)))
    scene.rules = type(scene.rules)(scene.policy, scene.vault, scene.rules.index)
    anna = scene.visitor()
    anna.say("转人工")
    anna.say("编号 A1234567")
    who = scene.claimed_by(scene.staff())
    scene.act(who, Record("called"))
    scene.act(who, Resolve(why="当场解决"))
    number = scene.ticket.id
    talk = scene.read(conversations.get_conversation, scene.ticket.conversation_id)
    filed = replace(talk, ticket_id=number)
    scene.write(message_store.add_message, filed, "customer", "编号是 A1234567", scene.now)
    scene.clock.advance(seconds=5)
    scene.act(who, Undo(), number)
    scene.pass_time(minutes=2)
    measure(scene)
    assert [fact.value for fact in all_facts(scene) if fact.measure == "retold"] == [1]


def test_after_seven_days_it_is_known_whether_a_ticket_was_solved_at_once(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    a_solved_ticket(scene, "anna")
    a_solved_ticket(scene, "ben")
    scene.pass_time(days=2)
    again = scene.visitor("ben")
    again.say("转人工")
    again.say("打印机卡纸了，编号 A1234567")
    measure(scene)
    assert counted(scene)["fcr"] == 0
    scene.pass_time(days=6)
    measure(scene)
    assert [fact.value for fact in all_facts(scene) if fact.measure == "fcr"] == [1, 0]


def test_a_day_that_is_over_is_put_away_and_counts_as_before(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    measure(scene)
    a_solved_ticket(scene)
    measure(scene)
    before = scene.read(sums, parse_period("2026-11-23"))
    assert scene.count(measure_blocks) == 0
    scene.pass_time(hours=20)
    measure(scene)
    assert [day for day, _ in scene.read(lambda db: list(closed_days(db, "", "9")))] == ["2026-11-23"]
    assert scene.read(open_days, "2026-11-23", "2026-11-23") == []
    after = scene.read(sums, parse_period("2026-11-23"))
    late = {("held", ""), ("organisations", "")}
    assert {key: value for key, value in after[ALL].items() if key not in late} == before[ALL]
    assert scene.read(rewritten_days, "", "9") == {}


def test_at_the_end_of_a_day_what_people_hold_and_who_is_on_file_is_counted(scene: Scene) -> None:
    scene.know("C1001")
    measure(scene)
    scene.visitor().say("转人工")
    who = scene.claimed_by(scene.staff())
    scene.pass_time(hours=15)
    measure(scene)
    found = {fact.measure: fact for fact in all_facts(scene) if fact.measure in ("held", "organisations")}
    assert (found["held"].value, found["held"].staff_id) == (1, who.id)
    assert found["organisations"].value == 1
    there = found["held"].at.astimezone(scene.policy.zone)
    assert (there.date(), there.hour, there.minute, there.second) == (date(2026, 11, 23), 23, 59, 59)


def test_facts_that_come_late_are_put_with_their_day_and_that_is_told(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    measure(scene)
    a_solved_ticket(scene)
    scene.pass_time(days=3)
    measure(scene)
    late = Fact(scene.now - timedelta(days=3), "rated", 75, ticket_id=1)
    scene.write(save_facts, [late], scene.policy.zone)
    of_that_day = scene.read(sums, parse_period("2026-11-23"))[ALL]
    assert of_that_day["rated", ""] == Sum(1, 75, {})
    measure(scene)
    assert scene.read(rewritten_days, "", "9") == {"2026-11-23": scene.now}
    assert scene.read(sums, parse_period("2026-11-23"))[ALL] == of_that_day
    assert scene.read(open_days, "2026-11-23", "2026-11-23") == []


def test_a_whole_month_is_summed_once_and_counts_the_same(scene: Scene) -> None:
    measure(scene)
    a_solved_ticket(scene)
    scene.pass_time(days=1)
    measure(scene)
    november = parse_period("2026-11")
    ways = (None, "tier", "queue", "topic", "channel", "agent")
    before = {by: scene.read(sums, november, None, by) for by in ways}
    assert scene.count(measure_months) == 0
    scene.pass_time(days=10)
    measure(scene)
    assert scene.count(measure_months) == 6
    assert {by: scene.read(sums, november, Filters(channel="web"), by)[_group(by)] for by in ways[:1]}
    scene.write(lambda db: db.execute(delete(measure_months)))
    slowly = {by: scene.read(sums, november, None, by) for by in ways}
    measure(scene)
    assert {by: scene.read(sums, november, None, by) for by in ways} == slowly
    assert before[None][ALL]["resolved", ""] == slowly[None][ALL]["resolved", ""]


def test_answers_by_article_and_dimension_are_there_after_the_month_was_summed(scene: Scene) -> None:
    measure(scene)
    scene.visitor().say("怎么查订单")
    scene.pass_time(days=10)
    measure(scene)
    november = parse_period("2026-11")
    assert scene.count(measure_months) == 6
    assert scene.read(sums, november)[ALL]["bot_answered", "order-query"].number == 1
    [together] = [each for each in scene.read(sums, november, None, "topic").values() if ("bot_answered", "") in each]
    assert together["bot_answered", ""].number == 1
    apart = scene.read(sums, november, None, "topic", articles=True)
    assert apart["订单"]["bot_answered", "order-query"].number == 1


def test_each_month_and_dimension_is_summed_in_a_transaction_of_its_own(scene: Scene) -> None:
    measure(scene)
    a_solved_ticket(scene)
    scene.pass_time(days=40)
    for _, is_due, run in MEASURING[:5]:
        while scene.read(is_due, scene.rules, scene.now) and scene.write(run, scene.rules, scene.now):
            pass
    grown = []
    while scene.read(day_end.is_time_to_close, scene.rules, scene.now):
        before = scene.count(measure_months)
        assert scene.write(day_end.close_one, scene.rules, scene.now)
        grown.append(scene.count(measure_months) - before)
    assert {*grown} == {0, 1}
    assert sum(grown) == scene.count(measure_months) == 12


def _group(by: str | None) -> str:
    return ALL if by is None else by


def test_late_facts_make_the_month_be_summed_again(scene: Scene) -> None:
    measure(scene)
    a_solved_ticket(scene)
    scene.pass_time(days=10)
    measure(scene)
    scene.write(save_facts, [Fact(scene.now - timedelta(days=10), "rated", 75, ticket_id=1)], scene.policy.zone)
    november = parse_period("2026-11")
    assert scene.read(sums, november)[ALL]["rated", ""].number == 1
    measure(scene)
    assert scene.read(sums, november)[ALL]["rated", ""].number == 1
    assert scene.count(measure_months) == 6


def test_the_tickets_behind_a_number_are_those_one_may_see(scene: Scene) -> None:
    a_solved_ticket(scene, "anna")
    a_solved_ticket(scene, "ben")
    measure(scene)
    lead = scene.staff("lead", "lead")
    first, second = sorted(ticket.id for ticket in scene.tickets)
    wanted = (Filters(), ("resolved", ""))
    assert scene.read(behind, lead, YEAR, *wanted) == [first, second]
    assert scene.read(behind, lead, YEAR, *wanted, first) == [second]
    assert scene.read(behind, lead, YEAR, *wanted, 0, 1) == [first]
    elsewhere = scene.staff("other", "agent", ["投诉处理"])
    assert scene.read(behind, elsewhere, YEAR, *wanted) == []
    assert scene.read(behind, lead, YEAR, Filters(tier="特级"), ("resolved", "")) == []
    scene.pass_time(days=2)
    measure(scene)
    assert scene.read(behind, lead, YEAR, *wanted) == [first, second]


def test_a_day_waits_until_every_stream_is_past_it(scene: Scene) -> None:
    a_solved_ticket(scene)
    for _, is_due, run in MEASURING[:3]:
        while scene.read(is_due, scene.rules, scene.now) and scene.write(run, scene.rules, scene.now):
            pass
    scene.clock.advance(days=2)
    assert not scene.read(day_end.is_time_to_close, scene.rules, scene.now)
    assert scene.write(day_end.close_one, scene.rules, scene.now) is False


def test_nothing_is_written_while_messages_are_taken(scene: Scene) -> None:
    measure(scene)
    scene.visitor().say(UNKNOWN)
    assert scene.read(lambda db: db.scalar(select(func.count()).select_from(measure_facts))) == 0
