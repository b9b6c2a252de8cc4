"""Within a minute what was done can be taken back, and until then its customer hears nothing of a resolution."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Claim, Note, Record, Release, ReopenTicket, Reply, Resolve, Transfer, Undo
from bot.dialogue import intake
from bot.transcript import waking
from bot.wording import refusals
from escalation.policy.model import Policy
from escalation.tickets import audit, history
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene

MINUTE = timedelta(minutes=1)


@pytest.fixture
def policy(policy: Policy) -> Policy:
    """As shipped: what was done can be taken back for a minute."""
    return replace(policy, dialogue=replace(policy.dialogue, undo_within=MINUTE))


def at_work(scene: Scene, customer: str | None = None) -> tuple[Any, Any]:
    anna, li = scene.visitor(customer=customer), scene.staff()
    anna.say("人工")
    scene.act(li, Claim())
    scene.act(li, Reply("您好，我来处理。", "12345678"))
    anna.read()
    return anna, li


def clocks(scene: Scene) -> list[tuple[Any, ...]]:
    """What runs: milestone, start, end, whether it stands still."""
    from escalation.tickets import deadline_store

    rows = scene.read(deadline_store.deadlines_of, scene.ticket.id)
    return sorted((row.milestone, row.started_at, row.due_at, row.paused_at) for row in rows if row.state == "open")


def sound(scene: Scene) -> None:
    assert scene.read(audit.verify).faults == []


def sentence_of(refused: Any) -> str:
    return refusals.refusal(refused.value.code, "客服li")


def test_the_customer_hears_of_the_resolution_when_the_minute_is_over(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    assert anna.read() == []
    scene.pass_time(seconds=59)
    assert anna.read() == []
    scene.pass_time(seconds=1)
    assert anna.read() == [scene.sentence("anything_else")]


@pytest.mark.parametrize(
    "action", [Resolve(why="当场解决"), Release(), Transfer("技术支持", None), Record("waiting_for_customer")]
)
def test_undone_everything_runs_as_if_it_had_never_been(scene_anywhere: Scene, action: Any) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    before, running = scene.ticket, clocks(scene)
    lines = len(scene.read(history.history_of, before.id))
    scene.clock.advance(seconds=5)
    scene.act(li, action)
    assert scene.ticket != before
    scene.clock.advance(seconds=30)
    scene.act(li, Undo())
    assert (scene.ticket, clocks(scene)) == (before, running)
    assert len(scene.read(history.history_of, before.id)) > lines + 1
    sound(scene)
    scene.pass_time(minutes=5)
    assert anna.read() == []


def test_what_was_met_by_it_is_owed_again(scene: Scene) -> None:
    anna, li = scene.visitor(customer="C1001"), scene.staff()
    anna.say("人工")
    scene.act(li, Claim())
    running = clocks(scene)
    scene.clock.advance(seconds=5)
    scene.act(li, Record("called"))
    assert scene.clock_of("first_contact").state == "met"
    scene.act(li, Undo())
    assert (clocks(scene), scene.ticket.first_contact_at) == (running, None)
    scene.act(li, Record("called"))
    assert scene.clock_of("first_contact").state == "met"


def test_a_breach_that_is_owed_again_is_told_again_and_again(scene: Scene) -> None:
    anna, li = scene.visitor(customer="C1001"), scene.staff()
    anna.say("人工")
    scene.act(li, Claim())
    scene.pass_time(minutes=21)
    coming = scene.clock_of("first_contact").next_at  # again after five minutes, before the next step
    assert coming is not None
    scene.act(li, Record("called"))
    scene.act(li, Undo())
    assert scene.clock_of("first_contact").next_at == coming


def test_a_wait_that_is_undone_has_cost_no_time(scene: Scene) -> None:
    _, li = at_work(scene)
    due = scene.clock_of("answer_fixed").due_at
    scene.act(li, Record("waiting_for_customer"))
    scene.clock.advance(seconds=50)
    scene.act(li, Undo())
    assert scene.clock_of("answer_fixed").due_at == due


def test_a_wait_that_its_customer_has_ended_costs_no_time_either_once_it_is_undone(scene: Scene) -> None:
    anna, li = at_work(scene)
    due = scene.clock_of("answer_fixed").due_at
    scene.act(li, Record("waiting_for_customer"))
    scene.clock.advance(seconds=30)
    anna.say("我看过了")
    assert scene.clock_of("answer_fixed").due_at > due
    scene.clock.advance(seconds=10)
    scene.act(li, Undo())
    assert (scene.ticket.waits_since, scene.clock_of("answer_fixed").due_at) == (None, due)


def test_a_resolution_undone_while_it_waited_waits_again(scene: Scene) -> None:
    anna, li = at_work(scene)
    scene.act(li, Record("waiting_for_customer"))
    since = scene.now
    scene.clock.advance(minutes=30)
    running = clocks(scene)
    scene.act(li, Resolve(why="当场解决"))
    scene.clock.advance(seconds=10)
    scene.act(li, Undo())
    assert (scene.ticket.waits_since, clocks(scene)) == (since, running)
    anna.say("我看过了")
    assert scene.ticket.waits_since is None


def test_the_colleague_to_whom_it_was_passed_hears_that_it_is_taken_back(scene: Scene) -> None:
    _, li = at_work(scene)
    wang = scene.staff("wang")
    scene.act(li, Transfer("技术支持", wang.id))
    scene.act(li, Undo())
    assert scene.ticket.holder_id == li.id
    assert scene.notices("rerouted")[-1] == ("rerouted", "staff", str(wang.id))


def test_after_a_minute_nothing_is_undone(scene: Scene) -> None:
    _, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    scene.clock.advance(seconds=61)
    with pytest.raises(Refused) as refused:
        scene.act(li, Undo())
    assert sentence_of(refused) == "已过了可以撤销的时间，不能再撤销。"


def test_a_reply_cannot_be_undone(scene: Scene) -> None:
    _, li = at_work(scene)
    with pytest.raises(Refused) as refused:
        scene.act(li, Undo())
    assert sentence_of(refused) == "没有可以撤销的操作。"


def test_only_whoever_did_it_or_a_lead_undoes_it(scene: Scene) -> None:
    _, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    with pytest.raises(Refused) as refused:
        scene.act(scene.staff("wang"), Undo())
    assert sentence_of(refused) == "这是客服li的操作，只有本人或组长能撤销。"
    scene.act(scene.staff("zhou", "lead"), Undo())
    assert scene.ticket.state == "claimed"


def test_what_was_undone_is_not_undone_twice(scene: Scene) -> None:
    _, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    scene.act(li, Undo())
    with pytest.raises(Refused, match="nothing_to_undo"):
        scene.act(li, Undo())


def test_what_a_colleague_has_taken_meanwhile_is_not_taken_back(scene: Scene) -> None:
    _, li = at_work(scene)
    scene.act(li, Release())
    scene.act(scene.staff("wang"), Claim())
    with pytest.raises(Refused, match="nothing_to_undo"):
        scene.act(li, Undo())


def test_a_customer_who_goes_on_writing_in_that_minute_finds_it_open(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    scene.clock.advance(seconds=20)
    assert anna.say("还是不行，又卡住了") == []
    assert (scene.ticket.state, scene.ticket.holder_id, scene.ticket.reopened) == ("claimed", li.id, 0)
    assert scene.notices("rerouted")[-1] == ("rerouted", "staff", str(li.id))
    assert scene.clock_of("next_reply").state == "open"
    with pytest.raises(Refused, match="nothing_to_undo"):
        scene.act(li, Undo())  # it is taken back already
    scene.pass_time(minutes=5)
    assert anna.read() == []


def test_thanks_in_that_minute_leave_it_solved(scene: Scene) -> None:
    anna, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    assert anna.say("好的，谢谢") == []
    assert scene.ticket.state == "resolved"
    scene.pass_time(minutes=1)
    assert anna.read() == [scene.sentence("anything_else")]


def test_the_minute_survives_the_process_that_began_it(scene: Scene) -> None:
    """Nothing but rows knows of it: a process that starts later asks the customer."""
    anna, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    assert scene.read(waking.next_wake) == scene.now + MINUTE
    scene.clock.advance(hours=2)
    due = scene.read(waking.due_conversations, scene.now)
    for _ in range(2):
        scene.write(intake.continue_held, scene.rules, due[0].id, None, scene.now)
    assert anna.read() == [scene.sentence("anything_else")]


def test_a_person_reopens_a_ticket_long_after_it_was_closed(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    scene.pass_time(days=40)
    assert scene.ticket.state == "closed"
    scene.act(li, ReopenTicket())
    assert (scene.ticket.state, scene.ticket.reopened) == ("waiting", 1)
    assert scene.clock_of("first_contact").started_at == scene.now
    scene.act(li, Claim())
    anna.read()
    anna.say("机器又坏了")
    assert scene.clock_of("next_reply").state == "open"
    with pytest.raises(Refused, match="not_finished"):
        scene.act(li, ReopenTicket())


def test_a_finished_ticket_can_be_written_on_and_stays_finished(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    scene.act(li, Resolve(why="当场解决"))
    scene.pass_time(minutes=2)
    anna.read()
    scene.act(li, Reply("补充一下，发票明天寄出。", "22345678"))
    scene.act(li, Note("已告知发票"))
    assert anna.read() == ["补充一下，发票明天寄出。"]
    assert scene.ticket.state == "resolved"
    with pytest.raises(Refused, match="not_holder"):
        scene.act(scene.staff("wang"), Reply("您好", "32345678"))
    scene.act(li, Reply("我再看一下。", "42345678", reopens=True))
    assert (scene.ticket.state, scene.ticket.holder_id) == ("claimed", li.id)
    assert scene.clock_of("first_contact").state == "met"


@pytest.mark.parametrize("action", [Release(), Transfer("技术支持", None)])
def test_undoing_brings_no_complaint_back_to_whom_it_is_closed(scene_anywhere: Scene, action: Any) -> None:
    scene = scene_anywhere
    anna, li = scene.visitor(), scene.staff()
    lead = scene.staff("han", "lead")
    anna.say("转人工")
    scene.act(li, Claim())
    scene.act(li, action)
    scene.clock.advance(seconds=20)
    anna.say("我要投诉你们的技术员，他向我索要红包")
    assert li.id in scene.ticket.closed
    for who, code in ((li, "forbidden"), (lead, "undo_overtaken")):
        with pytest.raises(Refused, match=code):
            scene.act(who, Undo())
    assert scene.ticket.holder_id is None
