"""One action of staff is one transaction: permission, desk, words, notices; a claim never lands amid a message."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.agents import reply
from bot.agents.actions import MAX_REPLY, Claim, Note, Record, Release, Reply, Resolve, Transfer, act, act_in_sight
from bot.dialogue import intake
from bot.messages import Incoming
from bot.storage.database import Database
from bot.transcript.message_store import messages
from escalation import staff
from escalation.policy.model import Policy
from escalation.tickets import ticket_store
from escalation.tickets.history import ticket_events
from escalation.tickets.lifecycle import Refused
from escalation.vault import Vault
from tests.bot.races import both_at_once
from tests.bot.scene import ORDER, Scene, ScriptedRules
from tests.patience import patience


def with_ticket(scene: Scene, channel: str = "web") -> Any:
    anna = scene.visitor(channel=channel)
    anna.say("人工")
    return anna


def test_a_reply_reaches_the_customer_and_settles_the_first_contact_in_one_transaction(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = with_ticket(scene, "telegram"), scene.staff()
    scene.act(li, Claim())
    scene.act(li, Reply("  您好，我来帮您。 \n", "1"))
    assert anna.read() == ["您好，我来帮您。"]
    line = anna.lines()[-1]
    assert (line.author, line.staff_id, line.meta["name"], line.ticket_id) == (
        "agent",
        li.id,
        "客服li",
        scene.ticket.id,
    )
    assert scene.posted("telegram")[-1].text == "您好，我来帮您。"
    assert scene.clock_of("first_contact").state == "met"


def test_a_reply_that_fails_in_the_end_settled_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, li = with_ticket(scene, "telegram"), scene.staff()
    scene.act(li, Claim())

    def breaks(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(reply.outbox, "post", breaks)
    with pytest.raises(RuntimeError):
        scene.act(li, Reply("您好", "1"))
    monkeypatch.undo()
    assert (anna.read(), scene.clock_of("first_contact").state, scene.ticket.first_contact_at) == ([], "open", None)
    scene.act(li, Reply("您好", "1"))
    assert anna.read() == ["您好"]


def test_a_form_sent_twice_is_one_reply(scene: Scene) -> None:
    anna, li = with_ticket(scene), scene.staff()
    scene.act(li, Claim())
    for _ in range(3):
        scene.act(li, Reply("您好", "same"))
    scene.act(li, Reply("还在吗", "other"))
    assert anna.read() == ["您好", "还在吗"]


@pytest.mark.parametrize(("reply", "code"), [("", "empty"), (" \n\t", "empty"), ("x" * (MAX_REPLY + 1), "too_long")])
def test_a_reply_must_say_something_and_not_too_much(scene: Scene, reply: str, code: str) -> None:
    li = scene.staff()
    with_ticket(scene)
    scene.act(li, Claim())
    with pytest.raises(Refused, match=code):
        scene.act(li, Reply(reply, "1"))


def test_only_the_holder_replies_and_a_refusal_writes_nothing(scene: Scene) -> None:
    with_ticket(scene)
    li, wang = scene.staff("li"), scene.staff("wang")
    with pytest.raises(Refused, match="unclaimed"):
        scene.act(li, Reply("您好", "1"))
    scene.act(li, Claim())
    before = scene.count(messages), scene.count(ticket_events)
    for action in (
        Reply("您好", "1"),
        Release(),
        Record("called"),
        Resolve(why="当场解决"),
        Transfer("技术支持", None),
    ):
        with pytest.raises(Refused, match="not_holder"):
            scene.act(wang, action)
    with pytest.raises(Refused, match="claimed_by_other"):
        scene.act(wang, Claim())
    assert (scene.count(messages), scene.count(ticket_events)) == before
    scene.act(li, Reply("您好", "1"))  # the key a refused reply used is still free


def test_a_note_never_reaches_the_customer(scene: Scene) -> None:
    anna, li = with_ticket(scene, "telegram"), scene.staff()
    scene.act(li, Claim())
    before = len(scene.posted("telegram"))
    scene.act(li, Note("客户很着急，内部备注"))
    assert anna.read() == []
    assert len(scene.posted("telegram")) == before
    assert [row.text for row in scene.read(ticket_store.notes_of, scene.ticket.id)] == ["客户很着急，内部备注"]


def test_transferred_to_a_colleague_it_is_theirs_and_they_are_told(scene: Scene) -> None:
    with_ticket(scene)
    li, wang = scene.staff("li"), scene.staff("wang")
    scene.act(li, Claim())
    scene.act(li, Transfer("技术支持", wang.id))
    assert (scene.ticket.holder_id, scene.ticket.queue) == (wang.id, "技术支持")
    assert scene.notices("rerouted") == [("rerouted", "staff", str(wang.id))]


def test_nobody_disabled_or_unknown_receives_a_ticket(scene: Scene) -> None:
    with_ticket(scene)
    li, wang = scene.staff("li"), scene.staff("wang")
    scene.write(staff.disable_staff, "wang", scene.now)
    scene.act(li, Claim())
    for number in (wang.id, 4711):
        with pytest.raises(Refused, match="unknown_staff"):
            scene.act(li, Transfer("技术支持", number))


def test_released_it_waits_again_and_the_bot_serves_exact_hits(scene: Scene) -> None:
    anna, li = with_ticket(scene), scene.staff()
    scene.act(li, Claim())
    anna.read()
    assert anna.say("怎么查订单") == []
    scene.act(li, Release())
    assert anna.say("怎么查订单") == [ORDER.answer]


def test_resolved_twice_is_refused(scene: Scene) -> None:
    with_ticket(scene)
    li = scene.claimed_by(scene.staff())
    scene.act(li, Resolve(why="当场解决"))
    for action in (Resolve(why="当场解决"), Claim(), Release(), Transfer("技术支持", None)):
        with pytest.raises(Refused, match="finished"):
            scene.act(li, action)


def test_no_such_ticket(scene: Scene) -> None:
    with pytest.raises(Refused, match="not_found"):
        scene.act(scene.staff(), Claim(), 4711)


# ── at the same time, on PostgreSQL ───────────────────────────────────


@pytest.fixture
def busy(migrated_postgres: Any, policy: Policy, vault: Vault, clock: Any) -> Iterator[Scene]:
    database = Database(migrated_postgres())
    yield Scene(database, policy, vault, clock)
    database.close()


def until_somebody_waits(scene: Scene) -> None:
    """Look until PostgreSQL has a transaction waiting for another's row."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(5_000):
        if scene.read(lambda db: db.scalar(query)):
            return
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("what", ["a message", "a claim", "a reply"])
def test_whoever_writes_locks_the_conversation_first_and_the_ticket_second(busy: Scene, what: str) -> None:
    anna, li = with_ticket(busy), busy.staff()
    if what == "a reply":
        busy.act(li, Claim())
    seen: list[str] = []
    event.listen(busy.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    if what == "a message":
        anna.send("text", text="在吗")
    else:
        busy.act(li, Claim() if what == "a claim" else Reply("您好", "1"))
    locks = [place for place, sql in enumerate(seen) if "FOR NO KEY UPDATE" in sql]
    assert ["conversations" in seen[place].rpartition(" FROM ")[2] for place in locks[:2]] == [True, False]
    assert "FROM tickets" in seen[locks[1]]
    assert not [sql for sql in seen[: locks[0]] if sql.startswith(("INSERT INTO messages", "UPDATE"))]


class Pausing(ScriptedRules):
    """Thinks until told to go on."""

    thinking: Event
    go_on: Event

    def rank(self, *args: Any) -> Any:
        """Say that we are in the middle of a transaction, and wait there."""
        self.thinking.set()
        assert self.go_on.wait(patience(30))
        return super().rank(*args)


def test_a_claim_waits_for_the_message_being_taken_in_and_its_answer_comes_first(busy: Scene) -> None:
    anna, li = with_ticket(busy), busy.staff()
    slow = Pausing(busy.policy, busy.vault, busy.rules.index)
    object.__setattr__(slow, "thinking", Event())
    object.__setattr__(slow, "go_on", Event())
    message = Incoming("web", "anna", "anna:late", "text", text="怎么查订单")
    with ThreadPoolExecutor(2) as threads:
        taking_in = threads.submit(busy.write, intake.receive, slow, message, None, busy.now)
        assert slow.thinking.wait(patience(30))
        claiming = threads.submit(busy.act, li, Claim())
        until_somebody_waits(busy)
        slow.go_on.set()
        taking_in.result()
        claiming.result()
    anna.read()
    assert anna.lines()[-1].text == ORDER.answer  # committed before the claim
    assert busy.ticket.holder_id == li.id
    assert anna.say("安装人工费多少钱") == []


def test_a_message_that_comes_during_the_claim_gets_no_answer_from_the_bot(busy: Scene) -> None:
    anna, li = with_ticket(busy), busy.staff()
    anna.read()
    claimed, go_on = Event(), Event()
    number = busy.ticket.id

    def slow_claim(db: Connection) -> None:
        act(db, busy.rules, li, number, Claim(), busy.now)
        claimed.set()
        assert go_on.wait(patience(30))

    with ThreadPoolExecutor(2) as threads:
        claiming = threads.submit(busy.write, slow_claim)
        assert claimed.wait(patience(30))
        taking_in = threads.submit(anna.send, "text", text="怎么查订单")
        until_somebody_waits(busy)
        go_on.set()
        claiming.result()
        taking_in.result()
    assert anna.read() == []


def test_two_agents_claim_at_once_one_wins_and_the_other_is_told(busy: Scene) -> None:
    with_ticket(busy)
    both = [busy.staff("li"), busy.staff("wang")]

    def attempt(who: staff.Staff) -> str:
        try:
            busy.act(who, Claim(), 1)
        except Refused as refusal:
            return refusal.code
        return "won"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(attempt, both)) == ["claimed_by_other", "won"]


def test_the_same_message_through_two_doors_at_once_is_one(busy: Scene) -> None:
    anna = busy.visitor()
    with ThreadPoolExecutor(4) as threads:
        receipts = list(threads.map(lambda _: anna.send("text", text="人工", key="same"), range(4)))
    assert [receipt.duplicate for receipt in receipts].count(False) == 1
    assert len(busy.tickets) == 1


def test_messages_of_one_address_at_once_are_all_kept_and_open_one_ticket(busy: Scene) -> None:
    anna = busy.visitor()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: anna.send("text", text="人工", key=str(number)), range(8)))
    assert len([line for line in anna.lines() if line.author == "customer"]) == 8
    assert len(busy.tickets) == 1


def test_a_claim_that_waits_for_a_complaint_about_who_claims_is_refused(busy: Scene) -> None:
    anna, li = with_ticket(busy), busy.staff()
    busy.staff("han")
    number = busy.ticket.id
    busy.act(li, Claim())
    busy.act(li, Release())
    message = Incoming("web", anna.address, "anna:complains", "text", text="我要投诉你们的技术员，他向我索要红包")
    _, refused = both_at_once(
        busy,
        lambda db: intake.receive(db, busy.rules, message, None, busy.now),
        lambda db: act_in_sight(db, busy.rules, li, number, Claim(), busy.now),
    )
    assert isinstance(refused, Refused)
    assert refused.code == "forbidden"
    assert busy.ticket.holder_id is None
