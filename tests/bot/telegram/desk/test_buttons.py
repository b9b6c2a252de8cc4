"""What stands under a card fits the state and the policy; data that no button of ours can hold is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import pytest
from aiogram.types import InlineKeyboardMarkup

from bot.telegram.desk import buttons
from bot.telegram.desk.buttons import Pressed, read_data, short
from escalation.policy.model import Policy
from escalation.tickets.lifecycle import State, Ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def ticket(state: State = "claimed", number: int = 12, **changes: object) -> Ticket:
    holder = None if state == "waiting" else 1
    made = Ticket(
        id=number,
        conversation_id=1,
        contact_id=None,
        tier="三级",
        tier_reason="",
        policy_version="",
        queue="通用客服",
        topic=None,
        urgency="normal",
        complaint=False,
        state=state,
        holder_id=holder,
        subject="",
        reason="",
        suggested=None,
        candidates=[],
        rejected=[],
        raised_at=NOW,
        received_at=NOW,
        claimed_at=None,
        first_contact_at=None,
        resolved_at=None,
        closed_at=None,
        urged=0,
        reopened=0,
        rating=None,
        rating_reason=None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def labels(markup: InlineKeyboardMarkup | None) -> list[str]:
    assert markup is not None
    return [button.text for button in chain.from_iterable(markup.inline_keyboard)]


def data(markup: InlineKeyboardMarkup | None) -> list[str]:
    assert markup is not None
    return [button.callback_data or "" for button in chain.from_iterable(markup.inline_keyboard)]


def test_a_waiting_ticket_can_be_claimed_or_passed_on(policy: Policy) -> None:
    assert labels(buttons.card_keyboard(policy, ticket("waiting"))) == ["认领", "转交", "备注", "更多…"]
    late = labels(buttons.card_keyboard(policy, ticket("waiting"), repeats=True))
    assert late == ["知道了", "认领", "转交", "备注", "更多…"]


def test_a_held_ticket_offers_every_step_to_its_end(policy: Policy) -> None:
    found = labels(buttons.card_keyboard(policy, ticket(tier="一级")))
    steps = ["已评估", "方案已沟通", "客户已确认", "进展", "完成"]
    assert found == ["转交", "备注", *steps, "关闭", "更多…"]
    assert "方案已沟通" not in labels(buttons.card_keyboard(policy, ticket()))  # nothing that 三级 is owed


def test_who_holds_it_stands_on_a_button_that_cannot_be_tapped(policy: Policy) -> None:
    made = buttons.card_keyboard(policy, ticket(), "李敏")
    assert made is not None
    (held,), *_ = made.inline_keyboard
    assert (held.text, held.callback_data, held.disabled is not None) == ("已认领 李敏", None, True)
    assert "已认领 李敏" not in labels(buttons.card_keyboard(policy, ticket("closed"), "李敏"))


def test_what_ends_a_ticket_or_alarms_is_red_and_a_choice_of_causes_is_not(policy: Policy) -> None:
    def red(markup: InlineKeyboardMarkup | None) -> list[str]:
        assert markup is not None
        return [button.text for button in chain.from_iterable(markup.inline_keyboard) if button.style == "danger"]

    assert red(buttons.card_keyboard(policy, ticket())) == ["关闭"]
    assert red(buttons.confirm_keyboard(ticket())) == ["确认已解决，通知客户"]
    assert red(buttons.cause_keyboard(policy, ticket(complaint=True), "resolve")) == []


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_of_a_finished_ticket_only_what_comes_after_the_end_is_left(policy: Policy, state: State) -> None:
    assert labels(buttons.card_keyboard(policy, ticket(state))) == ["备注", "更多…"]
    found = labels(buttons.more_keyboard(policy, ticket(state)))
    assert {"客户已验收", "已回访", "处理完成"} <= set(found)
    assert not {"退回队列", "知道了", "未接通"} & set(found)


def test_of_a_withdrawn_ticket_nothing_is_left_to_record(policy: Policy) -> None:
    withdrawn = ticket("closed", withdrawn_at=NOW)
    assert labels(buttons.card_keyboard(policy, withdrawn)) == ["备注", "更多…"]
    assert labels(buttons.more_keyboard(policy, withdrawn)) == ["‹ 返回"]


def test_what_the_policy_does_not_have_is_not_shown(policy: Policy) -> None:
    fewer = replace(policy, facts={"assessed": "初步评估完毕", "accepted": "验收"})
    found = labels(buttons.card_keyboard(fewer, ticket(tier="一级")))
    assert found == ["转交", "备注", "初步评估完毕", "关闭", "更多…"]
    assert labels(buttons.more_keyboard(fewer, ticket(tier="一级")))[-2:] == ["验收", "‹ 返回"]


def test_calls_and_waiting_are_behind_more(policy: Policy) -> None:
    found = labels(buttons.more_keyboard(policy, ticket()))
    assert found[:5] == ["知道了", "已电话联系", "未接通", "等待客户", "退回队列"]
    assert "等待客户" not in labels(buttons.more_keyboard(policy, ticket(waits_since=NOW)))
    assert labels(buttons.more_keyboard(policy, ticket("waiting"))) == ["知道了", "‹ 返回"]


def test_a_report_that_is_owed_is_not_ticked_off_with_a_button(policy: Policy) -> None:
    owing = next(tier.id for tier in policy.tiers.values() if any(one.report_to for one in tier.milestones))
    label = policy.facts["reported"]
    assert label not in labels(buttons.more_keyboard(policy, ticket("resolved", tier=owing)))


def test_queues_and_colleagues_are_chosen_from_one_list(policy: Policy) -> None:
    made = buttons.transfer_keyboard(policy, ticket(), [(3, "<b>李</b> & *王*"), (4, "赵")])
    found = labels(made)
    assert found[: len(policy.queues)] == [f"队列：{queue}" for queue in policy.queues]
    assert found[len(policy.queues) :] == ["同事：<b>李</b> & *王*", "同事：赵", "‹ 返回"]
    first = read_data(data(made)[0])
    assert first is not None
    assert buttons.named(policy.queues, first.arg) == next(iter(policy.queues))


def test_no_list_is_longer_than_the_messenger_takes(policy: Policy) -> None:
    people = [(number, f"客服{number}") for number in range(500)]
    assert len(labels(buttons.transfer_keyboard(policy, ticket(), people))) <= 100


def test_every_button_reads_back_and_is_short_enough_even_for_the_largest_number(policy: Policy) -> None:
    long = replace(policy, facts={**policy.facts, "很长的事项" * 20: "很长的事项", "f" * 64: "长"})
    largest = 2**31 - 1
    for state in ("waiting", "claimed", "resolved"):
        one = ticket(state, largest, complaint=True)  # type: ignore[arg-type]
        for made in (
            buttons.card_keyboard(long, one),
            buttons.more_keyboard(long, one),
            buttons.transfer_keyboard(long, one, [(largest, "某人")]),
            buttons.cause_keyboard(long, one, "fact", "investigated"),
            buttons.cause_keyboard(long, one, "resolve"),
            buttons.confirm_keyboard(one),
        ):
            for each in data(made):
                pressed = read_data(each)
                assert pressed is not None, each
                assert pressed.ticket_id == largest
    assert buttons.named(long.facts, short("很长的事项" * 20)) == "很长的事项" * 20
    assert buttons.named(policy.facts, short("很长的事项" * 20)) is None


def test_data_is_read_back_as_it_was_meant() -> None:
    assert read_data("t:12:claim") == Pressed(12, "claim")
    assert read_data("t:12:fact:investigated:=aabb") == Pressed(12, "fact", "investigated", "=aabb")


@pytest.mark.parametrize(
    "forged",
    [
        None,
        "",
        "t:12",
        "t:0:claim",
        "t:-1:claim",
        "t:１２:claim",
        "t:99999999999:claim",
        "t:4294967296:claim",
        "t:12:delete",
        "t:12:claim:a:b:c",
        "t:12:fact:" + "x" * 55,
        "x" * 65,
        "person",
        "t:12:claim\n",
        "T:12:claim",
    ],
)
def test_data_that_is_not_ours_is_nothing(forged: str | None) -> None:
    assert read_data(forged) is None


def test_a_complaint_asks_its_cause_until_it_is_known(policy: Policy) -> None:
    assert buttons.asks_cause(policy, ticket(complaint=True))
    assert not buttons.asks_cause(policy, ticket(complaint=True, cause="流程"))
    assert not buttons.asks_cause(policy, ticket())
    assert labels(buttons.cause_keyboard(policy, ticket(complaint=True), "resolve")) == [
        *policy.complaint_causes,
        "‹ 返回",
    ]
