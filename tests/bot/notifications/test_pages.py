"""What staff read of a fact in their chat, and when: rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.notifications import rules
from bot.notifications.pages import INBOX_ONLY, LONGEST, Page, digests, pages_of, quiet_until
from bot.wording.labels import NOTICES
from bot.wording.utf16 import units
from escalation.policy.model import Policy
from escalation.tickets.events import (
    CustomerUrged,
    DeadlineReached,
    Event,
    Recurred,
    TicketAssigned,
    TicketClaimed,
    TicketOpened,
    UrgencyRaised,
)
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task_events import TaskAnswered, TaskAsked, TaskDue, TaskWithdrawn
from tests.escalation.tickets.ticket_examples import CLAIMED, HELP, WAITING

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
NIGHT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # Friday, 22:00
SATURDAY = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # 08:00
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def of(tier: str, **changes: str) -> Ticket:
    return replace(WAITING, tier=tier, urgency=changes.get("urgency", "normal"))


def reached(ticket: Ticket, kind: str, due: datetime, label: str = "首次联系") -> DeadlineReached:
    made = {"milestone": "first_contact", "label": label, "kind": kind, "due_at": due, "scheduled_at": due}
    return DeadlineReached(ticket=ticket, **made, noticed_at=due, to=("holder",), deadline_id=9)  # type: ignore[arg-type]


def only(found: tuple[Page, ...]) -> Page:
    [card] = found
    return card


def test_of_a_complaint_closed_to_somebody_the_chat_reads_that_it_is_there_and_no_more(policy: Policy) -> None:
    ticket = replace(of("三级"), subject="技术员索要红包", complaint=True, closed_to=",7,")
    told = only(pages_of(policy, TicketOpened(ticket, MORNING + timedelta(hours=2)), "江海银行 周文博", MORNING))
    assert told.text == told.line
    assert told.line == f"新工单 #{ticket.id} 保密投诉（请在工作台查看）（三级）首次联系 今天 12:00"


@pytest.mark.parametrize(
    ("tier", "urgency", "until"),
    [
        ("特级", "normal", NIGHT),
        ("一级", "normal", SATURDAY),
        ("二级", "normal", MONDAY),
        ("三级", "urgent", MONDAY),
        ("三级", "critical", NIGHT),
        ("no longer in the policy", "neither", MONDAY),
    ],
)
def test_at_night_a_tier_is_quiet_until_its_hours_begin_but_danger_is_told_at_once(
    policy: Policy, tier: str, urgency: str, until: datetime
) -> None:
    assert quiet_until(policy, of(tier, urgency=urgency), NIGHT) == until


def test_an_alarm_is_told_at_once_though_a_person_has_graded_its_ticket_lower(policy: Policy) -> None:
    alarm = UrgencyRaised(of("三级", urgency="low"), "特级专席", None)
    danger = only(pages_of(policy, UrgencyRaised(of("三级", urgency="critical"), "特级专席", None), "潘大勇", NIGHT))
    page = only(pages_of(policy, alarm, "潘大勇", NIGHT))
    assert (page.not_before, page.rank) == (NIGHT, danger.rank)


def test_by_day_nothing_is_held_back(policy: Policy) -> None:
    assert {quiet_until(policy, of(tier), MORNING) for tier in policy.tiers} == {MORNING}


def test_hours_that_never_come_silence_nobody(policy: Policy) -> None:
    shut = replace(policy.calendars["工作日"], spans=())
    broken = replace(policy, calendars={**policy.calendars, "工作日": shut})
    assert quiet_until(broken, of("三级"), NIGHT) == NIGHT


def test_a_card_says_what_where_and_by_when(policy: Policy) -> None:
    due = MORNING + timedelta(hours=2)
    card = only(pages_of(policy, TicketOpened(of("三级"), due), "小满图文店 潘大勇", MORNING))
    first = "【新工单】#7 小满图文店 潘大勇（三级）已进入通用客服，首次联系期限：今天 12:00。"
    assert card.text.startswith(f"{first}\n事由：")
    assert card.line == "新工单 #7 小满图文店 潘大勇（三级）首次联系 今天 12:00"
    assert (card.kind, card.rank, card.due_at, card.deadline_id) == ("new", 4, due, None)


def test_a_breach_names_its_milestone_and_its_deadline(policy: Policy) -> None:
    card = only(pages_of(policy, reached(of("特级"), "breach", MORNING, "方案沟通"), "江海银行", MORNING))
    assert card.line == "已超时 #7 江海银行（特级）方案沟通 今天 10:00"
    assert (card.kind, card.rank, card.due_at, card.deadline_id) == ("breach", 1, MORNING, 9)


def test_whoever_is_assigned_a_ticket_is_called_by_name_where_everybody_reads(policy: Policy) -> None:
    event = TicketAssigned(WAITING, 2, MORNING + timedelta(hours=2))
    card = only(pages_of(policy, event, "潘大勇", MORNING, {2: "王芳"}))
    assert card.text == "王芳：【派单】#7 潘大勇（三级）已派给您，请尽快认领；首次联系期限：今天 12:00。"
    assert card.line == "王芳：派单 #7 潘大勇（三级）首次联系 今天 12:00"
    assert only(pages_of(policy, event, "潘大勇", MORNING)).text.startswith("当班同事：【派单】")


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (TaskAsked(CLAIMED, HELP, "客服李"), "求援 #7 潘大勇（三级）技术支援 今天 10:00"),
        (TaskAsked(CLAIMED, replace(HELP, kind="task"), "客服李"), "任务 #7 潘大勇（三级）技术任务 今天 10:00"),
        (TaskAnswered(CLAIMED, HELP, "客服王"), "已答复 #7 潘大勇（三级）技术支援"),
        (TaskWithdrawn(CLAIMED, HELP, "客服李"), "已撤回 #7 潘大勇（三级）技术支援"),
        (TaskDue(CLAIMED, HELP, "breach", MORNING, MORNING, ("asked",)), "未答复 #7 潘大勇（三级）技术支援 今天 10:00"),
        (
            Recurred(CLAIMED, "同一客户又提出「故障」类事项", 3, ("lead",)),
            "反复出现 #7 潘大勇（三级）同一客户又提出「故障」类事项",
        ),
        (CustomerUrged(CLAIMED, 1), "客户催促 #7 潘大勇（三级）"),
    ],
)
def test_a_line_of_a_digest_says_what_it_is_about(policy: Policy, event: Event, line: str) -> None:
    assert only(pages_of(policy, event, "潘大勇", MORNING)).line == line


def test_danger_comes_before_the_highest_tier_and_a_strangers_with_it(policy: Policy) -> None:
    danger = of("三级", urgency="critical")
    known = replace(danger, contact_id="C1001")
    ranks = [only(pages_of(policy, TicketOpened(each, MORNING), "x", MORNING)).rank for each in (known, danger)]
    assert ranks == [0, 1]


def test_what_is_held_back_is_worded_for_the_hour_in_which_it_is_read(policy: Policy) -> None:
    card = only(pages_of(policy, TicketOpened(of("一级"), SATURDAY), "x", NIGHT))
    assert card.not_before == SATURDAY
    assert "今天 08:00" in card.text
    assert "今天 08:00" in card.line


def test_a_target_that_has_come_pages_nobody(policy: Policy) -> None:
    assert pages_of(policy, reached(CLAIMED, "reminder", MORNING), "x", MORNING) == ()
    assert pages_of(policy, TicketClaimed(CLAIMED, 1), "x", MORNING) == ()


def test_no_name_breaks_a_line_or_overflows_a_message(policy: Policy) -> None:
    card = only(pages_of(policy, reached(WAITING, "breach", MORNING), "甲\n乙 " + "𠮷" * 5000, MORNING))
    assert "\n" not in card.line
    assert card.line.startswith("已超时 #7 甲 乙 𠮷")
    assert card.line.endswith("…")
    assert units(card.text) <= LONGEST
    assert card.text.endswith("…")


def test_every_kind_of_notice_has_a_name_in_digests() -> None:
    assert set(get_args(rules.Kind)) - INBOX_ONLY - {"morning"} <= set(NOTICES)


def test_a_digest_holds_its_lines_in_order_and_counts_them(policy: Policy) -> None:
    assert list(digests(policy, ["a", "b"])) == [("【通知摘要】共 2 条，重要的在前：\na\nb", 2)]
    assert list(digests(policy, [])) == []


def test_many_lines_become_as_few_messages_as_the_chat_takes(policy: Policy) -> None:
    lines = [f"{number:04} 𠮷" + "宝" * (number % 90) for number in range(1000)]
    found = list(digests(policy, lines))
    assert [line for text, _ in found for line in text.split("\n")[1:]] == lines
    assert all(units(text) <= LONGEST for text, _ in found)
    assert all(text.startswith(f"【通知摘要】共 {taken} 条") for text, taken in found)
    total = sum(units(line) + 1 for line in lines)
    assert len(found) <= total // (LONGEST - 150) + 1
