"""What is wanted of topics is written down with its cause, keeps its place, and is taken by one replica at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.agents.actions import Claim, Note
from bot.jobs.recompute import recompute_some
from bot.notifications import paging
from bot.notifications.staff_chat import DESK
from bot.topic_sync import topic_groups, topics, work_queue
from bot.topic_sync.work_queue import TopicWork
from escalation.tickets import ticket_store
from tests.bot.scene import Scene
from tests.bot.topic_rows import topic_of
from tests.patience import patience

GROUP, OTHER = -1001000000001, -1001000000002


@pytest.fixture
def desk(scene: Scene) -> Scene:
    return furnished(scene)


@pytest.fixture
def desk_anywhere(scene_anywhere: Scene) -> Scene:
    return furnished(scene_anywhere)


def furnished(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, topic_groups=(GROUP, OTHER), staff_chat=DESK)
    return scene


def topic(scene: Scene, ticket: int | None = None) -> TopicWork:
    found: TopicWork | None = scene.read(topic_of, ticket or scene.ticket.id)
    assert found is not None
    return found


def at_rest(scene: Scene, **values: Any) -> None:
    """Every topic shows what it should."""
    scene.write(lambda db: db.execute(update(topics.topics).values(wanted_at=None, **values)))


def test_a_hand_over_an_action_a_note_and_a_message_are_wanted(desk: Scene) -> None:
    visitor = desk.visitor()
    visitor.say("人工")
    assert topic(desk).wanted_at is not None
    who = desk.staff()
    for act in (Claim(), Note("看过了")):
        at_rest(desk)
        desk.act(who, act)
        assert topic(desk).wanted_at is not None
    at_rest(desk)
    visitor.say("型号是 M227")
    assert topic(desk).wanted_at is not None


def test_a_broken_promise_is_wanted_so_that_the_card_says_so(desk: Scene) -> None:
    desk.visitor().say("人工")
    at_rest(desk)
    desk.pass_time(hours=3)
    assert topic(desk).wanted_at is not None


def test_clocks_computed_anew_are_wanted(desk: Scene) -> None:
    desk.visitor().say("人工")
    at_rest(desk)
    desk.rules = replace(desk.rules, policy=replace(desk.policy, calendars_version=7))
    desk.write(recompute_some, desk.rules, desk.now)
    assert topic(desk).wanted_at is not None


def test_what_happens_while_the_desk_looks_at_a_topic_is_not_taken_for_shown(desk_anywhere: Scene) -> None:
    desk_anywhere.visitor().say("人工")
    number, looking, looked = desk_anywhere.ticket.id, Event(), Event()

    def look(db: Connection) -> None:
        found = work_queue.next_topic(db, desk_anywhere.rules, desk_anywhere.now)
        assert found is not None
        looking.set()
        looked.wait(0.5)  # on PostgreSQL the other cannot get by, and is waited for in vain
        work_queue.change_topic(db, found, wanted_at=None)

    def change() -> None:
        looking.wait(patience(10))
        desk_anywhere.write(topics.want_again, [number], desk_anywhere.now)
        looked.set()

    with ThreadPoolExecutor(2) as pool:
        for done in (pool.submit(desk_anywhere.write, look), pool.submit(change)):
            done.result(patience(20))
    assert topic(desk_anywhere).wanted_at is not None


def test_nothing_is_wanted_where_there_is_no_desk(scene: Scene) -> None:
    scene.visitor().say("人工")
    assert scene.count(topics.topics) == 0


def test_a_ticket_in_which_much_happens_keeps_its_place_in_the_line(desk_anywhere: Scene) -> None:
    desk_anywhere.visitor().say("人工")
    since = topic(desk_anywhere).wanted_at
    desk_anywhere.clock.advance(seconds=9)
    desk_anywhere.write(topics.want, {desk_anywhere.ticket.id: 2}, desk_anywhere.now)
    assert (topic(desk_anywhere).wanted_at, topic(desk_anywhere).rank) == (since, 2)


def test_danger_goes_before_every_tier(desk: Scene) -> None:
    desk.visitor("a").say("人工")
    desk.visitor("b", customer="C1002").say("打印机冒烟了")
    assert topic(desk).rank == 0
    found = desk.write(work_queue.next_topic, desk.rules, desk.now)
    assert found.ticket_id == desk.ticket.id


def test_a_strangers_danger_goes_with_the_highest_tier_and_after_its_customers(desk_anywhere: Scene) -> None:
    desk_anywhere.visitor("stranger").say("打印机冒烟了")
    assert topic(desk_anywhere).rank == 1
    desk_anywhere.visitor("known", customer="C1001").say("转人工")
    desk_anywhere.visitor("other").say("转人工")
    tiers = []
    while (found := desk_anywhere.write(work_queue.next_topic, desk_anywhere.rules, desk_anywhere.now)) is not None:
        tiers.append(desk_anywhere.read(ticket_store.get_ticket, found.ticket_id).tier)
        leased = desk_anywhere.write(work_queue.lease, found, "card", desk_anywhere.now)
        assert leased > desk_anywhere.now
    assert tiers == ["特级", "三级", "三级"]


def test_of_one_rank_those_without_a_card_come_first(desk: Scene) -> None:
    for name in ("a", "b"):
        desk.visitor(name).say("人工")
        desk.clock.advance(seconds=1)
    first = min(ticket.id for ticket in desk.tickets)
    mine = topics.topics.c.ticket_id == first
    desk.write(lambda db: db.execute(update(topics.topics).where(mine).values(card=5, chat=GROUP)))
    assert desk.write(work_queue.next_topic, desk.rules, desk.now).ticket_id != first


def test_a_leased_topic_is_nobody_elses_until_the_lease_runs_out(desk_anywhere: Scene) -> None:
    scene = desk_anywhere
    scene.visitor().say("人工")

    def lease(db: Any) -> Any:
        found = work_queue.next_topic(db, scene.rules, scene.now)
        return work_queue.lease(db, found, "card", scene.now) if found else None

    leased = scene.write(lease)
    assert scene.write(lease) is None
    scene.clock.advance(seconds=61)
    again = scene.write(lease)
    assert topic(scene).doing == "card"
    assert scene.write(work_queue.complete_step, scene.ticket.id, leased, scene.now, card=1) is False
    assert scene.write(work_queue.complete_step, scene.ticket.id, again, scene.now, card=2) is True
    assert (topic(scene).card, topic(scene).doing) == (2, None)


def test_a_group_that_moved_takes_its_topics_along_once_however_often_it_is_said(desk_anywhere: Scene) -> None:
    scene = desk_anywhere
    scene.visitor().say("人工")
    scene.write(lambda db: db.execute(update(topics.topics).values(chat=GROUP, thread=7)))
    for _ in range(2):
        scene.write(topics.move_group, GROUP, -1005)
    assert topic(scene).chat == -1005
    assert scene.read(topics.ticket_at, -1005, 7) == scene.ticket.id
    assert [group.chat for group in scene.read(topic_groups.groups_of, scene.rules)] == [-1005, OTHER]
    assert scene.read(topic_groups.is_desk, scene.rules, GROUP)
    assert scene.read(topic_groups.is_desk, scene.rules, -1005)
    assert not scene.read(topic_groups.is_desk, scene.rules, -1009)


def test_pages_that_the_topic_shows_itself_are_not_paged_the_others_lead_to_it(desk: Scene) -> None:
    desk.visitor().say("人工")
    assert desk.count(paging.pages) == 0
    desk.write(lambda db: db.execute(update(topics.topics).values(chat=GROUP, thread=7)))
    desk.pass_time(hours=3)
    rows = desk.read(lambda db: db.execute(select(paging.pages)).all())
    assert {row.kind for row in rows} == {"warning", "breach", "overdue"}
    opened = [desk.vault.open(row.text, row=row.ref, field="pages.text") for row in rows]
    assert all(text.endswith("\nhttps://t.me/c/1000000001/7") for text in opened)
    assert {row.address for row in rows} == {DESK}


def test_without_a_desk_a_new_ticket_is_paged_as_ever(scene: Scene) -> None:
    scene.rules = replace(scene.rules, staff_chat="-100")
    scene.visitor().say("人工")
    assert [row.kind for row in scene.read(lambda db: db.execute(select(paging.pages)).all())] == ["new"]
