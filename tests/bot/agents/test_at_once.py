"""Two people act on a ticket at the same moment on PostgreSQL: one after the other, nothing doubled, no deadlock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.agents.actions import Action, Claim, Correct, Record, Release, ReopenTicket, Resolve, Undo, act
from bot.agents.helping import AnswerTask, AskHelp, WithdrawTask
from bot.dialogue import intake
from bot.messages import Incoming
from bot.storage import database as storage
from bot.storage.database import Database
from bot.tickets.merging import merge_tickets
from bot.wording import refusals
from escalation.policy.model import Policy
from escalation.staff import Staff, staff_names
from escalation.tickets import audit, deadline_store, history, task_store, ticket_store
from escalation.tickets.correcting import Correction
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.vault import Vault
from tests.bot.scene import UNKNOWN, Scene
from tests.databases import VAULT
from tests.patience import patience

Move = Callable[[Connection], object]
DONE = "done"
MERGED = "这张工单已并入其他工单，请到那张工单上操作。"
OF_LI = "这张工单由客服li负责，只有经办人能这样操作。"


@pytest.fixture
def policy(policy: Policy) -> Policy:
    """As shipped: what was done can be taken back for a minute."""
    return replace(policy, dialogue=replace(policy.dialogue, undo_within=timedelta(minutes=1)))


@pytest.fixture
def busy(
    migrated_postgres: Any, policy: Policy, vault: Vault, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """A deadlock is an error here, not a reason to try again."""
    monkeypatch.setattr(storage, "is_worth_another_try", lambda _error: False)
    database = Database(migrated_postgres(), vault=VAULT)
    scene = Scene(database, policy, vault, clock)
    yield scene
    assert scene.read(audit.verify).faults == []
    database.close()


@pytest.fixture
def li(busy: Scene) -> Staff:
    """Holds the first ticket."""
    raised(busy)
    return busy.claimed_by(busy.staff("li"))


def raised(scene: Scene, address: str = "anna", customer: str = "C1001") -> int:
    visitor = scene.visitor(address, customer=customer)
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


def does(scene: Scene, who: Staff, action: Action, ticket_id: int = 1) -> Move:
    return lambda db: act(db, scene.rules, who, ticket_id, action, scene.now)


def merges(scene: Scene, who: Staff, gone: int, into: int) -> Move:
    return lambda db: merge_tickets(db, scene.rules, who, gone, into, scene.now)


def in_turn(scene: Scene, first: Move, second: Move) -> tuple[str, str]:
    """The second begins in the middle of the first; what either comes to: done, or the sentence of its refusal."""
    acted, go_on = Event(), Event()

    def slowly(db: Connection) -> None:
        try:
            first(db)
        finally:
            acted.set()
        assert go_on.wait(patience(30))

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(outcome, scene, slowly)
        assert acted.wait(patience(30))
        quick = threads.submit(outcome, scene, second)
        until_somebody_waits(scene, quick)
        go_on.set()
        return slow.result(patience(30)), quick.result(patience(30))


def outcome(scene: Scene, move: Move) -> str:
    try:
        scene.write(move)
    except Refused as refused:
        return refusals.refusal(refused.code, scene.read(staff_names).get(refused.holder_id or 0))
    return DONE


def until_somebody_waits(scene: Scene, quick: Any) -> None:
    """Look until PostgreSQL has a transaction waiting for another's row; what needs no lock may end before."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(5_000):
        if quick.done() or scene.read(lambda db: db.scalar(query)):
            return
    raise AssertionError("nobody waits")


def of(scene: Scene, number: int) -> Ticket:
    found: Ticket = scene.read(ticket_store.get_ticket, number)
    return found


def kinds(scene: Scene, number: int = 1) -> list[str]:
    return [row.kind for row in scene.read(history.history_of, number)]


def open_twice(scene: Scene, number: int = 1) -> list[str]:
    """Milestones of which more than one clock runs."""
    names = [row.milestone for row in scene.read(deadline_store.deadlines_of, number) if row.state == "open"]
    return [name for name in names if names.count(name) > 1]


@pytest.mark.parametrize("lead_first", [True, False])
def test_of_two_who_undo_the_same_one_does(busy: Scene, li: Staff, *, lead_first: bool) -> None:
    lead = busy.staff("zhou", "lead")
    busy.act(li, Resolve(why="当场解决"))
    both = [does(busy, lead, Undo()), does(busy, li, Undo())]
    first, second = both if lead_first else reversed(both)
    assert in_turn(busy, first, second) == (DONE, "没有可以撤销的操作。")
    assert (of(busy, 1).state, kinds(busy).count("undone"), open_twice(busy)) == ("claimed", 1, [])


def test_of_two_who_reopen_the_same_one_does(busy: Scene, li: Staff) -> None:
    busy.act(li, Resolve(why="当场解决"))
    again = does(busy, li, ReopenTicket())
    assert in_turn(busy, again, again) == (DONE, "这张工单还在处理中，不能这样操作。")
    assert (of(busy, 1).reopened, open_twice(busy)) == (1, [])


def test_undoing_and_reopening_the_same_resolution_do_one_of_them(busy: Scene, li: Staff) -> None:
    busy.act(li, Resolve(why="当场解决"))
    undo, reopen = does(busy, li, Undo()), does(busy, li, ReopenTicket())
    assert in_turn(busy, undo, reopen) == (DONE, "这张工单还在处理中，不能这样操作。")
    busy.act(li, Resolve(why="当场解决"))
    assert in_turn(busy, reopen, undo) == (DONE, "没有可以撤销的操作。")
    assert (of(busy, 1).reopened, open_twice(busy)) == (1, [])


def test_a_customer_who_writes_and_the_holder_take_the_resolution_back_once(busy: Scene, li: Staff) -> None:
    def writes(db: Connection) -> None:
        message = Incoming("web", "anna", f"anna:{busy.now}", "text", text="还是不行，又卡住了")
        intake.receive(db, busy.rules, message, None, busy.now)

    busy.act(li, Resolve(why="当场解决"))
    assert in_turn(busy, writes, does(busy, li, Undo())) == (DONE, "没有可以撤销的操作。")
    busy.clock.advance(minutes=5)
    busy.act(li, Resolve(why="当场解决"))
    assert in_turn(busy, does(busy, li, Undo()), writes) == (DONE, DONE)
    assert (of(busy, 1).state, of(busy, 1).reopened, open_twice(busy)) == ("claimed", 0, [])
    assert kinds(busy).count("undone") == 2


def test_set_before_a_resolution_it_stays_and_after_it_only_what_moves_no_clock(busy: Scene, li: Staff) -> None:
    marks = does(busy, li, Correct(Correction(gravity="major")))
    assert in_turn(busy, marks, does(busy, li, Resolve(why="当场解决"))) == (DONE, DONE)
    assert (of(busy, 1).state, of(busy, 1).gravity) == ("resolved", "major")
    assert busy.clock_of("executive").state == "cancelled"
    busy.act(li, Undo())
    unmarks = does(busy, li, Correct(Correction(gravity="")))
    assert in_turn(busy, does(busy, li, Resolve(why="当场解决")), unmarks) == (DONE, "这张工单已经结束，不能再操作。")
    assert of(busy, 1).gravity == "major"
    names = does(busy, li, Correct(Correction(topic="故障")))
    assert in_turn(busy, names, does(busy, li, Record("called"))) == (DONE, DONE)
    assert open_twice(busy) == []


WISHES = (
    Correction(topic="故障"),
    Correction(complaint=True),
    Correction(urgency="urgent"),
    Correction(gravity="major"),
)


@pytest.mark.parametrize("wish", WISHES)
def test_what_is_set_first_goes_over_and_afterwards_it_is_set_there(busy: Scene, li: Staff, wish: Correction) -> None:
    second = raised(busy, "bert", "C1002")
    lead = busy.staff("zhou", "lead")
    sets = does(busy, lead, Correct(wish))
    assert in_turn(busy, sets, merges(busy, lead, 1, second)) == (DONE, DONE)
    joined = of(busy, second)
    assert joined.gravity == (wish.gravity or "")
    assert joined.complaint is bool(wish.complaint)
    third = raised(busy, "carl", "C1003")
    sets = does(busy, lead, Correct(wish), third)
    assert in_turn(busy, merges(busy, lead, third, second), sets) == (DONE, MERGED)
    assert open_twice(busy, second) == []
    assert [row.state for row in busy.read(deadline_store.deadlines_of, third) if row.state == "open"] == []


def test_claimed_first_it_is_not_merged_away_and_merged_first_it_is_not_claimed(busy: Scene, li: Staff) -> None:
    second, third = raised(busy, "bert", "C1002"), raised(busy, "carl", "C1003")
    wang = busy.staff("wang")
    assert in_turn(busy, does(busy, li, Claim(), second), merges(busy, wang, second, third)) == (DONE, OF_LI)
    busy.act(li, Release(), second)
    assert in_turn(busy, merges(busy, wang, second, third), does(busy, li, Claim(), second)) == (DONE, MERGED)
    assert (of(busy, second).holder_id, of(busy, third).holder_id) == (None, None)


def test_a_claim_of_the_one_that_goes_on_stands_whichever_was_first(busy: Scene, li: Staff) -> None:
    second, third, fourth = (raised(busy, name, f"C100{number}") for number, name in enumerate(("b", "c", "d"), 1))
    wang = busy.staff("wang")
    assert in_turn(busy, does(busy, wang, Claim(), third), merges(busy, li, second, third)) == (DONE, DONE)
    assert (
        in_turn(busy, merges(busy, li, fourth, third), does(busy, li, Claim(), third))[1]
        == "这张工单已由客服wang认领。"
    )
    assert of(busy, third).holder_id == wang.id


def test_of_two_that_are_merged_into_one_another_one_goes_on(busy: Scene, li: Staff) -> None:
    second = raised(busy, "bert", "C1002")
    lead = busy.staff("zhou", "lead")
    assert in_turn(busy, merges(busy, lead, 1, second), merges(busy, lead, second, 1)) == (DONE, MERGED)
    assert [of(busy, 1).merged_into, of(busy, second).merged_into] == [second, None]


def test_two_are_merged_into_a_third_at_once(busy: Scene, li: Staff) -> None:
    second, third = raised(busy, "bert", "C1002"), raised(busy, "carl", "C1003")
    lead = busy.staff("zhou", "lead")
    assert in_turn(busy, merges(busy, lead, third, 1), merges(busy, lead, second, 1)) == (DONE, DONE)
    assert [of(busy, each).merged_into for each in (second, third)] == [1, 1]
    assert open_twice(busy) == []


def test_what_a_customer_writes_during_a_merge_is_read_on_the_one_that_goes_on(busy: Scene, li: Staff) -> None:
    second = raised(busy, "bert", "C1002")
    lead = busy.staff("zhou", "lead")

    def writes(db: Connection) -> None:
        intake.receive(db, busy.rules, Incoming("web", "bert", "bert:late", "text", text="还有一件事"), None, busy.now)

    assert in_turn(busy, merges(busy, lead, second, 1), writes) == (DONE, DONE)
    lines = busy.visitor("bert").lines()
    assert [line.ticket_id for line in lines if line.text == "还有一件事"] == [1]
    assert busy.clock_of("next_reply", 1).state == "open"
    assert kinds(busy, second)[-1] == "merged_away"


@pytest.mark.parametrize("answered_first", [True, False])
def test_help_is_answered_or_withdrawn_not_both(busy: Scene, li: Staff, *, answered_first: bool) -> None:
    deng = busy.staff("deng", queues=("技术支持",))
    busy.act(li, AskHelp(deng.id, "怎么配双机"))
    answers, withdraws = does(busy, deng, AnswerTask(1, "先停备机")), does(busy, li, WithdrawTask(1))
    if answered_first:
        assert in_turn(busy, answers, withdraws) == (DONE, "这项请求已由客服deng答复，不能再次答复。")
        state, clock = "answered", "met"
    else:
        assert in_turn(busy, withdraws, answers) == (DONE, "这项请求已经撤回，不用再答复。")
        state, clock = "withdrawn", "cancelled"
    assert [task.state for task in busy.read(task_store.tasks_of, 1)] == [state]
    assert [row.state for row in busy.clocks("internal_support", 1)] == [clock]
    assert sum(kind in ("task_answered", "task_withdrawn") for kind in kinds(busy)) == 1


def test_help_that_is_answered_while_the_ticket_ends_is_one_of_both(busy: Scene, li: Staff) -> None:
    deng = busy.staff("deng", queues=("技术支持",))
    busy.act(li, AskHelp(deng.id, "怎么配双机"))
    answers = does(busy, deng, AnswerTask(1, "先停备机"))
    assert in_turn(busy, does(busy, li, Resolve(why="当场解决")), answers)[1] == "工单已经结束，这项请求不用再答复。"
    assert [task.state for task in busy.read(task_store.tasks_of, 1)] == ["ended"]


def test_help_that_is_answered_while_its_ticket_is_merged_is_answered_there(busy: Scene, li: Staff) -> None:
    second = raised(busy, "bert", "C1002")
    lead, deng = busy.staff("zhou", "lead"), busy.staff("deng", queues=("技术支持",))
    busy.act(li, AskHelp(deng.id, "怎么配双机"), 1)
    answers = does(busy, deng, AnswerTask(1, "先停备机"), 1)
    assert in_turn(busy, merges(busy, lead, 1, second), answers) == (DONE, MERGED)
    assert outcome(busy, does(busy, deng, AnswerTask(1, "先停备机"), second)) == DONE
    assert [row.state for row in busy.clocks("internal_support", second)] == ["met"]
