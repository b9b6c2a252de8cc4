"""Which notices a fact causes, for whom, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.notifications.notice import Audience, Notice
from bot.notifications.rules import notices
from escalation.policy.model import Policy
from escalation.sla.steps import Kind
from escalation.tickets.events import (
    CustomerUrged,
    DeadlineReached,
    Event,
    FactRecorded,
    TicketAnswered,
    TicketClaimed,
    TicketClosed,
    TicketOpened,
    TicketReleased,
    TicketReopened,
    TicketRerouted,
    TicketResolved,
    TicketTransferred,
    TicketWithdrawn,
    UrgencyRaised,
)
from tests.escalation.tickets.ticket_examples import CLAIMED, WAITING, WITHDRAWN

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DUE = NOW + timedelta(hours=2)
QUEUE, HOLDER = Audience("queue", "通用客服"), Audience("staff", "1")
LEAD, MANAGER = Audience("role", "lead"), Audience("role", "manager")


def only(policy: Policy, event: Event) -> Notice:
    [notice] = notices(policy, event, "小满图文店 潘大勇", NOW)
    return notice


def test_a_new_ticket_is_told_to_its_queue(policy: Policy) -> None:
    notice = only(policy, TicketOpened(WAITING, DUE))
    assert (notice.kind, notice.to) == ("new", (QUEUE,))
    assert notice.text == "【新工单】#7 小满图文店 潘大勇（三级）已进入通用客服，首次联系期限：今天 12:00。"


def test_a_complaint_is_told_to_the_lead_too(policy: Policy) -> None:
    assert only(policy, TicketOpened(replace(WAITING, topic="投诉"), DUE)).to == (QUEUE, LEAD)


@pytest.mark.parametrize(
    ("ticket", "times", "to"),
    [
        (WAITING, 1, (QUEUE,)),
        (WAITING, 2, (QUEUE, LEAD)),
        (WAITING, 3, (QUEUE, LEAD)),
        (CLAIMED, 1, (HOLDER,)),
        (CLAIMED, 2, (HOLDER, LEAD)),
    ],
)
def test_hurrying_is_the_holders_business_and_from_the_second_time_on_the_leads(
    policy: Policy, ticket: object, times: int, to: tuple[Audience, ...]
) -> None:
    notice = only(policy, CustomerUrged(ticket, times))  # type: ignore[arg-type]
    assert (notice.kind, notice.to) == ("urge", to)
    assert notice.text.endswith("首次联系期限：无（已与客户联系）。")


@pytest.mark.parametrize(
    ("kind", "to", "audiences", "begins"),
    [
        ("warning", ("holder",), (QUEUE,), "【到期提醒】"),
        ("breach", ("holder", "lead"), (QUEUE, LEAD), "【已超时】"),
        ("overdue", ("queue", "lead", "manager"), (QUEUE, LEAD, MANAGER), "【仍未完成】"),
        ("overdue", ("holder", "queue"), (QUEUE,), "【仍未完成】"),
    ],
)
def test_a_deadline_reached_is_told_to_whom_the_policy_says(
    policy: Policy, kind: Kind, to: tuple[str, ...], audiences: tuple[Audience, ...], begins: str
) -> None:
    event = DeadlineReached(WAITING, "assessed", "评估", kind, NOW - timedelta(minutes=25), NOW, NOW, to)
    notice = only(policy, event)
    assert (notice.kind, notice.to) == (kind, audiences)
    assert notice.text.startswith(begins)
    assert "评估" in notice.text
    assert "今天 09:35" in notice.text


def test_how_late_an_overdue_deadline_is(policy: Policy) -> None:
    event = DeadlineReached(CLAIMED, "x", "评估", "overdue", NOW - timedelta(hours=26), NOW, NOW, ("holder",))
    assert "已超时 1 天 2 小时（应于 11月22日（周日）08:00 前完成）" in only(policy, event).text


def test_once_claimed_the_holder_is_told_in_place_of_the_queue(policy: Policy) -> None:
    event = DeadlineReached(CLAIMED, "x", "评估", "breach", DUE, DUE, DUE, ("holder", "lead"))
    assert only(policy, event).to == (HOLDER, LEAD)


def test_rerouted_is_told_only_when_the_queue_changed(policy: Policy) -> None:
    assert only(policy, TicketRerouted(WAITING, "特级专席", DUE)).to == (QUEUE,)
    assert notices(policy, TicketRerouted(WAITING, "通用客服", DUE), "", NOW) == ()


def test_danger_is_told_to_the_holder_and_to_the_people_on_call(policy: Policy) -> None:
    on_call = Audience("queue", "特级专席")
    held = only(policy, UrgencyRaised(CLAIMED, "特级专席", DUE))
    assert (held.kind, held.to) == ("critical", (HOLDER, on_call))
    moved = only(policy, UrgencyRaised(replace(WAITING, queue="特级专席"), "特级专席", DUE))
    assert moved.to == (on_call,)
    assert only(policy, UrgencyRaised(CLAIMED, "特级专席", None)).text.endswith("首次联系期限：无（已与客户联系）。")


def test_reopened_and_transferred_are_told_to_whoever_has_it_now(policy: Policy) -> None:
    assert only(policy, TicketReopened(WAITING, DUE)).to == (QUEUE,)
    assert only(policy, TicketTransferred(WAITING, 2, "技术支持")).to == (QUEUE,)
    assert only(policy, TicketTransferred(CLAIMED, 2, "技术支持")).to == (HOLDER,)


UNCLAIMED = replace(WITHDRAWN, holder_id=None)


@pytest.mark.parametrize(
    ("event", "to"),
    [
        (TicketWithdrawn(WITHDRAWN, None), (HOLDER,)),
        (TicketWithdrawn(UNCLAIMED, 2), (Audience("staff", "2"),)),
        (TicketWithdrawn(UNCLAIMED, None), (QUEUE,)),
        (TicketWithdrawn(WITHDRAWN, None, ("lead",)), (HOLDER, LEAD)),
        (TicketWithdrawn(UNCLAIMED, 2, ("queue", "lead")), (Audience("staff", "2"), QUEUE, LEAD)),
        (TicketWithdrawn(UNCLAIMED, None, ("queue", "lead", "manager")), (QUEUE, LEAD, MANAGER)),
    ],
    ids=["claimed", "assigned", "waiting", "claimed and late", "assigned and late", "waiting and late"],
)
def test_a_withdrawal_is_told_to_who_has_it_and_to_whoever_was_called(
    policy: Policy, event: TicketWithdrawn, to: tuple[Audience, ...]
) -> None:
    notice = only(policy, event)
    assert (notice.kind, set(notice.to)) == ("withdrawn", set(to))
    assert len(notice.to) == len(to)
    assert notice.text == ("【客户撤回】#7 小满图文店 潘大勇（三级）已撤回问题，不用再处理；工单原在通用客服。")


@pytest.mark.parametrize(
    "event",
    [
        TicketClaimed(CLAIMED, 1),
        TicketReleased(WAITING, 1),
        TicketAnswered(CLAIMED, 1, "您好"),
        FactRecorded(CLAIMED, 1, "called"),
        TicketResolved(CLAIMED, 1),
        TicketClosed(CLAIMED),
    ],
)
def test_the_daily_business_disturbs_nobody(policy: Policy, event: Event) -> None:
    assert notices(policy, event, "", NOW) == ()


def test_a_customers_name_is_never_taken_for_a_placeholder(policy: Policy) -> None:
    [notice] = notices(policy, TicketOpened(WAITING, DUE), "{ticket} {0} %s", NOW)
    assert "{ticket} {0} %s" in notice.text
