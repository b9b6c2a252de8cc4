"""What has been kept for its period goes in steps, the figures stay, the chains stay whole, and grounds are heeded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, func, select, update

from bot.agents.actions import Reply, Resolve
from bot.delivery.outbox import outbox
from bot.jobs.chores import CHORES
from bot.notifications.notice_tables import notices
from bot.privacy.agreeing import RightsRefused
from bot.privacy.carrying_out import carry_out_all
from bot.privacy.placing_holds import place_hold
from bot.privacy.retention_preview import Preview, preview
from bot.storage.seal_begin import begin
from bot.storage.seal_check import verify_seals
from bot.transcript import word_index
from bot.transcript.attachments import attachments
from bot.transcript.dead_letters import set_aside
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from escalation.customers.customer_notes import customer_notes
from escalation.customers.customer_rows import contacts
from escalation.customers.data_requests import requests_of
from escalation.journal.journal_check import JournalCount, verify_journal
from escalation.journal.journal_store import journal_lines, lines_of
from escalation.policy.retention import Retention
from escalation.tickets import audit
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.ticket_store import notes, tickets
from knowledge_base.adjusting.judged_store import judged_answers, save_judgement
from knowledge_base.gaps.gap_store import gaps
from tests.bot.privacy.marked import Marked, ground_of, marked
from tests.bot.scene import Scene

KEPT_FOR = timedelta(days=3 * 366)  # longer than any class of the shipped policy
[CHORE] = [each for each in CHORES if each.name == "what has been kept long enough"]
FIGURES = ("id", "tier", "queue", "topic", "urgency", "complaint", "state", "raised_at", "resolved_at", "rating")


@pytest.fixture
def person(scene_anywhere: Scene) -> Marked:
    """A customer whose matter has ended, in a database whose rows are sealed."""
    scene_anywhere.write(begin, scene_anywhere.now)
    return marked(scene_anywhere)


def run_all(scene: Scene) -> int:
    """Run the daily job until it is no longer due; return how many transactions that were."""
    steps = 0
    while scene.read(CHORE.is_due, scene.rules, scene.now):
        scene.write(CHORE.run, scene.rules, scene.now)
        steps += 1
    return steps


def faults(scene: Scene) -> list[str]:
    def look(db: Connection) -> list[str]:
        found = [*audit.verify(db).faults, *verify_journal(db, JournalCount()), *verify_seals(db)]
        return [str(fault) for fault in found]

    found: list[str] = scene.read(look)
    return found


def count(scene: Scene, table: Table) -> int:
    return int(scene.read(lambda db: db.scalar(select(func.count()).select_from(table))))


def said(scene: Scene) -> Iterator[str]:
    """All that customers and staff said that is still readable."""

    def look(db: Connection) -> list[str]:
        found = [text + str(meta or "") for text, meta in db.execute(select(messages.c.text, messages.c.meta))]
        found += [*db.scalars(select(tickets.c.subject)), *db.scalars(select(notes.c.text))]
        return [*found, *db.scalars(select(revisions.c.text))]

    return filter(None, scene.read(look))


def figures(scene: Scene) -> list[tuple[object, ...]]:
    of_tickets = select(*(tickets.c[name] for name in FIGURES)).order_by(tickets.c.id)
    of_deadlines = select(deadlines).order_by(deadlines.c.id)
    of_lines = select(messages.c.id, messages.c.at, messages.c.author, messages.c.ticket_id).order_by(messages.c.id)
    queries = (of_tickets, of_deadlines, of_lines)
    return scene.read(lambda db: [tuple(row) for query in queries for row in db.execute(query)])


def previews(scene: Scene) -> dict[str, Preview]:
    return {each.kind: each for each in preview(scene.read, scene.rules, scene.now)}


def test_where_the_policy_states_no_periods_nothing_ever_goes(person: Marked) -> None:
    scene = person.scene
    privacy = replace(scene.policy.privacy, retention=Retention())
    scene.rules = replace(scene.rules, policy=replace(scene.policy, privacy=privacy))
    before = list(said(scene))
    scene.clock.advance(days=40 * 366)
    assert run_all(scene) == 0
    assert scene.write(CHORE.run, scene.rules, scene.now) == 0
    assert previews(scene) == {}
    assert list(said(scene)) == before


def test_before_its_period_is_over_nothing_goes(person: Marked) -> None:
    scene = person.scene
    before = list(said(scene))
    scene.clock.advance(days=700)
    assert run_all(scene) == 1
    assert list(said(scene)) == before
    assert sum(each.going for each in previews(scene).values()) == 0


def test_what_was_said_goes_once_its_matter_ended_longer_ago_than_its_period(person: Marked) -> None:
    scene = person.scene
    before = figures(scene)
    scene.clock.advance(days=KEPT_FOR.days)
    run_all(scene)
    assert list(said(scene)) == []
    assert figures(scene) == before
    for table in (attachments, revisions, notes, notices, outbox, gaps):
        assert count(scene, table) == 0


def test_the_chains_and_seals_verify_afterwards_and_the_journal_says_how_much_went(person: Marked) -> None:
    scene = person.scene
    kept = scene.read(lambda db: dict(audit.heads(db)))
    scene.clock.advance(days=KEPT_FOR.days)
    run_all(scene)
    assert faults(scene) == []
    found = scene.read(audit.verify, None, kept)
    assert {by for by, _ in found.erased.of} == {"retention"}
    line = scene.read(lines_of, "retention")[-1]
    assert (line.what, line.by) == ("kept long enough", "system")
    assert line.after["lines"] == count(scene, messages)
    assert line.after["tickets"] == 1


def test_lines_of_the_journal_lose_what_they_say_but_not_what_was_done_by_whom(person: Marked) -> None:
    scene = person.scene
    scene.clock.advance(days=KEPT_FOR.days)
    run_all(scene)
    looked = scene.read(lines_of, "look:lin")[0]
    assert (looked.what, looked.by, looked.after, looked.erased_by) == (
        "customer file seen",
        "lin",
        {},
        "retention",
    )
    assert scene.read(lines_of, "seals")[0].after["shape"]


def test_the_search_forgets_the_words(person: Marked) -> None:
    scene = person.scene
    scene.clock.advance(days=KEPT_FOR.days)
    run_all(scene)
    while scene.read(word_index.are_behind):
        scene.write(word_index.write_some, scene.vault)
    assert count(scene, word_index.ticket_terms) == 0


def test_a_second_day_finds_nothing_more_and_a_second_run_of_a_day_is_none(person: Marked) -> None:
    scene = person.scene
    scene.clock.advance(days=KEPT_FOR.days)
    assert run_all(scene) > 5
    assert not scene.read(CHORE.is_due, scene.rules, scene.now)
    lines = count(scene, journal_lines)
    scene.clock.advance(days=1)
    assert run_all(scene) == 1
    assert count(scene, journal_lines) == lines


def test_while_a_ticket_is_open_its_conversation_stays(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    visitor = scene.visitor()
    visitor.say("打印机漏墨")
    visitor.say("转人工")
    scene.clock.advance(days=KEPT_FOR.days)
    before = list(said(scene))
    assert previews(scene)["lines"].kept == {"an open ticket": len(visitor.lines())}
    run_all(scene)
    assert list(said(scene)) == before
    lin = scene.claimed_by(scene.staff("lin", "admin"))
    scene.act(lin, Reply("处理好了。", "r1"))
    scene.act(lin, Resolve())
    scene.clock.advance(days=KEPT_FOR.days)
    run_all(scene)
    assert list(said(scene)) == []


def test_an_open_complaint_keeps_what_it_is_about(person: Marked) -> None:
    scene = person.scene
    scene.clock.advance(days=KEPT_FOR.days)
    complaining = {"conversation_id": 1, "complaint": True, "state": "waiting"}
    with_complaint = scene.ticket.id
    scene.write(lambda db: db.execute(update(tickets).where(tickets.c.id == with_complaint).values(**complaining)))
    found = previews(scene)
    assert found["tickets"].kept == {"an open complaint": 1}
    assert found["tickets"].going == 0
    assert found["lines"].kept["an open complaint"] > 0


@pytest.mark.parametrize("whose", ["contact", "ticket"])
def test_a_hold_keeps_what_it_names_until_its_day(person: Marked, whose: str) -> None:
    scene = person.scene
    scene.clock.advance(days=KEPT_FOR.days)
    until = scene.now.date() + timedelta(days=30)
    held = person.id if whose == "contact" else scene.ticket.id
    scene.write(place_hold, scene.rules, held, "诉讼", until, person.lin, scene.now)
    found = previews(scene)["tickets"]
    assert (found.going, found.kept) == (0, {f"诉讼 (until {until})": 1})
    run_all(scene)
    assert scene.read(lambda db: db.scalar(select(notes.c.text)))
    assert faults(scene) == []
    scene.clock.advance(days=31)
    run_all(scene)
    assert list(said(scene)) == []


def judge(scene: Scene, name: str) -> None:
    """The last answer was judged."""
    said = {"conversation_id": scene.visitor("f" * 32).conversation.id, "article_id": "a1", "confidence": 0.9}
    scene.write(lambda db: save_judgement(db, name, **said, is_right=True, told_by="customer", now=scene.now))


def test_notes_on_customers_dead_letters_and_judged_answers_go_with_their_class(person: Marked) -> None:
    scene = person.scene
    judge(scene, "l1")
    tables = {"customer_notes": customer_notes, "set_aside": set_aside, "judged": judged_answers}
    scene.clock.advance(days=3 * 365)
    run_all(scene)
    assert {name: count(scene, table) for name, table in tables.items()} == {
        "customer_notes": 1, "set_aside": 1, "judged": 0
    }  # fmt: skip
    scene.clock.advance(days=2)
    found = previews(scene)
    assert {name: (found[name].of_class, found[name].going) for name in tables} == {
        "customer_notes": ("transcript", 1), "set_aside": ("transcript", 1), "judged": ("gaps", 0)
    }  # fmt: skip
    run_all(scene)
    assert [count(scene, table) for table in tables.values()] == [0, 0, 0]
    assert faults(scene) == []
    assert scene.read(lines_of, "retention")[-1].after["customer_notes"] == 1


def test_of_more_of_them_than_a_batch_those_stay_whose_contact_is_held(person: Marked) -> None:
    scene = person.scene
    for place in range(450):
        judge(scene, f"l{place:03}")
    scene.clock.advance(days=KEPT_FOR.days)
    until = scene.now.date() + timedelta(days=30)
    scene.write(place_hold, scene.rules, person.id, "诉讼", until, person.lin, scene.now)
    run_all(scene)
    kept = {each.kind: sum(each.kept.values()) for each in previews(scene).values()}
    assert (kept["judged"], kept["customer_notes"], kept["set_aside"]) == (450, 1, 1)
    assert count(scene, judged_answers) == 450
    scene.clock.advance(days=31)
    run_all(scene)
    assert (count(scene, judged_answers), count(scene, customer_notes), count(scene, set_aside)) == (0, 0, 0)


def test_a_hold_is_refused_without_a_ground_and_for_a_day_that_is_over(person: Marked) -> None:
    scene = person.scene
    yesterday = scene.now.date() - timedelta(days=1)
    with pytest.raises(RightsRefused) as without:
        scene.write(place_hold, scene.rules, person.id, " ", date(2030, 1, 1), person.lin, scene.now)
    with pytest.raises(RightsRefused) as ended:
        scene.write(place_hold, scene.rules, person.id, "诉讼", yesterday, person.lin, scene.now)
    with pytest.raises(RightsRefused) as agent:
        scene.write(place_hold, scene.rules, person.id, "诉讼", date(2030, 1, 1), scene.staff("mei"), scene.now)
    assert str(without.value) == "A hold needs a ground in words and a last day."
    assert str(ended.value) == f"{yesterday} is over; a hold ends in the future."
    assert str(agent.value) == "mei is no administrator; only these carry out such requests."


def test_who_was_dropped_by_the_crm_and_is_silent_is_erased_without_two_approvals(
    person: Marked, tmp_path: Any
) -> None:
    scene = person.scene
    scene.write(lambda db: db.execute(update(contacts).where(contacts.c.id == person.id).values(left_at=scene.now)))
    scene.clock.advance(days=1000)
    run_all(scene)
    assert scene.read(requests_of, person.id, "erase") == []
    scene.clock.advance(days=200)
    assert previews(scene)["contacts"].going == 1
    run_all(scene)
    [request] = scene.read(requests_of, person.id, "erase")
    assert (request.state, request.authors, request.second_by) == ("running", "retention", None)
    assert carry_out_all(ground_of(scene, tmp_path / "data"), at_once=True) == 1
    assert scene.read(lambda db: db.scalar(select(contacts.c.id).where(contacts.c.id == person.id))) is None
    assert faults(scene) == []
    last = scene.read(lines_of, f"customer:{request.pseudonym}")[-1]
    assert (last.what, last.by) == ("customer erased", "retention")
    scene.clock.advance(days=KEPT_FOR.days)
    run_all(scene)
    assert previews(scene)["contacts"].going == 0, "what stands for them is no contact who was dropped"


def test_who_wrote_since_stays(person: Marked) -> None:
    scene = person.scene
    scene.write(lambda db: db.execute(update(contacts).where(contacts.c.id == person.id).values(left_at=scene.now)))
    scene.clock.advance(days=600)
    scene.visitor("5550417", "telegram").say("你好")
    scene.clock.advance(days=600)
    assert previews(scene)["contacts"].going == 0


def test_of_more_than_a_batch_every_line_goes(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = scene.visitor()
    for _ in range(70):
        visitor.say("怎么查订单")
    scene.clock.advance(days=KEPT_FOR.days)
    assert previews(scene)["lines"].going == len(visitor.lines()) == 140
    run_all(scene)
    assert list(said(scene)) == []


def test_the_early_lines_of_a_matter_that_ended_late_stay_with_it(person: Marked) -> None:
    scene = person.scene
    scene.clock.advance(days=600)
    scene.write(lambda db: db.execute(update(tickets).values(resolved_at=scene.now, closed_at=None)))
    scene.clock.advance(days=600)
    before = list(said(scene))
    run_all(scene)
    of_ticket = select(func.count()).select_from(messages).where(messages.c.ticket_id == scene.ticket.id)
    assert len(before) > len(list(said(scene))) > scene.read(lambda db: db.scalar(of_ticket))
