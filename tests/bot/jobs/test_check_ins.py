"""A customer nobody has spoken to for as long as their tier allows is called by that tier's queue, on schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.agents.actions import Claim, Record, Reply, Resolve
from bot.jobs import check_ins
from bot.notifications import notice_inbox
from bot.tickets.customer_file import read_file
from escalation.staff import Staff
from escalation.tickets import clocks, fact_words, history
from escalation.tickets.lifecycle import Refused
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import Scene, Visitor

BANK, FIRM = "C1001", "C1015"  # 特级, open at all hours; 二级


@pytest.fixture
def scheduled(scene: Scene) -> Scene:
    return schedule(scene)


def schedule(scene: Scene) -> Scene:
    """特级 is called every 30 days."""
    tiers = {**scene.policy.tiers, "特级": replace(scene.policy.tiers["特级"], check_in_every=timedelta(days=30))}
    scene.policy = replace(scene.policy, tiers=tiers)
    scene.rules = replace(scene.rules, policy=scene.policy)
    return scene


def served(scene: Scene, customer: str = BANK) -> tuple[Visitor, Staff]:
    visitor = scene.visitor(customer, customer=customer)
    visitor.say("打印机卡纸，修不好，转人工")
    li = scene.staff(f"li{customer}")
    for action in (Claim(), Reply("好了。", f"key-{customer}"), Resolve(why="当场解决")):
        scene.act(li, action)
    return visitor, li


def look(scene: Scene) -> int:
    if not scene.read(check_ins.is_due, scene.rules, scene.now):
        return 0
    begun: int = scene.write(check_ins.take_some, scene.rules, scene.now)
    return begun


def kinds(scene: Scene, ticket_id: int | None = None) -> list[str]:
    return [row.kind for row in scene.read(history.history_of, ticket_id or scene.ticket.id)]


def test_thirty_days_after_the_last_contact_the_tiers_queue_is_told(scene_anywhere: Scene) -> None:
    scene = schedule(scene_anywhere)
    _, li = served(scene)
    served(scene, FIRM)  # on no schedule
    [number] = [each.id for each in scene.tickets if each.contact_id == BANK]
    scene.pass_time(days=29)
    assert look(scene) == 0
    file = scene.read(read_file, scene.rules, BANK, scene.now, None)
    assert (file.check_in.next_at - scene.now, file.check_in.due_at) == (timedelta(days=1), None)
    scene.pass_time(days=1)
    assert look(scene) == 1
    clock = scene.clock_of("check_in", number)
    assert (clock.state, clock.due_at - scene.now) == ("open", timedelta(hours=8))
    assert [each[1:] for each in scene.notices("check_in")] == [("queue", "特级专席")]
    [row] = [
        row for row in scene.read(notice_inbox.notices_for, scene.vault, li, ["特级专席"]) if row.kind == "check_in"
    ]
    assert row.text == (
        f"【定期回访】#{number} 江海银行股份有限公司总行 {file.customer.contact.name}（特级）："
        "距上次人工联系已满 30 天。请在 今天 18:00 前回访，并在工单里写明回访结果。"
    )
    file = scene.read(read_file, scene.rules, BANK, scene.now, None)
    assert (file.check_in.ticket_id, file.check_in.due_at) == (number, clock.due_at)
    assert look(scene) == 0  # it runs already


def test_the_outcome_in_words_ends_it_by_anybody_of_the_queue_and_the_next_counts_from_there(scheduled: Scene) -> None:
    scene = scheduled
    served(scene)
    scene.pass_time(days=30)
    look(scene)
    colleague, elsewhere = scene.staff("wu", queues=["特级专席"]), scene.staff("sun", queues=["通用客服"])
    with pytest.raises(Refused, match=r"^outcome_needed$"):
        scene.act(colleague, Record("followed_up"))
    with pytest.raises(Refused):
        scene.act(elsewhere, Record("followed_up", words="已致电。"))
    scene.act(colleague, Record("followed_up", words="已致电，设备运行正常。"))
    assert scene.clock_of("check_in").state == "met"
    assert [row.text for row in scene.read(fact_words.words_of, scene.ticket.id)] == ["已致电，设备运行正常。"]
    assert scene.read(notice_inbox.notices_for, scene.vault, colleague, ["特级专席"]) == []
    scene.pass_time(days=29)
    assert look(scene) == 0
    scene.pass_time(days=1)
    assert look(scene) == 1


def test_nobody_is_called_who_has_a_matter_open(scheduled: Scene) -> None:
    scene = scheduled
    anna, _ = served(scene)
    first = scene.ticket.id
    scene.pass_time(days=30)
    look(scene)
    anna.say("又有一台坏了，转人工")
    assert scene.ticket.id != first
    file = scene.read(read_file, scene.rules, BANK, scene.now, None)
    assert (file.check_in.next_at, file.check_in.due_at) == (None, None)
    scene.pass_time(minutes=10)
    look(scene)
    assert scene.clock_of("check_in", first).state == "cancelled"
    assert kinds(scene, first)[-1] == "check_in_over"
    scene.clock.advance(days=40)
    assert look(scene) == 0
    # Whatever rewrites the clocks comes to the same end.
    [old] = [each for each in scene.tickets if each.id == first]
    scene.write(clocks.rewrite, scene.policy, old, scene.now)
    assert [row.state for row in scene.clocks("check_in", first)] == ["cancelled"]


def test_a_tiers_hours_are_kept_and_off_is_off(scene: Scene) -> None:
    served(scene, FIRM)
    scene.pass_time(days=31)
    assert not scene.read(check_ins.is_due, scene.rules, scene.now)
    tier = replace(scene.policy.tiers["二级"], check_in_every=timedelta(days=30))
    scene.rules = replace(scene.rules, policy=replace(scene.policy, tiers={**scene.policy.tiers, "二级": tier}))
    scene.clock.now = scene.now.replace(hour=20)  # four in the morning in Shanghai
    assert look(scene) == 0
    scene.clock.now = scene.now + timedelta(hours=5)
    assert look(scene) == 1


def test_a_ticket_of_a_tier_without_this_clock_bears_none_and_is_not_written_on_day_by_day(scheduled: Scene) -> None:
    scene = scheduled
    served(scene)
    without = tuple(each for each in scene.policy.tiers["二级"].milestones if each.id != "check_in")
    tiers = {**scene.policy.tiers, "二级": replace(scene.policy.tiers["二级"], milestones=without)}
    scene.rules = replace(scene.rules, policy=replace(scene.policy, tiers=tiers))
    scene.write(lambda db: db.execute(update(tickets).values(tier="二级")))  # it was of that tier when it ended
    scene.pass_time(days=30)
    assert look(scene) == 0
    assert "check_in_due" not in kinds(scene)
