"""In the morning leads read once what the night left, nearest deadline first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agents.actions import Claim, Reply
from bot.delivery.outbox import STAFF_CHAT
from bot.notifications import morning_digest
from bot.notifications.notice_inbox import notices_for
from bot.notifications.pages import LONGEST
from bot.rules import Rules
from bot.wording.utf16 import units
from escalation.policy.model import Policy
from escalation.staff import Staff
from tests.bot.scene import Scene

TEN_AT_NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # Monday 22:00 in Shanghai; Tuesday is a working day
EIGHT = TEN_AT_NIGHT + timedelta(hours=10)


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, staff_chat="-100")
    scene.clock.now = TEN_AT_NIGHT
    return scene


def tell(scene: Scene, at: datetime = EIGHT) -> bool:
    scene.clock.now = at
    done = scene.read(morning_digest.is_due, scene.rules, at) and scene.write(
        morning_digest.post_digest, scene.rules, at
    )
    return bool(done)


def chat(scene: Scene) -> list[str]:
    """Digests posted to the staff chat."""
    rows = scene.posted(STAFF_CHAT)
    texts = [row.text for row in rows]
    return [text for text in texts if "晨报" in text]


def inbox(scene: Scene, lead: Staff) -> list[str]:
    return [line.text for line in scene.read(notices_for, scene.vault, lead, []) if line.kind == "morning"]


def test_a_quiet_night_is_told_in_one_sentence(scene: Scene) -> None:
    lead = scene.staff("lead", "lead")
    assert tell(scene)
    assert chat(scene) == ["【晨报】夜间没有遗留工单。"]
    assert inbox(scene, lead) == []


def test_what_the_night_left_is_told_by_deadline_to_leads_and_to_the_chat(scene: Scene) -> None:
    lead, other = scene.staff("lead", "lead"), scene.staff("other", "lead", ["通用客服"])
    scene.visitor("anna").say("转人工")
    scene.visitor("bob", customer="C1001").say("转人工")
    assert tell(scene)
    [told] = chat(scene)
    assert told.split("\n") == [
        "【晨报】夜间遗留 2 张工单，按期限排列：",
        "已超时 #2 江海银行股份有限公司总行 周文博（特级）首次联系 11月23日（周一）22:15",
        "待认领 #1 未识别客户（三级）首次联系 今天 10:00",
    ]
    assert inbox(scene, lead) == [told]
    assert inbox(scene, other) == [
        "【晨报】夜间遗留 1 张工单，按期限排列：\n待认领 #1 未识别客户（三级）首次联系 今天 10:00"
    ]


def test_it_is_told_once_a_day_and_only_in_the_morning(scene: Scene) -> None:
    assert not tell(scene, EIGHT - timedelta(seconds=1))
    assert tell(scene)
    assert not tell(scene, EIGHT + timedelta(minutes=1))
    assert not tell(scene, EIGHT + timedelta(days=1, hours=2))
    assert tell(scene, EIGHT + timedelta(days=2, hours=1))


def test_without_its_calendar_there_is_no_morning(scene: Scene, policy: Policy) -> None:
    quiet = replace(policy, paging=replace(policy.paging, morning=None))
    scene.rules = replace(scene.rules, policy=quiet)
    assert not tell(scene)


def test_what_is_being_worked_on_and_not_late_is_no_news(scene: Scene) -> None:
    scene.clock.now = TEN_AT_NIGHT - timedelta(hours=6)
    scene.visitor().say("转人工")
    li = scene.staff("li")
    scene.act(li, Claim())
    scene.act(li, Reply("您好", "k"))
    assert tell(scene)
    assert chat(scene) == ["【晨报】夜间没有遗留工单。"]


def test_of_one_deadline_the_higher_tier_comes_first(scene: Scene) -> None:
    at = EIGHT + timedelta(hours=2)
    for number, tier in enumerate(("三级", "特级", "一级"), 1):
        scene.visitor(f"v{number}").say("转人工")
        scene.write(_settle, number, tier, at)
    left = scene.read(morning_digest.overnight_tickets, scene.rules, TEN_AT_NIGHT, EIGHT)
    assert [(one.ticket.tier, one.due_at) for one in left] == [("特级", at), ("一级", at), ("三级", at)]


def test_a_long_list_takes_several_messages_and_loses_nothing() -> None:
    lines = [f"待认领 #{number} {'客' * 60}（三级）首次联系 今天 10:00" for number in range(200)]
    texts = list(morning_digest.in_messages("【晨报】", lines, LONGEST))
    assert "\n".join(texts).split("\n") == ["【晨报】", *lines]
    assert len(texts) > 1
    assert all(units(text) <= LONGEST for text in texts)
    assert list(morning_digest.in_messages("【晨报】", lines[:3], LONGEST)) == ["\n".join(["【晨报】", *lines[:3]])]


def test_the_inbox_lists_all_that_the_night_left(scene: Scene) -> None:
    lead = scene.staff("lead", "lead")
    for number in range(14):
        scene.visitor(f"v{number}").say("转人工")
    assert tell(scene)
    assert [line.count("待认领") for line in inbox(scene, lead)] == [14]


def test_what_no_tier_is_served_for_today_is_listed_when_its_hours_begin(scene: Scene) -> None:
    lead = scene.staff("lead", "lead")
    scene.clock.now = datetime(2026, 9, 30, 12, 30, tzinfo=UTC)  # before the holiday of 1 to 7 October
    scene.visitor().say("转人工")
    mornings = [datetime(2026, 10, day, 0, 0, tzinfo=UTC) for day in range(1, 9)]
    for at in mornings[:-1]:
        tell(scene, at)
    assert (inbox(scene, lead), chat(scene)) == ([], [])
    assert tell(scene, mornings[-1])
    assert [line.count("#1") for line in inbox(scene, lead)] == [1]


def test_the_night_after_a_free_day_begins_with_the_last_closing(policy: Policy, rules: Rules) -> None:
    working = replace(policy, paging=replace(policy.paging, morning="工作日"))
    scene_rules = replace(rules, policy=working)
    monday = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert morning_digest._began(scene_rules.policy, monday) == datetime(
        2026, 11, 20, 13, 0, tzinfo=UTC
    )  # Friday 21:00
    assert morning_digest._began(scene_rules.policy, monday - timedelta(days=1)) is None  # Sunday has no morning


def _settle(db: object, ticket_id: int, tier: str, at: datetime) -> None:
    from escalation.tickets.deadline_store import deadlines
    from escalation.tickets.ticket_store import tickets

    db.execute(tickets.update().where(tickets.c.id == ticket_id).values(tier=tier))  # type: ignore[attr-defined]
    db.execute(deadlines.update().where(deadlines.c.ticket_id == ticket_id).values(due_at=at))  # type: ignore[attr-defined]
