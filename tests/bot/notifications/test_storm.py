"""A storm of strangers is one notice, and never holds up what a proven customer's ticket tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.jobs.chores import CHORES
from bot.notifications import storm
from bot.notifications.notice_inbox import FIELD
from bot.notifications.notice_tables import notices
from bot.storage.database import Database
from escalation.policy.budgets import Budgets, TicketStorm
from tests.bot.scene import Scene, Visitor

CHAT = "-100"
WITHIN = timedelta(minutes=10)
[CHORE] = [chore for chore in CHORES if chore.run is storm.tell_if_time]


@pytest.fixture
def scene(scene_anywhere: Scene) -> Scene:
    """The fourth stranger within ten minutes makes a storm."""
    policy = replace(scene_anywhere.policy, budgets=Budgets({}, TicketStorm(3, WITHIN)))
    scene_anywhere.policy = policy
    scene_anywhere.rules = replace(scene_anywhere.rules, policy=policy, staff_chat=CHAT)
    return scene_anywhere


def strangers(scene: Scene, first: int, last: int, text: str = "转人工") -> list[Visitor]:
    found = []
    for number in range(first, last + 1):
        visitor = scene.visitor(f"v{number}")
        visitor.origin = f"n:{number}"
        visitor.say(text)
        found.append(visitor)
    return found


def told_of(scene: Scene) -> set[int]:
    """Tickets that anybody was told of one by one."""
    rows = scene.read(lambda db: db.execute(notices.select()).all())
    return {row.ticket_id for row in rows if row.kind != "storm"}


def test_of_a_storm_staff_hear_once_and_of_those_before_it_one_by_one(scene: Scene) -> None:
    strangers(scene, 1, 40)
    assert len(scene.tickets) == 40
    assert told_of(scene) == {1, 2, 3}
    assert scene.notices("storm") == [("storm", "role", "lead"), ("storm", "queue", "通用客服")]


def test_the_notice_counts_what_waits_and_names_the_dangers(scene: Scene) -> None:
    strangers(scene, 1, 4, "打印机冒烟了")
    told = "【访客集中】10:00 以来有 4 张身份未核实的访客工单无人认领，不再逐张通知，请在工作台查看。"
    assert storm_texts(scene) == [told + "其中特急 4 张：#1、#2、#3、#4。"]
    scene.clock.advance(minutes=5)
    strangers(scene, 5, 5)
    scene.clock.advance(minutes=5)
    assert scene.read(CHORE.is_due, scene.rules, scene.now)
    assert scene.write(CHORE.run, scene.rules, scene.now)
    assert "有 5 张身份未核实的访客工单无人认领" in storm_texts(scene)[-1]


def storm_texts(scene: Scene) -> list[str]:
    rows = scene.read(lambda db: db.execute(notices.select().order_by(notices.c.id)).all())
    found = [scene.vault.open(row.text, row=row.ref, field=FIELD) for row in rows if row.kind == "storm"]
    return list(dict.fromkeys(found))


def test_it_is_told_again_while_more_come_and_after_an_hour_while_they_wait(scene: Scene) -> None:
    strangers(scene, 1, 6)
    assert not scene.read(CHORE.is_due, scene.rules, scene.now)
    scene.clock.advance(minutes=11)
    assert not scene.read(CHORE.is_due, scene.rules, scene.now), "nothing new has come"
    strangers(scene, 7, 7)
    assert scene.read(CHORE.is_due, scene.rules, scene.now)
    scene.write(CHORE.run, scene.rules, scene.now)
    scene.clock.advance(minutes=59)
    assert not scene.read(CHORE.is_due, scene.rules, scene.now)
    scene.clock.advance(minutes=1)
    assert scene.read(CHORE.is_due, scene.rules, scene.now)


def test_when_all_are_taken_up_nothing_more_is_told(scene: Scene) -> None:
    strangers(scene, 1, 5)
    agent = scene.staff("li", "agent", ["通用客服"])
    for ticket in scene.tickets:
        scene.claimed_by(agent) if ticket.id == scene.ticket.id else scene.withdraw(ticket.id)
    scene.clock.advance(hours=1)
    assert not scene.read(CHORE.is_due, scene.rules, scene.now)


def test_a_ticket_of_the_storm_that_is_taken_up_tells_as_any_other(scene: Scene) -> None:
    strangers(scene, 1, 5)
    scene.claimed_by(scene.staff("li", "agent", ["通用客服"]))
    scene.pass_time(hours=2)
    assert 5 in told_of(scene), "its holder hears that it is due"
    assert 4 not in told_of(scene)


def test_slow_strangers_make_no_storm(scene: Scene) -> None:
    for number in range(1, 8):
        strangers(scene, number, number)
        scene.clock.advance(minutes=4)
    assert told_of(scene) == set(range(1, 8))


def test_what_comes_through_no_network_makes_none(scene: Scene) -> None:
    for number in range(6):
        scene.visitor(f"v{number}").say("转人工")
    assert len(told_of(scene)) == 6
    assert scene.notices("storm") == []


def test_a_proven_customer_is_told_of_at_once_in_the_midst_of_it(scene: Scene) -> None:
    strangers(scene, 1, 20, "打印机冒烟了")
    before = len(scene.posted("staff"))
    known = scene.visitor("known", customer="C1001")
    known.origin = "n:1"
    known.say("转人工")
    mine = scene.ticket
    assert (mine.tier, mine.contact_id) == ("特级", "C1001")
    assert mine.id in told_of(scene)
    assert len(scene.posted("staff")) == before + 1, "paged in the same transaction"


def test_who_came_lately_is_looked_up_by_when_they_came(sqlite: Database) -> None:
    """Without statistics SQLite would read all strangers' tickets there ever were, for every one of them."""
    asked = storm._CAME_LATELY["sqlite"].compile(dialect=sqlite.engine.dialect)
    with sqlite.engine.connect() as db:
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (1,) * len(asked.positiontup or ()))
        assert any("ix_tickets_of_strangers" in row[3] for row in plan)
